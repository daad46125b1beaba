"""EC2-IMDSV1: credentials that any request forged by the server can read."""

from __future__ import annotations

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.instance import Instance

SAFE = ("required", "disabled")  # with a token only; not at all


def check(instance: Instance, _: Facts) -> Verdict:
    if instance.state in ("terminated", "shutting-down") or instance.imds in SAFE:
        return None
    return Finding("answers metadata requests without a token") if instance.imds else Unknown("not told")


RULE = Rule(
    id="EC2-IMDSV1",
    title="Instance allows IMDSv1",
    types=("instances",),
    severity="medium",
    confidence="certain",
    check=check,
    why="Without tokens, a server that can be made to fetch a URL hands out the credentials of its role.",
    fix="aws ec2 modify-instance-metadata-options --http-tokens required --instance-id ...",
    source="Prowler ec2_instance_imdsv2_enabled",
    good=(
        Example(example("instances", state="running", imds="required")),
        Example(example("instances", state="running", imds="disabled")),
        Example(example("instances", state="terminated", imds="optional")),
    ),
    bad=(Example(example("instances", state="running", imds="optional"), severity="medium"),),
    unknown=(Example(example("instances", state="running", imds="")),),
)
