"""Routes: whether a route table lets the internet into its subnets. Pure.

The most specific route decides, also where it leads nowhere; of equal ones a static one comes before a prefix
list's, and that before a propagated one:
docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum

from services.models.kit.networks import ALL_ADDRESSES, Range, inside, is_internet, is_wide, outside, range_of
from services.models.kit.values import Item, each, text

DESTINATIONS = {4: "DestinationCidrBlock", 6: "DestinationIpv6CidrBlock"}  # by IP version
LIST = "DestinationPrefixListId"
PROPAGATED = "EnableVgwRoutePropagation"


class Lets(Enum):
    """Whether questions from the internet come in where a route's answers go out."""

    IN = "an internet gateway"
    PERHAPS = "an endpoint or an appliance, which may be a firewall before the gateway"
    NOBODY = "anything else, such as a NAT gateway, or nowhere"


def lets_internet_in(routes: Iterable[Item], version: int) -> bool | None:
    """Whether these routes of a table, as `kept` has them, do so over a version of IP; None: not known.

    docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html
    """
    routes = tuple(routes)
    left = [ALL_ADDRESSES[version]]
    found: dict[Lets, list[Range]] = {lets: [] for lets in Lets}
    for network, route in _most_specific_first(routes, version):
        found[_lets(route)] += inside(left, network)
        left = outside(left, network)
    lists = {_lets(route) for route in routes if text(route, LIST)}  # what they hold is not known
    if is_internet(found[Lets.IN], version):
        return None if lists - {Lets.IN} else True
    doubtful = is_internet([*found[Lets.IN], *found[Lets.PERHAPS]], version) or lists - {Lets.NOBODY}
    return None if doubtful else False


def _most_specific_first(routes: Iterable[Item], version: int) -> list[tuple[Range, Item]]:
    found = [
        (network, route) for route in routes if (network := range_of(text(route, DESTINATIONS[version])))
    ]
    return sorted(found, key=lambda one: (one[0].last - one[0].first, text(one[1], "Origin") == PROPAGATED))


def _lets(route: Item) -> Lets:
    gateway = text(route, "GatewayId")
    if text(route, "State") == "blackhole":
        return Lets.NOBODY
    if gateway.startswith("igw-"):
        return Lets.IN
    between = gateway.startswith("vpce-") or text(route, "NetworkInterfaceId")
    return Lets.PERHAPS if between else Lets.NOBODY


def kept(table: Item, networks: Callable[[str], Sequence[str] | None]) -> list[Item]:
    """The routes of a table that decide whether the internet comes in; none where none lets it.

    networks: the wide networks of a prefix list, None: unknown. Its routes become one for each of them.
    """
    found = [route for route in each(table, "Routes") if not _is_inner(route)]
    if all(_lets(route) is Lets.NOBODY for route in found):
        return []
    listed = [route for route in found if text(route, LIST)]
    plain = [route for route in found if not text(route, LIST) and _is_wide(route)]
    return [*plain, *(one for route in listed for one in _of_list(route, networks(text(route, LIST))))]


def _is_inner(route: Item) -> bool:
    """Within the network, or to a service of AWS over a gateway endpoint."""
    gateway = text(route, "GatewayId")
    return gateway == "local" or (gateway.startswith("vpce-") and bool(text(route, LIST)))


def _is_wide(route: Item) -> bool:
    return any(is_wide(cidr) for key in DESTINATIONS.values() if (cidr := text(route, key)))


def _of_list(route: Item, networks: Sequence[str] | None) -> list[Item]:
    if networks is None:
        return [route]
    bare = {key: value for key, value in route.items() if key != LIST}
    return [bare | {DESTINATIONS[6 if ":" in cidr else 4]: cidr} for cidr in networks]
