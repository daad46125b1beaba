"""What the end of a version's support means for what runs it: it is near, it costs more, or it is over."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.cop.judge.extended_support import cost
from services.cop.judge.facts import Facts
from services.cop.judge.lifecycles import Lifecycle
from services.cop.judge.runs import Runs, runs
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.kit.base import Resource


def check(resource: Resource, facts: Facts) -> Verdict:
    """Of any resource that runs a version; near is less than the limit "warn_days"."""
    found = runs(resource)
    if found is None:
        return None
    life, today = found.lifecycle, facts.now.date()
    if life is None:
        return Unknown(found.unknown)
    if life.standard is None or (life.standard - today).days > facts.limits["warn_days"]:
        return None
    paid = life.paid if takes_extended_support(resource) else None
    if today <= life.standard:
        return Finding(_near(found, life.standard, paid), severity="low")
    if life.extended and today > life.extended:
        return Finding(f"{found.name} left extended support on {life.extended}, and {_after(found, today)}")
    if life.paid is None:
        return Finding(f"{found.name} left standard support on {life.standard}, and {_after(found, today)}")
    return _extended(resource, found, life, paid, facts)


def _extended(resource: Resource, found: Runs, life: Lifecycle, paid: date | None, facts: Facts) -> Verdict:
    """Past standard support, within extended. AWS upgrades what declined that, and charges nothing."""
    if paid is None:
        return None
    today = facts.now.date()
    message = f"{found.name} left standard support on {life.standard}, and extended support is charged"
    if today < paid:
        return Finding(f"{message} from {paid} on")
    raised = life.raised is not None and today >= life.raised
    more = f", at a higher rate since {life.raised}" if raised else ""
    return Finding(f"{message} since {paid}{more}", *cost(resource, raised, facts))


def takes_extended_support(resource: Any) -> bool:
    """Whether it stays on its version past the end of standard support; unless that is known to be declined.

    RDS tells it of databases and clusters (EngineLifecycleSupport), EKS of clusters (upgradePolicy).
    """
    if resource.type == "eksclusters":
        return bool(resource.support != "standard")
    return getattr(resource, "extended_support", None) is not False


def _near(found: Runs, last: date, paid: date | None) -> str:
    then = "extended support costs more" if paid else _after(found, last)
    return f"{found.name} leaves standard support on {last}, then {then}"


def _after(found: Runs, today: date) -> str:
    after = found.product.after if found.product else ""
    blocked = found.lifecycle.blocked if found.lifecycle else None
    return f"{after}, and can't be run since {blocked}" if blocked and today >= blocked else after
