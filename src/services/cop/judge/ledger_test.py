from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cop.judge.inspection import Inspected, Judged
from services.cop.judge.ledger import KEPT, merged
from services.cop.judge.rule import NOW, example
from services.cop.registry import RULES
from services.models.domain.finding import Entry, Finding, Unknown
from services.models.kit.scope import Key, Scope
from services.models.kit.values import iso

RULE = RULES["EBS-UNATTACHED"]
SCOPE = Scope("412233445883", "us-east-1", "volumes")
DAY = timedelta(days=1)


def flag(
    id: str = "vol-1", saving: str | None = "5", rule: str = RULE.id, about: Key | None = None
) -> Judged:
    finding = Finding("unattached", None if saving is None else Decimal(saving), "price", about=about)
    return Judged(RULES[rule], example("volumes", id=id), SCOPE, finding)


def inspected(*judged: Judged, healthy: bool = True) -> Inspected:
    return Inspected(SCOPE.account, frozenset({SCOPE} if healthy else ()), judged)


def after(*runs: Inspected, start: datetime = NOW, rules: frozenset[str] = frozenset(RULES)) -> list[Entry]:
    """The ledger after inspections a day apart."""
    entries: list[Entry] = []
    for day, run in enumerate(runs):
        entries = merged(entries, run, start + day * DAY, rules)
    return entries


def test_a_new_finding_is_open_since_now() -> None:
    (entry,) = after(inspected(flag()))
    assert (entry.status, entry.first_seen, entry.saving) == ("open", iso(NOW), Decimal(5))


def test_a_finding_is_its_resources_and_as_its_rule_says() -> None:
    (entry,) = after(inspected(flag()))
    volume = flag().resource
    assert volume.name and volume.arn and volume.tags
    assert (entry.name, entry.arn, entry.tags) == (volume.name, volume.arn, dict(volume.tags))
    assert (entry.severity, entry.confidence) == (RULE.severity, RULE.confidence) == ("high", "certain")
    assert entry.message == "unattached"
    nameless = flag()._replace(resource=replace(volume, name=""))
    assert [each.name for each in after(inspected(nameless))] == ["vol-1"]


def test_a_finding_may_have_a_severity_and_a_confidence_of_its_own() -> None:
    (entry,) = after(inspected(flag()._replace(verdict=Finding("x", severity="info", confidence="hint"))))
    assert (entry.severity, entry.confidence) == ("info", "hint")


def test_a_finding_about_a_group_has_nothing_of_the_member_that_was_looked_at() -> None:
    (entry,) = after(inspected(flag(about=Key("autoscalinggroups", SCOPE.account, SCOPE.region, "web"))))
    assert (entry.type, entry.name, entry.arn, entry.tags) == ("autoscalinggroups", "web", "", {})


def test_what_was_resolved_is_remembered_for_90_days() -> None:
    resolved = after(inspected(flag()), inspected())
    day = NOW + DAY + timedelta(days=90)
    assert len(merged(resolved, inspected(), day, RULES)) == 1
    assert merged(resolved, inspected(), day + timedelta(seconds=1), RULES) == []


def test_a_finding_that_stays_keeps_its_first_day_and_takes_the_new_figures() -> None:
    (entry,) = after(inspected(flag(saving="5")), inspected(flag(saving="6")))
    assert (entry.first_seen, entry.saving) == (iso(NOW), Decimal(6))


def test_a_finding_that_is_gone_is_resolved() -> None:
    (entry,) = after(inspected(flag()), inspected())
    assert (entry.status, entry.resolved) == ("resolved", iso(NOW + DAY))


def test_a_scope_that_failed_freezes_its_findings() -> None:
    (entry,) = after(inspected(flag()), inspected(healthy=False), inspected(healthy=False))
    assert (entry.status, entry.frozen) == ("open", iso(NOW + DAY))


def test_what_can_not_be_judged_any_more_is_frozen() -> None:
    unknown = flag()._replace(verdict=Unknown("no metrics"))
    (entry,) = after(inspected(flag()), inspected(unknown))
    assert (entry.status, entry.frozen) == ("open", iso(NOW + DAY))


def test_unknown_alone_opens_nothing() -> None:
    assert after(inspected(flag()._replace(verdict=Unknown("no metrics")))) == []


@pytest.mark.parametrize("last", [inspected(flag()), inspected()])
def test_a_scope_that_is_well_again_thaws_its_findings(last: Inspected) -> None:
    (entry,) = after(inspected(flag()), inspected(healthy=False), last)
    assert entry.frozen == ""


def test_what_comes_back_is_reopened_with_its_number() -> None:
    (entry,) = after(inspected(flag()), inspected(), inspected(flag()), inspected(), inspected(flag()))
    assert (entry.status, entry.reopened, entry.first_seen) == ("open", 2, iso(NOW + 4 * DAY))


def test_another_id_is_another_finding() -> None:
    first, second = after(inspected(flag("vol-1")), inspected(flag("vol-2")))
    assert (first.status, second.status, second.reopened) == ("resolved", "open", 0)


def test_a_rule_that_was_removed_resolves_its_findings() -> None:
    entries = after(inspected(flag()))
    (entry,) = merged(entries, inspected(healthy=False), NOW + DAY, frozenset())
    assert entry.status == "resolved"


def test_a_resolved_finding_is_forgotten_in_time() -> None:
    entries = after(inspected(flag()), inspected())
    assert merged(entries, inspected(), NOW + KEPT, RULES) != []
    assert merged(entries, inspected(), NOW + KEPT + 2 * DAY, RULES) == []


def test_findings_about_one_group_become_one_with_the_savings_added_up() -> None:
    group = Key("autoscalinggroups", SCOPE.account, SCOPE.region, "web")
    (entry,) = after(inspected(flag("vol-1", "5", about=group), flag("vol-2", "7", about=group)))
    assert (entry.key, entry.saving, entry.message) == (group, Decimal(12), "unattached (and 1 more)")
    assert [key.id for key in entry.covers] == ["vol-1", "vol-2"]


def test_a_finding_keeps_what_its_saving_covers_beside_its_own_resource() -> None:
    own, other = Key("volumes", SCOPE.account, SCOPE.region, "vol-1"), Key("snapshots", "1", "x", "snap-1")
    covering = flag()._replace(verdict=Finding("unattached", Decimal(5), "price", covers=(other, own)))
    (entry,) = after(inspected(covering))
    assert entry.covers == (other,)
    (unpriced,) = after(inspected(flag()._replace(verdict=Finding("unattached", covers=(other,)))))
    assert unpriced.covers == ()


def test_an_entry_survives_json_and_fields_of_a_newer_version() -> None:
    group = Key("autoscalinggroups", SCOPE.account, SCOPE.region, "web")
    (entry,) = after(inspected(flag(about=group)))
    stored = json.loads(json.dumps(entry.to_json()))
    assert Entry.from_json(stored | {"mood": "new"}) == entry
    del stored["covers"]  # as earlier versions have it
    assert Entry.from_json(stored) == replace(entry, covers=())


RUNS = st.lists(st.tuples(st.sets(st.sampled_from(["a", "b", "c"])), st.booleans()), max_size=8)


@given(RUNS)
def test_a_finding_is_open_exactly_when_the_last_healthy_look_found_it(
    runs: list[tuple[set[str], bool]],
) -> None:
    """A failed scope yields no verdicts at all."""
    looks = [inspected(*map(flag, sorted(ids))) if well else inspected(healthy=False) for ids, well in runs]
    last = next((ids for ids, well in reversed(runs) if well), set())
    assert {entry.id for entry in after(*looks) if entry.status == "open"} == last
