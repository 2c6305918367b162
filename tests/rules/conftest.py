"""The small templates are data: read by the engine under test, never imported."""

collect_ignore = ["small"]
