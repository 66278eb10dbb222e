"""HTTP of reviewing: assignments and reviews, queues."""
