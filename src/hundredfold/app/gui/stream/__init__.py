"""The event debugger: what arrives, what was stored, and what a message has changed."""
