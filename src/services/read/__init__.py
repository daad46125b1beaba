"""Reading: Everything as a SQLite file, built beside the requests and refreshed in place; History."""
