"""LAMBDA-RUNTIME: a function whose language no longer gets fixes."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.functions import is_edge_replica
from services.cop.lifecycles import RUNTIMES
from services.cop.rule import Example, Rule, example
from services.models.finding import Finding, Unknown, Verdict
from services.models.function import Function

ENDLESS = ("provided.al", "java8.al2", "java")  # follow their operating system


def check(function: Function, facts: Facts) -> Verdict:
    if not function.runtime or is_edge_replica(function):  # a container image brings its own
        return None
    ends = RUNTIMES.get(function.runtime)
    if ends is None:
        known = function.runtime.startswith(ENDLESS)
        return None if known else Unknown(f"until when {function.runtime} is supported is not known")
    left = (ends - facts.now.date()).days
    if left > facts.limits["warn_days"]:
        return None
    if left > 0:
        return Finding(f"{function.runtime} is deprecated on {ends}", severity="low")
    return Finding(f"{function.runtime} is deprecated since {ends}")


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
    source="AWS, Lambda runtimes; Prowler awslambda_function_using_supported_runtimes",
    good=(
        Example(example("functions", runtime="python3.13")),
        Example(example("functions", runtime="provided.al2023")),
        Example(example("functions", runtime="", package="Image")),
    ),
    bad=(
        Example(example("functions", runtime="python3.8")),
        Example(example("functions", runtime="nodejs18.x")),
    ),
    unknown=(Example(example("functions", runtime="cobol1.0")),),
)
