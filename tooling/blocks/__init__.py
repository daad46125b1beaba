"""Infra blocks: what each function declares, and what template.yaml and the CDK make of it."""
