"""Facts worked out from what was recorded: pure functions, values in, a value out."""
