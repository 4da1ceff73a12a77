"""The part of the control API behind the screens of micro-segments, and of how customers move."""
