"""The thinking brain: all history, folded at night."""
