"""What is known and what depends on what: analyses of the intermediate representation."""
