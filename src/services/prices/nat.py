"""What NAT gateways cost by the hour; the data that they move comes on top."""

from __future__ import annotations

from services.models.natgateway import NatGateway
from services.prices.formula import Formula, RateOf, count, hours, price, total


def nat_price(rate: RateOf, gateway: NatGateway, *, addresses: bool = False) -> Formula | None:
    """A month of its hours. addresses: with its public ones, of which a private gateway has none."""
    if gateway.zones is None:
        return None
    zones = () if gateway.zones == 1 else (count(gateway.zones, "zones"),)
    own = price(rate("nat.hour", gateway.region), hours(), *zones)
    held = 0 if gateway.connectivity == "private" or not addresses else max(1, len(gateway.allocations))
    if not held:
        return own
    unit = "public address" if held == 1 else "public addresses"
    return total((own, price(rate("ipv4.hour", gateway.region), hours(), count(held, unit))))
