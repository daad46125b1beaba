"""Processes that run the functions: forked ahead of time, replaced when code changes."""
