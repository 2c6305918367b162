"""Rewritings of sugar, gast to gast, before lowering."""
