"""Releases: what was built, what runs where, and the static files of earlier ones."""
