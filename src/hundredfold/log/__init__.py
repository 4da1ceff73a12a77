"""The log: every message in order, durable, for ever or as long as retention says; and the history below it."""
