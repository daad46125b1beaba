"""Addresses of pages, and how figures and dates are written."""
