"""Guessing what a stranger's file holds: how it is written, what its columns are, and the mapping that follows."""
