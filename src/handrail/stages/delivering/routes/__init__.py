"""HTTP of delivering."""
