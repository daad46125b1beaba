"""AMI-OLD: an image that nobody starts anything from."""

from __future__ import annotations

from decimal import Decimal

from services.cop.judge.facts import Facts
from services.cop.judge.rule import Example, Rule, ago, example
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.image import Image
from services.models.kit.scope import Key
from services.prices.formula import count, price

DISABLED = "disabled"  # nobody can start it: it is kept on purpose


def check(image: Image, facts: Facts) -> Verdict:
    days = facts.days_since(image.last_launched or image.created, "when it was last launched")
    if days <= facts.limits["days"] or image.templates or image.state == DISABLED:
        return None
    if image.id in facts.anywhere("instances", image.region, "image"):
        return None
    if image.templates is None:
        return Unknown("whether a launch template names it is not known")
    if image.public or image.public is None:
        return Unknown(
            "who else uses it is not known: it is public"
            if image.public
            else "whether it is public is not known"
        )
    told = "last launched" if image.last_launched else "never launched, made"
    rate = facts.prices.rate("snapshot.standard.gb_month", image.region)
    cost = None if image.size is None else price(rate, count(image.size, "GiB of snapshots"))
    covers = tuple(Key("snapshots", image.account, image.region, id) for id in image.snapshots)
    message = f"{told} {days:.0f} days ago; no account that Polo collects uses it"
    return Finding(message, *facts.told(cost, before="at most: "), covers=covers)


def _image(**changes: object) -> Image:
    usual = {"id": "ami-1", "last_launched": ago(200), "templates": 0, "size": 20, "public": False}
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
        Example(_image(last_launched=ago(120)), _OTHER),
        Example(_image(state="disabled"), _OTHER),
        Example(_image(templates=2), _OTHER),
        Example(_image(), (example("instances", image="ami-1"),)),
        Example(_image(), (*_OTHER, example("instances", id="i-2", account="528846013377", image="ami-1"))),
    ),
    bad=(
        Example(
            _image(last_launched=ago(120.1)),
            _OTHER,
            saving=Decimal("1.00"),
            severity="low",
            says="last launched",
        ),
        Example(_image(last_launched=None, created=ago(300)), _OTHER, saving=Decimal("1.00"), says="never"),
        Example(_image(size=None), _OTHER, saving=None),
    ),
    unknown=(
        Example(_image(templates=None), _OTHER),
        Example(_image(last_launched=None, created=None), _OTHER),
        Example(_image()),  # instances not collected
        Example(_image(public=True), _OTHER, says="it is public"),
        Example(_image(public=None), _OTHER, says="is not known"),
    ),
)
