"""Routes: a request's parameters in, a page, JSON or CSV out."""
