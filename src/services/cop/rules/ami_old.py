"""AMI-OLD: an image that nobody starts anything from."""

from __future__ import annotations

from services.cop.facts import Facts
from services.cop.rule import Example, Rule, ago, example
from services.models.finding import Finding, Unknown, Verdict
from services.models.image import Image
from services.models.scope import Key
from services.prices import SNAPSHOT_GIB


def check(image: Image, facts: Facts) -> Verdict:
    days = facts.days_since(image.last_launched or image.created, "when it was last launched")
    if days <= facts.limits["days"] or image.templates:
        return None
    if image.templates is None:
        return Unknown("whether launch templates name it is not told")
    if any(instance.image == image.id for instance in facts.others("instances", image.region).values()):
        return None
    told = "last launched" if image.last_launched else "never launched, made"
    saving = None if image.size is None else image.size * SNAPSHOT_GIB
    formula = f"at most: {image.size} GiB of snapshots × $0.05"
    covers = tuple(Key("snapshots", image.account, image.region, id) for id in image.snapshots)
    return Finding(f"{told} {days:.0f} days ago; nothing names it", saving or None, formula, covers=covers)


def _image(**changes: object) -> Image:
    usual = {"id": "ami-1", "last_launched": ago(200), "templates": 0, "size": 20}
    image: Image = example("images", **usual | changes)
    return image


_OTHER = (example("instances", image="ami-9"),)

RULE = Rule(
    id="AMI-OLD",
    title="Image is not used any more",
    types=("images",),
    severity="low",
    confidence="hint",
    check=check,
    limits={"days": 120},
    looks_up=("instances",),
    touches=("snapshots",),
    why="An image costs what its snapshots cost, and an old one is started with old holes.",
    fix="Deregister it, then delete its snapshots.",
    source="Cloud Custodian's example (120 days)",
    good=(
        Example(_image(last_launched=ago(30)), _OTHER),
        Example(_image(templates=2), _OTHER),
        Example(_image(), (example("instances", image="ami-1"),)),
    ),
    bad=(
        Example(_image(), _OTHER),
        Example(_image(last_launched=None, created=ago(300)), _OTHER),
    ),
    unknown=(
        Example(_image(templates=None), _OTHER),
        Example(_image(last_launched=None, created=None), _OTHER),
        Example(_image()),  # instances not collected
    ),
)
