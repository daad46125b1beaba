"""Where an item of the demo estate stands, what it can refer to, and the dice it is made with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from random import Random
from typing import Any

from services.models import RESOURCE_TYPES
from services.models.kit.scope import Scope
from tooling.demo.ground import Ground, Item, Made, Promise
from tooling.demo.names import Named, named

__all__ = ["Item", "Place"]
HOME, OWNER = "us-east-1", "412233445883"  # where the samples of the types are
SHORT = {HOME: "use1", "eu-west-1": "euw1", "ap-south-1": "aps1", "us-west-2": "usw2"}
INSIDE = ("subnets", "securitygroups")  # of a VPC
_REFERENCE = re.compile(r"arn:|[a-z]+-[0-9a-f]{17}\Z")


@dataclass(frozen=True)
class Place:
    """number: of its type, from 0. accounts: how many there are. leader: what it belongs to (see
    demo_items.LEADERS). promise: what was said of it before.
    """

    random: Random
    now: datetime
    account: str
    account_name: str
    region: str
    number: int
    accounts: int
    ground: Ground
    leader: Made | None = None
    promise: Promise | None = None

    @cached_property
    def name(self) -> Named:
        return named(self.random, self.account_name)

    def id(self, prefix: str) -> str:
        """The id that was promised, or a new one."""
        return self.promise.id if self.promise else self.new(prefix)

    def new(self, prefix: str) -> str:
        return f"{prefix}-{self.random.getrandbits(68):017x}"

    def promised(self, name: str, usual: Any = None) -> Any:
        """What the one that named it says of it."""
        return self.promise.values.get(name, usual) if self.promise else usual

    def will_have(self, type: str, id: str, **values: Any) -> str:
        """An item that is to be made here; its id."""
        self.ground.promised[type].append(Promise(id, self.account, self.region, values))
        return id

    def ago(self, least: int, most: int) -> str:
        """A moment so many days back."""
        back = timedelta(days=self.random.randint(least, most), seconds=self.random.randrange(86_400))
        return (self.now - back).strftime("%Y-%m-%dT%H:%M:%S+00:00")

    def often(self, percent: float) -> bool:
        return self.random.random() * 100 < percent

    def arn(self, service: str, rest: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{rest}"

    def iam(self, rest: str) -> str:
        return f"arn:aws:iam::{self.account}:{rest}"

    def like(self, type: str, **values: Any) -> Item:
        """The type's sample with these values, as if it had been made here.

        What the sample refers to is one of the same type that stands here; a None leaves a key out.
        """
        sample = {key: value for key, value in RESOURCE_TYPES[type].sample.items() if key not in values}
        kept = {key: value for key, value in values.items() if value is not None}
        return {**{key: self._here(value) for key, value in sample.items()}, **kept}

    def any(self, type: str) -> Made | None:
        """One of the type that stands here; subnets and groups are those of one VPC."""
        if type in INSIDE and self.vpc:
            found = self.ground.within(self.vpc, type)
        else:
            found = self.ground.at(self.account, self.region, type)
        return self.random.choice(found) if found else None

    @cached_property
    def vpc(self) -> str:
        """The VPC that it stands in: its leader's, if that stands in one."""
        for key in ("VpcId", "VPCId"):
            if self.leader and key in self.leader.item:
                return str(self.leader.item[key])
        found = self.ground.at(self.account, self.region, "vpcs")
        return self.promised("vpc") or (self.random.choice(found).id if found else "")

    @cached_property
    def subnet(self) -> Item:
        """The subnet that it stands in: that which was promised, or one of its VPC."""
        found = self.ground.within(self.vpc, "subnets")
        named = [made for made in found if made.id == self.promised("subnet")] or found
        return self.random.choice(named).item if named else dict(RESOURCE_TYPES["subnets"].sample)

    def address(self) -> str:
        """A private address in its subnet."""
        head = str(self.subnet["CidrBlock"]).rpartition(".")[0]
        return f"{head}.{self.random.randrange(4, 250)}"

    def public_address(self) -> str:
        random = self.random
        return f"3.{random.randrange(64, 250)}.{random.randrange(256)}.{random.randrange(256)}"

    def role(self, service: str) -> str:
        """The name of a role of the account that the service may take on."""
        found = self.ground.at(self.account, "", "roles")
        fitting = [made.id for made in found if f"-{service}-" in made.id] or [made.id for made in found]
        return self.random.choice(fitting) if fitting else "nobody"

    def _here(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._here(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._here(each) for each in value]
        if not isinstance(value, str):
            return value
        found = _samples().get(value)
        if found and found[0] in ("vpcs", "subnets"):
            return self.vpc if found[0] == "vpcs" else self.subnet["SubnetId"]
        made = self.any(found[0]) if found else None
        if found and made:
            return getattr(made, found[1])
        return (
            value.replace(HOME, self.region).replace("use1", SHORT[self.region]).replace(OWNER, self.account)
        )


@cache
def _samples() -> dict[str, tuple[str, str]]:
    """The id or ARN of each type's sample -> the type, and which of them it is."""
    found: dict[str, tuple[str, str]] = {}
    for name, kind in RESOURCE_TYPES.items():
        made = kind.model.from_aws(kind.sample, Scope(OWNER, HOME, name))
        found |= {made.arn: (name, "arn"), made.id: (name, "id")}
    return {value: each for value, each in found.items() if _REFERENCE.match(value)}
