"""IAM-KEY-OLD: long-lived keys, the way in that is found most often."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.accesskey import AccessKey
from services.models.domain.finding import Finding, Verdict


def check(key: AccessKey, facts: Facts) -> Verdict:
    if key.state != "active":
        return None
    age = facts.days_since(key.created, "when it was made")
    unused = facts.days_since(key.last_used or key.created, "when it was last used")
    if unused > facts.limits["unused_days"]:
        return Finding("never used" if not key.last_used else f"not used for {unused:.0f} days")
    if age > facts.limits["days"]:
        return Finding(f"{age:.0f} days old")
    return _second(key, facts)


def _second(key: AccessKey, facts: Facts) -> Verdict:
    if key.number != "2":
        return None
    others = facts.others("accesskeys", key.region).values()
    first = any(
        each.user == key.user and each.number == "1" and each.state.lower() == "active" for each in others
    )
    return Finding(f"{key.user} has two active keys", severity="low") if first else None


def _key(**changes: object) -> AccessKey:
    usual = {
        "id": "k2",
        "state": "active",
        "user": "ci",
        "number": "2",
        "created": ago(20),
        "last_used": ago(1),
    }
    key: AccessKey = example("accesskeys", **usual | changes)
    return key


_FIRST, _OFF = _key(id="k1", number="1"), _key(id="k1", number="1", state="inactive")

RULE = Rule(
    id="IAM-KEY-OLD",
    title="Access key is old or not used",
    types=("accesskeys",),
    severity="medium",
    confidence="certain",
    check=check,
    limits={"days": 90, "unused_days": 90},
    looks_up=("accesskeys",),
    why="A key that leaked works until somebody turns it off. One that is not used is missed by nobody.",
    fix="Use roles or Identity Center; else rotate the key, and delete the old one.",
    source="CIS AWS Foundations (90 days); Prowler iam_rotate_access_key_90_days",
    good=(
        Example(_key(), (_OFF,)),
        Example(_key(number="1")),
        Example(_key(number="1", created=ago(90))),
        Example(_key(number="1", created=ago(90), last_used=None)),
        Example(_key(state="inactive", created=ago(900))),
    ),
    bad=(
        Example(_key(created=ago(90.01)), severity="medium"),
        Example(_key(created=ago(90.01), last_used=None), severity="medium", says="never used"),
        Example(_key(created=ago(200), last_used=ago(150)), severity="medium", says="not used for 150 days"),
        Example(_key(), (_FIRST,), severity="low"),
    ),
    unknown=(Example(_key(created=None, last_used=None)), Example(_key())),
)
