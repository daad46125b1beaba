"""Releases, written and listed."""
