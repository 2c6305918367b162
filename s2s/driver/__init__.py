"""From a live function to a derivative that can be called, read and pickled."""
