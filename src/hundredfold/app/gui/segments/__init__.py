"""The part of the control API behind the segments' screens."""
