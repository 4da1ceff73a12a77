"""Alerts: one when something begins to be wrong, one when it is right again."""
