from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import CollectError
from services.models.kit.base import Call
from services.models.kit.networks import is_wide
from services.models.kit.prefix_lists import ACTION, with_lists
from services.models.kit.scope import Scope
from services.models.kit.values import Item
from services.models.securitygroup import SecurityGroup

SCOPE = Scope("412233445883", "us-east-1", "securitygroups")


class Lists:
    """A source with these prefix lists; a code instead of entries is an error."""

    def __init__(self, **entries: list[str] | str) -> None:
        self.entries = entries
        self.asked: list[str] = []

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        id = call.parameters["PrefixListId"]
        self.asked.append(id)
        entries = self.entries[id.replace("-", "_")]
        if isinstance(entries, str):
            raise CollectError("no", code=entries)
        yield from ({"Entries": [{"Cidr": entry}]} for entry in entries)

    def call(self, service: str, operation: str, **parameters: Any) -> Item:
        raise NotImplementedError


def group(id: str, *lists: str) -> dict[str, Any]:
    named = [{"PrefixListId": each} for each in lists]
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": named}
    return {"GroupId": id, "IpPermissions": [rule]}


def groups(source: Lists, *items: dict[str, Any]) -> list[SecurityGroup]:
    return [SecurityGroup.from_aws(item, SCOPE) for item in with_lists([*items], source, SCOPE)]


def test_each_list_that_is_named_is_read_once_and_its_wide_networks_are_kept() -> None:
    source = Lists(pl_1=["203.0.113.0/24", "0.0.0.0/1", "2600::/12"], pl_2=["10.0.0.0/24"])
    found = groups(source, group("a", "pl-1"), group("b", "pl-2", "pl-1"), group("c"))
    assert sorted(source.asked) == ["pl-1", "pl-2"]
    one = ("pl-1", "pl-1 0.0.0.0/1", "pl-1 2600::/12")
    assert [each.lists for each in found] == [one, (*one, "pl-2"), ()]
    assert [each.open for each in found] == ["tcp 22", "tcp 22", ""]


@pytest.mark.parametrize(
    ("code", "denied", "unanswered"),
    [
        ("UnauthorizedOperation", (ACTION,), ()),
        ("InternalError", (), ("ec2 GetManagedPrefixListEntries: InternalError",)),
        ("InvalidPrefixListID.NotFound", (), ()),
    ],
)
def test_a_list_that_cannot_be_read_is_not_known_where_it_is_named(
    code: str, denied: tuple[str, ...], unanswered: tuple[str, ...]
) -> None:
    named, other = groups(Lists(pl_1=code, pl_2=[]), group("a", "pl-1", "pl-2"), group("b", "pl-2"))
    assert (named.lists, named.denied, named.unanswered) == (("pl-2",), denied, unanswered)
    assert (other.lists, other.denied, other.unanswered) == (("pl-2",), (), ())


@pytest.mark.parametrize(
    ("network", "wide"),
    [
        ("0.0.0.0/0", True), ("10.0.0.0/16", True), ("10.0.0.0/17", False), ("203.0.113.7/32", False),
        ("::/0", True), ("2600::/20", True), ("2600::/21", False), ("not told", True),
    ],
)  # fmt: skip
def test_what_is_narrow_cannot_add_up_to_the_internet(network: str, wide: bool) -> None:
    assert is_wide(network) is wide
