"""The aggregates, a file each."""
