"""What load balancers cost an hour, each kind its own; their capacity units come on top."""

from __future__ import annotations

from services.prices.formula import Formula, RateOf, hours, price

CLASSIC = "classic"
KEYS = {
    "application": "alb.hour",
    "network": "nlb.hour",
    "gateway": "gwlb.hour",
    CLASSIC: "clb.hour",
}


def balancer_price(rate: RateOf, region: str, kind: str) -> Formula | None:
    """A month of its hours; None for a kind that is not known."""
    return price(rate(KEYS[kind], region), hours()) if kind in KEYS else None
