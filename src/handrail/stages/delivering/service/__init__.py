"""Units of work of delivering."""
