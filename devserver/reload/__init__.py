"""Sources: what changed, who imports it, how it is imported, and the last code that loaded."""
