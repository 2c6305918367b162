"""Programs that were once wrong, crashed, or look as if they might be: one file a subject."""
