"""The credential report, as each type reads it that is made of it."""

from __future__ import annotations

from typing import Any

import pytest

from errors import CollectError
from services.models import RESOURCE_TYPES, credentials
from services.models.scope import Scope

GOOD = {
    "user": "ana",
    "arn": "arn:aws:iam::111122223333:user/ana",
    "access_key_1_active": "true",
    "access_key_1_last_rotated": "2026-01-11T10:10:10+00:00",
    "mfa_active": "true",
}
READERS = [name for name, kind in RESOURCE_TYPES.items() if set(credentials.ACTIONS) <= set(kind.actions)]


class Report:
    """A source that has this report."""

    def __init__(self, *rows: dict[str, str]) -> None:
        lines = [",".join(GOOD), *(",".join(row.get(name, "") for name in GOOD) for row in rows)]
        self.content = "\n".join(lines).encode()

    def call(self, service: str, operation: str, **_: Any) -> Any:
        return {"Content": self.content} if operation == "get_credential_report" else {"State": "COMPLETE"}


def read(name: str, source: Report) -> list[Any]:
    kind = RESOURCE_TYPES[name]
    assert kind.enrich
    items = [{"UserName": "ana", "Arn": GOOD["arn"]}]
    return list(kind.enrich(items, source, Scope("111122223333", "global", name)))  # type: ignore[arg-type]


def test_users_and_keys_are_made_of_it() -> None:
    assert {"users", "accesskeys"} <= set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_rows_with_an_arn_are_read(name: str) -> None:
    root = {**GOOD, "user": credentials.ROOT, "arn": "arn:aws-cn:iam::111122223333:root"}
    assert read(name, Report(GOOD, root))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("arn", ["", "N/A", "no_information", "not_supported", "ana", " ", "None"])
def test_a_row_whose_arn_is_none_is_refused_by_its_name(name: str, arn: str) -> None:
    with pytest.raises(CollectError, match="user='ben' arn=") as refused:
        read(name, Report(GOOD, {**GOOD, "user": "ben", "arn": arn}))
    assert "collect again" in refused.value.way_out


@pytest.mark.parametrize("name", READERS)
def test_a_report_without_the_column_is_refused(name: str) -> None:
    source = Report()
    source.content = b"user,mfa_active\nben,true\n"
    with pytest.raises(CollectError, match="user='ben' arn=None"):
        read(name, source)
