"""Debugging: breakpoint() in the terminal, or in an editor whose session outlives a reload."""
