"""The web interface: its files, and the control API's parts that only it needs."""
