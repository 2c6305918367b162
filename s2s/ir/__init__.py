"""The intermediate representation: single-assignment values in structured regions."""
