"""The local AWS on loopback, its accounts, and where a task works."""
