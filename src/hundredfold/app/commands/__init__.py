"""The commands, one file each: the arguments, and how the answer is shown to people."""
