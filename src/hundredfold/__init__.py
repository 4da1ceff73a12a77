"""One exact customer profile from years of history and the live stream of events."""
