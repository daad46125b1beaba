"""Pages of costs: what was spent, as cards, chart and table."""
