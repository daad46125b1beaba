"""Patrols: all rules over the whole estate, and the desk where pages ask for what was found."""
