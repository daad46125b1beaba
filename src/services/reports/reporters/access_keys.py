"""Long-lived access keys that are active: how old they are, and when they were last used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from services.cop.judge.rule import ago, example
from services.cop.rules.iam_key_old import RULE
from services.models.accesskey import AccessKey
from services.models.domain.report import Column, Figure, Row, Value
from services.reports.examples import ACCOUNT
from services.reports.report import Content, Example, Reporter, Sources, dearest_first

TYPES = ("accesskeys",)
AGE, UNUSED, LAST = 3, 5, RULE.limits["days"]
NEVER = "never"


def make(sources: Sources) -> Content:
    keys = [cast(AccessKey, key) for key in sources.of(*TYPES)]
    rows = [_row(key, sources) for key in keys if key.state.lower() == "active"]
    return Content(dearest_first(rows, AGE), tuple(_figures(rows)))


def _row(key: AccessKey, sources: Sources) -> Row:
    """Unused for as long as it is there, if it never was."""
    used = key.last_used or key.created
    last = key.last_used[:10] if key.last_used else NEVER
    age, unused = sources.days_since(key.created), sources.days_since(used)
    return key.account, key.user, key.number, age, last, unused


def _figures(rows: list[Row]) -> Iterator[Figure]:
    yield Figure("active", "Active keys", len(rows))
    yield Figure("old", f"Older than {LAST} days", sum(_beyond(row[AGE]) for row in rows))
    yield Figure("unused", f"Unused for {LAST} days", sum(_beyond(row[UNUSED]) for row in rows))
    yield Figure("never", "Never used", sum(row[4] == NEVER for row in rows))
    yield Figure("users", "Users", len({row[:2] for row in rows}))
    ages = [age for row in rows if isinstance(age := row[AGE], int)]
    yield Figure("oldest", "Days of the oldest", max(ages) if ages else None)


def _beyond(days: Value) -> bool:
    return isinstance(days, int) and days > LAST


def _key(user: str, **changes: object) -> AccessKey:
    key: AccessKey = example("accesskeys", id=f"{user}/1", user=user, number="1", state="active", **changes)
    return key


REPORTER = Reporter(
    name="access-keys",
    title="Stale access keys",
    about="Active keys of IAM users, the oldest first. A key that leaked works until somebody turns it off.",
    columns=(
        Column("account", "Account", "account"),
        Column("user", "User"),
        Column("number", "Key"),
        Column("age", "Days old", "count", compared=False),
        Column("last_used", "Last used", "day"),
        Column("unused", "Days unused", "count", compared=False),
    ),
    key=3,
    types=TYPES,
    make=make,
    examples=(
        Example(
            (
                _key("ci", created=ago(200), last_used=ago(1)),
                _key("old", created=ago(300), last_used=None),
                _key("odd", created=None, last_used=None),
                example("accesskeys", id="off/1", user="off", number="1", state="inactive"),
            ),
            rows=(
                (ACCOUNT, "old", "1", 300, NEVER, 300),
                (ACCOUNT, "ci", "1", 200, ago(1)[:10], 1),
                (ACCOUNT, "odd", "1", None, NEVER, None),
            ),
            figures={"active": 3, "old": 2, "unused": 1, "never": 2, "oldest": 300},
        ),
    ),
)
