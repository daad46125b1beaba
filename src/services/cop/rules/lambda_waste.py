"""LAMBDA-WASTE: functions that nobody calls, that fail, or that wait for far too long."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.functions import is_edge_replica
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Verdict
from services.models.function import Function
from services.prices.formula import count, price

INVOCATIONS, ERRORS, DURATION = "Invocations.Sum", "Errors.Sum", "Duration.p99"
KEPT = 30  # days that metrics are kept


def check(function: Function, facts: Facts) -> Verdict:
    if is_edge_replica(function):
        return None
    if facts.days_since(function.created, "when it was last changed") < KEPT:
        return None
    calls = facts.activity(function, INVOCATIONS, KEPT)
    if not any(calls):
        return Finding(f"not called in {KEPT} days")
    week, failed = sum(calls[-7:]), sum(facts.activity(function, ERRORS, 7))
    if week and failed / week > facts.limits["error_percent"] / 100:
        return Finding(f"{failed / week:.0%} of {week:.0f} calls in 7 days failed", severity="medium")
    return _slow_timeout(function, facts) or _architecture(function, facts, sum(calls))


def _slow_timeout(function: Function, facts: Facts) -> Verdict:
    """One hanging call costs the whole of a timeout."""
    durations = [value for value in facts.daily(function, DURATION, KEPT) if value is not None]
    if function.timeout is None or not durations:
        return None
    longest = max(durations) / 1000  # seconds
    limits = facts.limits
    if function.timeout < limits["timeout_seconds"] or function.timeout < limits["timeout_ratio"] * longest:
        return None
    return Finding(f"timeout {function.timeout} s, 99 of 100 calls take under {longest:.1f} s")


def _architecture(function: Function, facts: Facts, calls: float) -> Verdict:
    """What arm64 would save: at most, from the 99th percentile of the duration."""
    durations = [value for value in facts.daily(function, DURATION, KEPT) if value is not None]
    if function.architecture != "x86_64" or not function.memory or not durations:
        return None
    gb_seconds = calls * sum(durations) / len(durations) / 1000 * function.memory / 1024
    rates = (facts.prices.rate(f"lambda.gb_second.{kind}", function.region) for kind in ("x86", "arm"))
    now, then = (price(rate, count(int(gb_seconds), "GB-seconds")) for rate in rates)
    if now is None or then is None or now.total <= facts.limits["arm_from_usd"]:
        return None
    saving, formula = facts.told(now - then, before="at most: ")
    return Finding("x86_64; arm64 costs less", saving, formula, confidence="hint") if saving else None


def _function(**changes: object) -> Function:
    usual = {"timeout": 30, "memory": 512, "architecture": "arm64", "created": ago(90)}
    function: Function = example("functions", **usual | changes)
    return function


_BUSY = {INVOCATIONS: (1000.0,) * 30, ERRORS: (0.0,) * 30, DURATION: (800.0,) * 30}

RULE = Rule(
    id="LAMBDA-WASTE",
    title="Function is not used well",
    types=("functions",),
    severity="low",
    confidence="measured",
    check=check,
    limits={"error_percent": 10, "timeout_seconds": 60, "timeout_ratio": 10, "arm_from_usd": 5},
    metrics=(INVOCATIONS, ERRORS, DURATION),
    why="Unused functions are forgotten permissions; failing and hanging ones are paid for.",
    fix="Delete it, mend it, shorten its timeout, or move it to arm64, as the message says.",
    source="Steampipe AWS Thrifty; Trusted Advisor, Lambda functions with high error rates (10 %)",
    good=(
        Example(_function(), daily=_BUSY),
        Example(_function(architecture="x86_64", memory=1024), daily=_BUSY | {INVOCATIONS: (12_499.0,) * 30}),
        Example(_function(created=ago(29.9)), asked=True),
        Example(_function(), daily={INVOCATIONS: (None,) * 29 + (4.0,)}, asked=True),
        Example(_function(), daily=_BUSY | {ERRORS: (0.0,) * 23 + (100.0,) * 7}),
        Example(_function(), daily=_BUSY | {ERRORS: (0.0,) * 16 + (900.0,) * 7 + (0.0,) * 7}),
        Example(_function(timeout=59), daily=_BUSY | {DURATION: (5900.0,) * 30}),
        Example(_function(timeout=60), daily=_BUSY | {DURATION: (6001.0,) * 30}),
    ),
    bad=(
        Example(
            _function(created=ago(30)),
            daily={INVOCATIONS: (0.0,) * 30},
            saving=None,
            severity="low",
            confidence="measured",
        ),
        Example(_function(), asked=True),  # CloudWatch has nothing of functions that nobody calls
        Example(
            _function(), daily=_BUSY | {ERRORS: (0.0,) * 23 + (101.0,) * 7}, saving=None, severity="medium"
        ),
        Example(_function(timeout=60), daily=_BUSY | {DURATION: (6000.0,) * 30}, saving=None, severity="low"),
        Example(
            _function(architecture="x86_64", memory=1024),
            daily=_BUSY | {INVOCATIONS: (12_500.0,) * 30},
            saving=Decimal("1.00"),
            severity="low",
        ),
        Example(
            _function(architecture="x86_64", memory=2048),
            daily=_BUSY | {INVOCATIONS: (100_000.0,) * 30},
            saving=Decimal("16.00"),
            confidence="hint",
        ),
    ),
    unknown=(Example(_function()), Example(_function(), daily={INVOCATIONS: (1.0,) * 12})),
)
