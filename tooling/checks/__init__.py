"""Checks of the project: style, types, tests, and what follows from declarations."""
