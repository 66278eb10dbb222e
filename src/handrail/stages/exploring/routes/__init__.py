"""HTTP of finding items."""
