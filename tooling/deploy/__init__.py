"""Deployment: stacks, what would change in them, the smoke test, rollback, and the tasks that ship."""
