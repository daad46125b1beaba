"""ALLOWED_CIDRS: the networks that may open a deployed console, never half of the world or more.

CloudFormation can't add networks up, so PATTERN bounds what any list can reach: at most MOST networks, each
at most a /8 (IPv4) or a /20 (IPv6), are 39 % of IPv4 and less than 0.1 % of public IPv6. `allowed` is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network

from errors import SettingsError
from services.models.kit.networks import PUBLIC_IPV6, WORLD, range_of, share

Network = IPv4Network | IPv6Network

MOST = 100
LARGEST = {4: 8, 6: 20}  # IP version -> the shortest prefix
LONGEST = 4096  # characters of a parameter that CloudFormation takes
_V4 = r"[0-9]{1,3}(\.[0-9]{1,3}){3}/([89]|[12][0-9]|3[0-2])"
_V6 = r"[23][0-9a-f]{3}:[0-9a-f:]{1,34}/(2[0-9]|[3-9][0-9]|1[01][0-9]|12[0-8])"
PATTERN = f"({_V4}|{_V6})(,({_V4}|{_V6})){{0,{MOST - 1}}}"
RULE = f"1 to {MOST} networks with commas between, at most a /{LARGEST[4]} (IPv4) or a /{LARGEST[6]} (IPv6)"
WAY_OUT = (
    "set ALLOWED_CIDRS in .env to the networks that may open the console: 203.0.113.0/24,198.51.100.7/32"
)


def allowed(given: str) -> str:
    """The networks of `given` as CloudFormation is given them; empty when there are none.

    Raises SettingsError for what is no network, is too large, or lets in half of all addresses together with
    the others.
    """
    entries = [entry.strip() for entry in given.split(",") if entry.strip()]
    networks = tuple(dict.fromkeys(map(_network, entries)))
    for version in WORLD:
        _check_share([each for each in networks if each.version == version], version)
    for network in networks:
        _check(network)
    if len(networks) > MOST:
        raise SettingsError(f"ALLOWED_CIDRS has {len(networks)} networks; at most {MOST} are taken", WAY_OUT)
    value = ",".join(map(str, networks))
    if len(value) > LONGEST:
        raise SettingsError(
            f"ALLOWED_CIDRS is {len(value)} characters long; CloudFormation takes {LONGEST}", WAY_OUT
        )
    return value


def share_of(networks: Sequence[Network], version: int) -> float:
    """The part of the internet's addresses of this IP version that these are together, from 0 to 1."""
    return share([each for network in networks if (each := range_of(str(network)))], version)


def _network(entry: str) -> Network:
    try:
        if "%" in entry:  # an interface of one machine: fe80::1%eth0
            raise ValueError("a zone (%) is no part of a network")
        return IPv6Network(entry) if ":" in entry else IPv4Network(entry)
    except ValueError as error:
        raise SettingsError(f"ALLOWED_CIDRS has {entry!r}: {error}", WAY_OUT) from None


def _check_share(networks: Sequence[Network], version: int) -> None:
    part = share_of(networks, version)
    if part < 0.5:
        return
    addresses = "IPv4 addresses" if version == 4 else "public IPv6 addresses"
    what = "all the world" if part == 1 else f"{part:.0%} of all {addresses}"
    if len(networks) == 1:
        raise SettingsError(f"ALLOWED_CIDRS has '{networks[0]}', which is {what}", WAY_OUT)
    raise SettingsError(f"ALLOWED_CIDRS has {_named(networks)}, which together are {what}", WAY_OUT)


def _named(networks: Sequence[Network]) -> str:
    first = ", ".join(f"'{network}'" for network in networks[:4])
    return first if len(networks) <= 4 else f"{first} and {len(networks) - 4} more"


def _check(network: Network) -> None:
    shortest = LARGEST[network.version]
    if network.prefixlen < shortest:
        raise SettingsError(f"ALLOWED_CIDRS has '{network}': the largest network is a /{shortest}", WAY_OUT)
    if isinstance(network, IPv6Network) and not network.subnet_of(PUBLIC_IPV6):
        raise SettingsError(f"ALLOWED_CIDRS has '{network}', which is not public ({PUBLIC_IPV6})", WAY_OUT)
