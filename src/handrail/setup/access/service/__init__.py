"""Units of work of access, one file per noun. Free of HTTP: routes and the command line call the same functions."""
