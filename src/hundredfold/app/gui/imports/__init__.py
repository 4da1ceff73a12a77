"""Files imported from a browser: taken, mapped, followed, undone."""
