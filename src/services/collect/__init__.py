"""Collection: which scopes are due, what AWS is asked, and who does it: laptop, worker or queue."""
