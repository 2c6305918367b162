"""Objects of the user's classes that a function makes or updates: their attributes are values."""
