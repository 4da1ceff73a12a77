"""Definitions written from a browser: as they stand, checked, drafted, compared, brought into force; ready ones."""
