"""Pages of Cloud Cop: findings, a rule, why a resource was found, mutes."""
