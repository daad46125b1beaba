"""Storage: files and the table, how what is too large for an item is kept in parts, and in which schema."""
