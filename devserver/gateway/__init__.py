"""API Gateway as values: HTTP request to event, proxy result to HTTP response."""
