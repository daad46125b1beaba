"""The server's own ends: HTTP, LiveReload, style sheet, and what it answers by itself."""
