"""Wiring, command line and web: the one place where concrete backends are named."""
