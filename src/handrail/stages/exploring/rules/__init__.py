"""What may be asked, and what the words of an item are. Pure."""
