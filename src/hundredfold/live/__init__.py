"""The feeling brain: the stream, folded now."""
