"""Finding items again: filters, words of the content, saved views, and links from any number to the items behind it."""
