"""Definitions into values: the plan, the decoder, the one fold, and how cells are read."""
