"""HTTP of learning: exports as a stream, and as files that are made meanwhile."""
