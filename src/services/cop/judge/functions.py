"""What the rules of functions share."""

from __future__ import annotations

from services.models.function import Function

EDGE_HOME = "us-east-1"


def is_edge_replica(function: Function) -> bool:
    """Whether CloudFront made it out of a Lambda@Edge function, which is judged at home in us-east-1."""
    return function.region != EDGE_HOME and function.id.startswith(f"{EDGE_HOME}.")
