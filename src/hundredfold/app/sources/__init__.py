"""Other systems that are loaded again and again: what their files say, how they are read, how far they are."""
