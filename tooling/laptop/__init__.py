"""What a laptop does for itself: sync, judge, costs, reports, prices, backup."""
