"""From what was sent to what can be stored: strict JSON, checked messages, the tracking plan, files and databases."""
