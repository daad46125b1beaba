"""LAMBDA-RUNTIME: a function whose language no longer gets fixes."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.cop.judge.runs import runs
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.function import Function


def check(function: Function, facts: Facts) -> Verdict:
    found = runs(function)
    if found is None:
        return None
    life, today = found.lifecycle, facts.now.date()
    if life is None or life.standard is None:
        return Unknown(found.unknown)
    left = (life.standard - today).days
    if left > facts.limits["warn_days"]:
        return None
    if left > 0:
        return Finding(f"{found.name} is deprecated on {life.standard}", severity="low")
    message = f"{found.name} is deprecated since {life.standard}"
    if life.blocked is None:
        return Finding(message)
    since = "since" if today >= life.blocked else "from"
    return Finding(f"{message}; the function can't be updated {since} {life.blocked}")


def _on(runtime: str) -> Function:
    function: Function = example("functions", runtime=runtime)
    return function


RULE = Rule(
    id="LAMBDA-RUNTIME",
    title="Function's runtime is deprecated",
    types=("functions",),
    severity="medium",
    confidence="certain",
    check=check,
    limits={"warn_days": 90},
    why="A deprecated runtime gets no security fixes, and some day the function can't be changed any more.",
    fix="Move it to a current runtime; the tests of the function tell what breaks.",
    source="AWS, Lambda runtimes (services/cop/judge/lifecycles.json); Prowler"
    " awslambda_function_using_supported_runtimes",
    good=(
        Example(_on("python3.13")),
        Example(_on("provided.al2023")),
        Example(_on("java17")),
        Example(_on("java21")),
        Example(_on("ruby3.4")),
        Example(example("functions", runtime="", package="Image")),
    ),
    bad=(
        Example(_on("python3.8"), severity="medium"),
        Example(_on("nodejs18.x"), severity="medium"),
        Example(_on("provided.al2"), severity="medium"),
    ),
    unknown=(
        Example(_on("cobol1.0")),
        Example(_on("python9.9")),
        Example(_on("java8.al3000")),
        Example(_on("")),
    ),
)
