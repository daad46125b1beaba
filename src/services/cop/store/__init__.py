"""Findings, stored: beside the local data or in the table; ledger, totals and mutes."""
