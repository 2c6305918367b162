"""From a live Python function to the intermediate representation."""
