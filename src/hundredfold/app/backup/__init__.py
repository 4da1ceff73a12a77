"""A backup: everything of a workspace as it was at one position of its log, and the way back."""
