"""What Polo does, in rooms along the path of the data: docs/architecture.md has their order."""
