"""Customers found and looked into: profiles, ids and links, what happened, and the events behind a value."""
