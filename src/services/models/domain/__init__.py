"""What Polo knows beside resources: findings, reports, costs, daily values, releases."""
