"""HTTP of access, one file per noun."""
