"""The demo estate: an estate of any size from nothing, the same bytes on every run."""
