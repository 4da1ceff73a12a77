"""The HTTP door: the tracking API on the hot path, the control API and the machine's own pages around it."""
