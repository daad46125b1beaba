"""Pages of the estate: Home, resources, accounts, changes, collection, deployments."""
