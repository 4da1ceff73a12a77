"""Segments: conditions over profiles, who is in them now, who has come and gone."""
