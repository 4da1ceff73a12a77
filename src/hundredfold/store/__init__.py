"""Rows that change together, in SQLite: keys and tokens, what was refused, what is held back."""
