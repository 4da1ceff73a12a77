"""Work that is done at set times, and what tells people when something is wrong."""
