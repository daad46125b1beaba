"""How the items of the demo estate are made: what is named before what names it, or promised."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from services.models import RESOURCE_TYPES
from services.models.kit.scope import GLOBAL, Scope
from tooling.demo.ground import Ground, Made, Promise
from tooling.demo.items import LEADERS, REST, counts, item
from tooling.demo.place import Place
from tooling.demo.whose import ACCOUNTS, MARQO, NOW, PLACES
from tooling.progress import Step, silent

Where = tuple[str, str]  # account, region
IN_EACH = ("roles", "accountsummaries")  # account
TOLD_LATER = ("instances", "securitygroups", "ecsclusters")  # of what was made after them


def make_items(random: Random, resources: int, step: Step = silent) -> Ground:
    """About so many items, each in its place; all that one of them names is there. step: hears of each."""
    ground, wanted = Ground(), counts(resources, len(ACCOUNTS))
    places, done = [*PLACES][: wanted["vpcs"]], 0
    for type, count in wanted.items():
        for number in _numbers(type, count, ground):
            ground.add(_one(random, type, number, places, ground))
            done += 1
            step("making resources", done)
    rest = resources - sum(map(len, ground.of.values()))
    for number in _numbers(REST, rest, ground):
        ground.add(_one(random, REST, number, places, ground))
    _tell_counts(ground)
    for type in TOLD_LATER:
        for made in ground.of.get(type, []):
            made.resource = RESOURCE_TYPES[type].model.from_aws(made.item, made.scope)
    return ground


def _numbers(type: str, count: int, ground: Ground) -> Iterator[int]:
    """From 0: as many as are wanted, or as others have named already."""
    number = 0
    while number < count or ground.promised[type]:
        yield number
        number += 1


def _one(random: Random, type: str, number: int, places: list[Where], ground: Ground) -> Made:
    kind, promise = RESOURCE_TYPES[type], ground.next_promise(type)
    leaders = [] if promise else ground.of.get(LEADERS.get(type, ""), [])
    leader = leaders[-1 - number % len(leaders)] if leaders else None
    account, region = _where(random, type, number, places, promise or leader)
    name, accounts = ACCOUNTS[account], len({account for account, _ in places})
    place = Place(random, NOW, account, name, region, number, accounts, ground, leader, promise)
    owner = MARQO if kind.scope == "marqo" else account
    scope = Scope(owner, region if kind.scope == "regional" else GLOBAL, type)
    found = item(type, place)
    return Made(found, kind.model.from_aws(found, scope), scope, account, region)


def _where(
    random: Random, type: str, number: int, places: list[Where], beside: Promise | Made | None
) -> Where:
    """Beside what it belongs to; of what each account or place has in turn; else by the places' shares."""
    if beside:
        return beside.account, beside.region
    if type == "vpcs":
        return places[number % len(places)]
    if type in IN_EACH:
        homes = dict(reversed(places))
        account = [*dict(places)][number % len(homes)]
        return account, homes[account]
    return random.choices(places, [PLACES[place] for place in places])[0]


def _tell_counts(ground: Ground) -> None:
    """Tell security groups and clusters how much stands in them by now."""
    used = Counter(
        id
        for found in ground.of.values()
        for made in found
        for id in getattr(made.resource, "security_groups", ())
    )
    for made in ground.of.get("securitygroups", []):
        made.item["Interfaces"] = used[made.id]
    services = [made.item for made in ground.of.get("ecsservices", [])]
    for made in ground.of.get("ecsclusters", []):
        own = [service for service in services if service["clusterArn"] == made.arn]
        made.item["activeServicesCount"] = len(own)
        made.item["runningTasksCount"] = sum(service["runningCount"] for service in own)
