"""Access policies: from where somebody may call whom the policy does not know. Pure.

docs.aws.amazon.com/opensearch-service/latest/developerguide/ac.html
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from services.models.kit.networks import is_internet, range_of
from services.models.kit.values import Item, one_or_each, texts

EVERYWHERE = ("0.0.0.0/0", "::/0")
ADDRESS = "aws:sourceip"
# what says who calls, or from which network, as S3 has it for policies that are not public:
# docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
KNOWN = frozenset({
    "aws:principalarn", "aws:principalaccount", "aws:principalorgid", "aws:principalorgpaths",
    "aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce",
    "aws:userid", "aws:username",
})  # fmt: skip
EXACT = ("stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike")
Networks = tuple[str, ...]


def strangers(policy: str, action: str) -> Networks | None:
    """The networks from which everybody may do this action (in lower case); () for none, None: not known."""
    if not policy:
        return ()
    try:
        document = json.loads(policy)
    except ValueError:
        return None
    statements = [one for one in one_or_each({"all": document}, "all", "Statement") if _is_about(one, action)]
    allowed = [_networks(one) for one in statements if one.get("Effect") == "Allow" and _is_everybody(one)]
    found = tuple(dict.fromkeys(network for networks in allowed for network in networks or ()))
    if None in allowed and not is_everywhere(found):
        return None
    return _without_denied(found, [one for one in statements if one.get("Effect") == "Deny"])


def is_everywhere(networks: Iterable[str]) -> bool:
    """Whether the internet is in these networks; one that is none is nobody's."""
    ranges = [found for each in networks if (found := range_of(each))]
    return any(is_internet(ranges, version) for version in (4, 6))


def _is_about(statement: Item, action: str) -> bool:
    """Whether it may say something of the action."""
    if "NotAction" in statement:
        return not any(fnmatchcase(action, each.lower()) for each in _texts(statement["NotAction"]))
    return any(fnmatchcase(action, each.lower()) for each in _texts(statement.get("Action")))


def _is_everybody(statement: Item) -> bool:
    principal = statement.get("Principal")
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    return "*" in _texts(named) or "NotPrincipal" in statement


def _networks(statement: Item) -> Networks | None:
    """From where an Allow lets everybody in; None where a condition is not understood."""
    networks: Networks = EVERYWHERE
    understood = True
    for operator, key, values in _conditions(statement):
        if key in KNOWN and operator in EXACT and values and "*" not in values:
            return ()
        if key == ADDRESS and operator == "ipaddress":
            networks = values
        elif key != ADDRESS or operator != "notipaddress" or is_everywhere(values):
            understood = False
    return networks if understood else None


def _without_denied(found: Networks, denies: list[Item]) -> Networks | None:
    """What is left of it. A Deny of all but some networks leaves those."""
    for statement in denies if found else ():
        conditions = _conditions(statement)
        if not conditions and _is_everybody(statement):
            return ()
        if any(key == "aws:securetransport" for _, key, _ in conditions) or not _is_everybody(statement):
            continue  # it denies some, or what is sent in the clear
        if [(operator, key) for operator, key, _ in conditions] != [("notipaddress", ADDRESS)]:
            return None
        if not is_everywhere(conditions[0][2]):
            found = conditions[0][2]
    return found


def _conditions(statement: Item) -> list[tuple[str, str, tuple[str, ...]]]:
    """Operator, key (both in lower case) and values of each."""
    operators = statement.get("Condition")
    return [
        (str(operator).lower(), str(key).lower(), _texts(values))
        for operator, keys in (operators.items() if isinstance(operators, Mapping) else ())
        for key, values in (keys.items() if isinstance(keys, Mapping) else ())
    ]


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else texts({"all": value}, "all")
