from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from errors import CollectError
from services.models import RESOURCE_TYPES, accesskey, accountsummary, user
from services.models.kit import credentials
from services.models.kit.base import Call
from services.models.kit.credentials import credential_report
from services.models.kit.scope import Scope
from services.models.kit.values import Item

SCOPE = Scope("412233445883", "global", "users")
KEYS = "access_key_1_active,access_key_1_last_rotated,access_key_2_active,access_key_2_last_rotated"
REPORT = (
    f"user,arn,password_enabled,password_last_used,mfa_active,{KEYS}\n"
    "<root_account>,arn:root,not_supported,2026-02-03T10:11:12+00:00,true,false,N/A,false,N/A\n"
    "ana,arn:ana,true,no_information,false,true,2026-01-11T10:10:10+00:00,false,2025-01-11T10:10:10+00:00\n"
    "bot,arn:bot,false,N/A,false,false,N/A,false,N/A\n"
)

GOOD = {
    "user": "ana",
    "arn": "arn:aws:iam::111122223333:user/ana",
    "access_key_1_active": "true",
    "access_key_1_last_rotated": "2026-01-11T10:10:10+00:00",
    "mfa_active": "true",
}
READERS = [name for name, kind in RESOURCE_TYPES.items() if set(credentials.ACTIONS) <= set(kind.actions)]


class Reporting:
    """A source whose report is ready at the n-th question."""

    def __init__(self, ready: int = 1) -> None:
        self.left = ready
        self.made = 0

    def pages(self, call: Call, region: str | None = None) -> Iterator[Item]:
        raise NotImplementedError

    def call(
        self, service: str, operation: str, *, absent: Sequence[str] = (), region: str | None = None, **_: Any
    ) -> Item | None:
        if operation == "generate_credential_report":
            self.made += 1
            return {"State": "STARTED"}
        self.left -= 1
        return {"Content": REPORT.encode()} if self.left <= 0 else None


def test_report_that_is_there_is_not_made_again() -> None:
    source = Reporting()
    assert [row["user"] for row in credential_report(source)] == [credentials.ROOT, "ana", "bot"]
    assert source.made == 0


def test_report_is_waited_for() -> None:
    slept: list[float] = []
    assert len(credential_report(Reporting(3), slept.append)) == 3
    assert slept == [credentials.PAUSE] * 2


def test_report_that_never_comes_fails_the_scope() -> None:
    with pytest.raises(CollectError, match="still making"):
        credential_report(Reporting(1000), lambda seconds: None)


def test_words_for_nothing_are_nothing() -> None:
    _, ana, bot = credential_report(Reporting())
    assert "password_last_used" not in ana
    assert set(bot) == {
        "user", "arn", "password_enabled", "mfa_active", "access_key_1_active", "access_key_2_active",
    }  # fmt: skip


def enriched(name: str, items: list[dict[str, Any]], source: Any) -> list[Item]:
    kind = RESOURCE_TYPES[name]
    assert kind.enrich
    return list(kind.enrich(items, source, Scope("412233445883", "global", name)))


def test_user_gets_his_own_row() -> None:
    items = [{"UserName": "ana", "Arn": "arn:ana"}, {"UserName": "new", "Arn": "arn:new"}]
    ana, new = (user.User.from_aws(item, SCOPE) for item in enriched("users", items, Reporting()))
    assert (ana.console, ana.mfa, ana.password_used, ana.active_keys) == (True, False, None, 1)
    assert (new.console, new.mfa, new.active_keys) == (None, None, None), "unknown, not false"


def test_keys_are_those_that_were_ever_made() -> None:
    found = [accesskey.AccessKey.from_aws(item, SCOPE) for item in accesskey.keys([], Reporting(), SCOPE)]
    assert [(key.id, key.state, key.created) for key in found] == [
        ("ana/1", "active", "2026-01-11T10:10:10Z"),
        ("ana/2", "inactive", "2025-01-11T10:10:10Z"),
    ]


def test_root_is_judged_by_summary_and_report() -> None:
    items: list[dict[str, Any]] = [{"SummaryMap": {"AccountMFAEnabled": 0, "AccountAccessKeysPresent": 1}}]
    (item,) = enriched("accountsummaries", items, Reporting())
    found = accountsummary.AccountSummary.from_aws(item, SCOPE)
    assert (found.id, found.root_mfa, found.root_keys) == ("412233445883", False, True)
    assert found.root_used == "2026-02-03T10:11:12Z"


class Report:
    """A source that has this report."""

    def __init__(self, *rows: dict[str, str]) -> None:
        lines = [",".join(GOOD), *(",".join(row.get(name, "") for name in GOOD) for row in rows)]
        self.content = "\n".join(lines).encode()

    def call(self, service: str, operation: str, **_: Any) -> Any:
        return {"Content": self.content} if operation == "get_credential_report" else {"State": "COMPLETE"}


def read(name: str, source: Report) -> list[Any]:
    return enriched(name, [{"UserName": "ana", "Arn": GOOD["arn"]}], source)


def test_users_and_keys_are_made_of_it() -> None:
    assert {"users", "accesskeys"} <= set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_rows_with_an_arn_are_read(name: str) -> None:
    root = {**GOOD, "user": credentials.ROOT, "arn": "arn:aws-cn:iam::111122223333:root"}
    assert read(name, Report(GOOD, root))


@pytest.mark.parametrize("arn", ["", "N/A", "no_information", "not_supported", "ana", " ", "None"])
def test_a_row_whose_arn_is_none_is_refused_by_its_name(arn: str) -> None:
    with pytest.raises(CollectError, match="user='ben' arn=") as refused:
        read("accesskeys", Report(GOOD, {**GOOD, "user": "ben", "arn": arn}))
    assert "collect again" in refused.value.way_out


def test_a_report_without_the_column_is_refused() -> None:
    source = Report()
    source.content = b"user,mfa_active\nben,true\n"
    with pytest.raises(CollectError, match="user='ben' arn=None"):
        read("accesskeys", source)


@pytest.mark.parametrize("name", [name for name in READERS if name != "accesskeys"])
def test_who_is_not_made_of_the_report_stays_without_it(name: str) -> None:
    (item,) = read(name, Report(GOOD, {**GOOD, "user": "ben", "arn": ""}))
    assert item["Unanswered"] == ["iam GetCredentialReport: InvalidReport"]
