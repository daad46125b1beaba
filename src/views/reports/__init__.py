"""Pages of reports: the list of them, and one with its rows."""
