from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from errors import SettingsError
from services.cloud.accounts import PAGE, known, listed, organization, role_arn
from services.cloud.aws import Aws
from services.models.kit.base import Call
from services.models.kit.scope import GLOBAL, Account
from services.models.kit.values import Item

PROD, DEV = Account("111122223333", "prod"), Account("444455556666", "dev")


class Pages:
    """A source that answers with pages of members."""

    def __init__(self, *pages: list[dict[str, Any]]) -> None:
        self.answers = pages

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        yield from ({"Accounts": page} for page in self.answers)

    def call(self, service: str, operation: str, **_: Any) -> Item | None:
        raise AssertionError(operation)


@pytest.mark.parametrize(
    ("text", "accounts"),
    [
        ("111122223333=prod,444455556666=dev", (PROD, DEV)),
        (" 111122223333 = prod ,\n 444455556666 = dev , ", (PROD, DEV)),
        ("111122223333", (Account("111122223333", "111122223333"),)),
        ("111122223333=shop = main", (Account("111122223333", "shop = main"),)),
        ("", ()),
    ],
)
def test_list_in_the_settings(text: str, accounts: tuple[Account, ...]) -> None:
    assert listed(text) == accounts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prod=111122223333", "'prod=111122223333'"),
        ("11112222333=prod", "'11112222333=prod'"),
        ("111122223333=a,111122223333=b", "111122223333 twice"),
        ("organizations", "'organizations'"),
    ],
)
def test_list_that_cannot_be_read_names_the_entry(text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said) as error:
        listed(text)
    assert "111122223333=prod" in error.value.way_out


def test_only_active_accounts_of_the_organisation_are_taken() -> None:
    source = Pages(
        [{"Id": PROD.id, "Name": "prod", "Status": "ACTIVE"}, {"Id": "1", "Status": "SUSPENDED"}],
        [
            {"Id": DEV.id, "Name": "dev", "State": "ACTIVE", "Status": "ACTIVE"},
            {"Id": "2", "State": "PENDING_CLOSURE", "Status": "ACTIVE"},
        ],
        [],
    )
    assert tuple(organization(source)) == (PROD, DEV)


def test_organisation_is_read_page_by_page(prod: Aws) -> None:
    organizations = prod.client("organizations", "eu-west-1")
    organizations.create_organization(FeatureSet="ALL")
    for number in range(45):
        organizations.create_account(Email=f"{number}@example.com", AccountName=f"team-{number}")
    pages = []
    organizations.meta.events.register(
        "after-call.organizations.ListAccounts", lambda parsed, **_: pages.append(len(parsed["Accounts"]))
    )
    found = known("organization", prod.source(GLOBAL))
    assert {account.name for account in found} >= {f"team-{number}" for number in range(45)}
    assert [account.id for account in found] == sorted(account.id for account in found)
    assert max(pages) <= PAGE


def test_list_needs_no_question() -> None:
    assert known("444455556666=dev,111122223333=prod", Pages()) == (PROD, DEV)


@pytest.mark.parametrize(
    ("region", "arn"),
    [
        ("eu-west-1", "arn:aws:iam::111122223333:role/PoloReader"),
        ("us-gov-west-1", "arn:aws-us-gov:iam::111122223333:role/PoloReader"),
        ("cn-north-1", "arn:aws-cn:iam::111122223333:role/PoloReader"),
    ],
)
def test_role_is_in_the_partition_of_the_region(region: str, arn: str) -> None:
    assert role_arn(PROD.id, "PoloReader", region) == role_arn(PROD.id, "/PoloReader", region) == arn
