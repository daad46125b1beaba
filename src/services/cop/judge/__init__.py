"""Judgement: what a rule may ask, and what it answers; facts, limits, reachability, savings."""
