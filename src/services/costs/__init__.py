"""Costs: what Cost Explorer is asked within a budget, kept by period, and added up for pages."""
