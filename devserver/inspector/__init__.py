"""The inspector: pages on what the functions were asked and what they answered."""
