"""Invocations: what a handler was given, answered, printed; kept in files."""
