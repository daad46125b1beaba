"""One file for each report, with the examples for its test; services.reports.registry finds them."""
