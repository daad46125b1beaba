"""What the launcher does before anything is installed: by the standard library alone."""
