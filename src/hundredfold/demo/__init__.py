"""Real orders to try everything on."""
