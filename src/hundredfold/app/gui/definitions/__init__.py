"""Definitions as people write them: checked, kept as drafts, compared, published; what both builders share."""
