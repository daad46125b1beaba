"""Pages as pure functions from data to elements."""
