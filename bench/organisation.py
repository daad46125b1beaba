"""An organisation's collection, simulated: calls, Lambda seconds, DynamoDB units and dollars of an hour.

The plan, jobs, worker, rates and DynamoDB code are the real ones, on a clock that no one has to wait for. AWS
is made up: its latency, its throttling and what it holds. docs/scale.md says where the assumptions come from.

    .venv/bin/python bench/organisation.py [accounts] [regions] [types] [1: the first account is a large one]
"""

from __future__ import annotations

import heapq
import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from common import ROOT

sys.path[:0] = [str(ROOT), str(ROOT / "src"), str(ROOT / "bench")]
from organisation_table import MeteredTable  # noqa: E402

from services.cloud.rates import Bucket, Limiter, Rate, rate_of  # noqa: E402
from services.collect.jobs import Job, jobs, send  # noqa: E402
from services.collect.worker import Delivery, Worker  # noqa: E402
from services.dynamo_data_service import DynamoDataService  # noqa: E402
from services.models import RESOURCE_TYPES  # noqa: E402
from services.models.kit.base import Call, ResourceType, Source  # noqa: E402
from services.models.kit.scope import GLOBAL, Account, Scope  # noqa: E402
from services.models.kit.steps import AT_A_TIME  # noqa: E402
from services.models.kit.tagging import ACTION as TAGS  # noqa: E402
from services.store.dynamo_answers import DynamoAnswers  # noqa: E402
from services.store.dynamo_table import Table  # noqa: E402

SEED = 4
REGIONS = 17
BUSY = 2  # regions of an account that hold more than a default VPC
CHANGED = 0.02  # of the scopes that hold something, in an hour
MEMORY = 512  # MB
VCPU = MEMORY / 1769  # Lambda's share
TIMEOUT = 900.0
SLOTS = 10  # maximum concurrency
INIT = 1.5  # seconds of a new environment
LATENCY = 0.12  # seconds, the median of a call; others' spread is lognormal
CONNECT = 0.2  # seconds more for the first call of a client: TCP and TLS
TABLE_LATENCY = 0.006
CPU_CALL = 0.003  # seconds of a whole vCPU: 0.9 ms measured without HTTP and TLS
CPU_CLIENT = 0.007  # 2 to 20 ms measured, and the handshake
CPU_ITEM = 0.0001
BEHIND = 1.0  # seconds: a thread that another is so far ahead of finds what the bucket had then, and gets it
OTHERS = 0.2  # of each of AWS's rates is used by the account's own deployments
HOLDS = {  # in a busy region of an account of the mean size
    "roles": 60, "snapshots": 40, "loggroups": 40, "networkinterfaces": 30, "functions": 20, "volumes": 20,
    "instances": 15, "securitygroups": 15, "buckets": 12, "subnets": 8, "vpcs": 2,
}  # fmt: skip
# in one region of the first account, where it is a large one
LARGE = {"queues": 12_000, "tables": 12_000, "loggroups": 12_000}
SLOW = {"DescribeLogGroups": 5.0}  # there: seconds a page, so that a list takes longer than a delivery
DEFAULT_VPC = {"vpcs": 1, "subnets": 3, "securitygroups": 1}  # in every region of every account
FEW = 3  # of any other type in a busy region
DOLLARS = {
    "Lambda, GB-seconds": 0.0000166667,
    "Lambda, requests": 0.20 / 1e6,
    "SQS, requests": 0.40 / 1e6,
    "DynamoDB, write units": 0.625 / 1e6,
    "DynamoDB, read units": 0.125 / 1e6,
}
HOURS = 730  # in a month


class World:
    """AWS, and the time in it. `now` is the time of the thread that is simulated at the moment."""

    def __init__(
        self, types: Sequence[ResourceType], accounts: int, regions: int, large: Mapping[str, int]
    ) -> None:
        self.large = large
        self.random = random.Random(SEED)  # noqa: S311  a simulation
        self.now = 0.0
        self.cpu = 0.0
        self.counts: Counter[str] = Counter()
        self.buckets: dict[tuple[str, ...], Bucket] = {}
        self.accounts = [Account(f"{number:012d}", f"account-{number}") for number in range(accounts)]
        self.regions = tuple(f"region-{number}" for number in range(regions))
        self.types = {kind.name: self._simulated(kind) for kind in types}
        self.samples = {kind.name: sample_of(kind) for kind in types}
        self.weight = {account.id: self.random.lognormvariate(-0.5, 1.0) for account in self.accounts}
        self.churn: Counter[Scope] = Counter()

    def count(self, scope: Scope) -> int:
        """How many resources the scope has."""
        if (scope.account, scope.region) == (
            self.accounts[0].id,
            self.regions[0],
        ) and scope.type in self.large:
            return self.large[scope.type]
        busy = scope.region == GLOBAL or scope.region in self.regions[:BUSY]
        default = DEFAULT_VPC.get(scope.type, 0)
        if not busy:
            return default
        return default + round(self.weight[scope.account] * HOLDS.get(scope.type, FEW))

    def items(self, scope: Scope) -> list[Any]:
        text, id = self.samples[scope.type]
        names = [f"{id}{number:05d}" for number in range(self.count(scope))]
        if names and self.churn[scope]:
            names[-1] = f"{id}x{self.churn[scope]:04d}"
        return [json.loads(text.replace(id, name)) for name in names]

    def change(self, scopes: Sequence[Scope]) -> None:
        """Let an hour pass."""
        held = [scope for scope in scopes if self.count(scope)]
        self.churn.update(self.random.sample(held, round(len(held) * CHANGED)))

    def work(self, cpu: float, latency: float = 0.0) -> None:
        self.cpu += cpu / VCPU
        self.now += cpu / VCPU + latency

    def request(self, key: tuple[str, str, str, str], before: Callable[..., float]) -> None:
        """One call as botocore makes it: each attempt keeps to the rates, what is throttled backs off."""
        for attempt in range(8):
            before(*key)
            self.work(CPU_CALL, LATENCY * self.random.lognormvariate(0, 0.4))
            self.counts["AWS calls"] += 1
            self.counts[key[3]] += 1
            if self._granted(key):
                return
            self.counts["throttled"] += 1
            self.now += min(20.0, self.random.random() * 2**attempt)
        raise RuntimeError("throttled eight times")

    def threads(self, function: Callable[[Any], Any], items: Sequence[Any], workers: int) -> Iterator[Any]:
        """models.kit.parallel.spread, thread by simulated thread: who is free first takes the next."""
        free = [self.now] * min(workers, len(items))
        for item in items:
            self.now = heapq.heappop(free)
            yield function(item)
            heapq.heappush(free, self.now)
        self.now = max(free, default=self.now)

    def _granted(self, key: tuple[str, str, str, str]) -> bool:
        """Whether AWS has a token left; others take a part of what it grants."""
        rate = rate_of(key[2], key[3])
        bucket = self.buckets.get(key) or Bucket(rate, rate.burst, self.now)
        if bucket.at - self.now > BEHIND:
            return True
        less = replace(bucket, rate=Rate(rate.burst, rate.per_second * (1 - OTHERS)))
        after, wait = less.take(self.now)
        self.buckets[key] = replace(after, tokens=after.tokens + (wait > 0))
        return wait <= 0

    def _simulated(self, kind: ResourceType) -> ResourceType:
        """The type with an enrich that asks as much as its own, and learns nothing."""
        further = [action.partition(":")[2] for action in kind.actions[1:] if action != TAGS]

        def enrich(items: list[Any], source: Source, _: Scope) -> list[Any]:
            if items and TAGS in kind.actions:
                source.call("resourcegroupstaggingapi", "GetResources")
            ask = [partial(source.call, kind.call.service, action) for action in further]
            numbers = range(len(items) if further else 0)
            list(self.threads(lambda number: [one(number=number) for one in ask], numbers, AT_A_TIME))
            return items

        call = replace(kind.call, items="items[]", parameters={"type": kind.name})
        return replace(kind, call=call, enrich=enrich)


def sample_of(kind: ResourceType) -> tuple[str, str]:
    """The type's sample as JSON, and the id in it to put others in the place of."""
    found = kind.model.from_aws(kind.sample, Scope("0" * 12, "region-0", kind.name))
    return json.dumps(kind.sample, default=str), found.id


@dataclass
class Environment:
    """One Lambda environment: its own limiter, as in reality."""

    world: World
    free: float = 0.0
    started: bool = False
    limiter: Limiter = field(init=False)

    def __post_init__(self) -> None:
        world = self.world

        def wait(seconds: float) -> None:
            world.counts["seconds kept back"] += round(seconds * 1000)
            world.now += seconds

        self.limiter = Limiter(clock=lambda: world.now, wait=wait)

    def __lt__(self, other: Environment) -> bool:
        return self.free < other.free


@dataclass
class Way:
    environment: Environment
    account_: Account
    clients: set[tuple[str, str]] = field(default_factory=set)

    def account(self) -> Account:
        return self.account_

    def regions(self) -> tuple[str, ...]:
        self.source(GLOBAL).call("sts", "AssumeRole")
        self.source(GLOBAL).call("ec2", "DescribeRegions")
        return self.environment.world.regions

    def source(self, region: str) -> Asked:
        return Asked(self, region)


@dataclass(frozen=True)
class Asked:
    way: Way
    region: str

    def pages(self, call: Call, region: str | None = None) -> Iterator[Any]:
        world = self.way.environment.world
        items = world.items(Scope(self.way.account_.id, self.region, call.parameters["type"]))
        world.work(CPU_ITEM * len(items))
        size, operation = call.page_size or 100, "".join(map(str.capitalize, call.operation.split("_")))
        for start in range(call.parameters.get("after", 0), max(1, len(items)), size):
            self._ask(call.service, operation)
            if len(items) in world.large.values():
                world.now += SLOW.get(operation, 0.0)
            yield {
                "items": items[start : start + size],
                "after": start + size,
                "more": start + size < len(items),
            }

    def call(self, service: str, operation: str, **_: Any) -> Any:
        self._ask(service, operation)
        return {}

    def _ask(self, service: str, operation: str) -> None:
        world = self.way.environment.world
        if (service, self.region) not in self.way.clients:
            self.way.clients.add((service, self.region))
            world.work(CPU_CLIENT, CONNECT)
        key = (self.way.account_.id, self.region, service, operation)
        world.request(key, self.way.environment.limiter.before)


def following(_: Call, page: Any) -> dict[str, Any]:
    return {"after": page["after"]} if page["more"] else {}


class Queue:
    """SQS as a source."""

    def __init__(self) -> None:
        self.bodies: list[str] = []

    def call(self, service: str, operation: str, *, Entries: Any, **_: Any) -> Any:
        self.bodies += [entry["MessageBody"] for entry in Entries]
        return {"Failed": []}


def hour(world: World, table: MeteredTable, number: int) -> dict[str, float]:
    """Send the jobs of one hour, work them in ten environments, and answer what it took."""
    world.counts.clear()
    table.reset()
    world.now = begin = number * 3600.0
    queue: Any = Queue()
    calls = send(jobs(world.types.values(), world.accounts), "url", queue)
    stored = Table("prod-ResourceTable", table, now=lambda: world.now)
    data, answers = DynamoDataService(stored), DynamoAnswers(stored)
    environments = [Environment(world, begin) for _ in range(SLOTS)]
    billed, longest, cpu, scopes, failed, unfinished = 0.0, 0.0, 0.0, 0, 0, 0
    ready = [begin] * len(queue.bodies)
    for message, body in enumerate(queue.bodies):  # a delivery may append another
        environment = heapq.heappop(environments)
        start = max(ready[message], environment.free) + (0 if environment.started else INIT)
        environment.started, world.now, world.cpu = True, start, 0.0
        outcome = work(world, environment, data, answers, body, int(begin * 1000) + 1, start)
        seconds = max(world.now - start, world.cpu)  # threads wait side by side, but share the CPU
        billed, longest, cpu = billed + seconds, max(longest, seconds), cpu + world.cpu
        scopes, failed = scopes + len(outcome.heads), failed + outcome.failed
        unfinished += 0 if outcome.progressed else outcome.unfinished
        if outcome.unfinished and outcome.progressed:
            job = replace(Job.from_body(body), generation=int(begin * 1000) + 1)
            calls += send([job], "url", queue)
            ready.append(start + seconds)
        environment.free = start + seconds
        heapq.heappush(environments, environment)
    messages = len(queue.bodies)
    return {
        "messages": messages,
        "scopes": scopes,
        "resources": sum(head.count for head in data.heads()) if number == 0 else 0,
        "scopes that failed": failed,
        "scopes left to the next delivery": unfinished,
        "AWS calls": world.counts["AWS calls"],
        "throttled": world.counts["throttled"],
        "thread seconds kept back by the rates": world.counts["seconds kept back"] / 1000,
        "minutes until the last job ends": (max(each.free for each in environments) - begin) / 60,
        "longest job, seconds": longest,
        "Lambda seconds": billed,
        "Lambda seconds that the CPU alone takes": cpu,
        "Lambda, GB-seconds": billed * MEMORY / 1024,
        "Lambda, requests": messages + 1,
        "SQS, requests": calls + 2 * messages + 5 * 180,  # five pollers ask every 20 seconds
        "DynamoDB, write units": table.writes,
        "DynamoDB, read units": table.reads,
    }


def work(
    world: World,
    environment: Environment,
    data: DynamoDataService,
    answers: DynamoAnswers,
    body: str,
    generation: int,
    start: float,
) -> Any:
    worker = Worker(
        data,
        world.types,
        lambda account: Way(environment, account),
        clock=lambda: world.now,
        spread=world.threads,
        answers=answers,
        following=following,
    )
    job = Job.from_body(body)
    return worker(Delivery(job, generation, 1, lambda: TIMEOUT - (world.now - start)))


def main(accounts: int = 200, regions: int = REGIONS, count: int = 0, large: int = 0) -> None:
    types = [kind for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"]
    types = sorted(types, key=lambda kind: kind.name not in HOLDS)[: count or len(types)]
    world = World(types, accounts, regions, LARGE if large else {})

    def wait(seconds: float) -> None:
        world.now += seconds

    table = MeteredTable(lambda operations: world.work(CPU_CALL * operations, TABLE_LATENCY * operations))
    print(f"{accounts} accounts x {regions} regions x {len(types)} types\n")
    first = hour(world, table, 0)
    everywhere = [
        Scope(account.id, region, kind.name)
        for account in world.accounts
        for kind in types
        for region in ((GLOBAL,) if kind.scope == "global" else world.regions)
    ]
    world.change(everywhere)
    second = hour(world, table, 1)
    second["resources"] = first["resources"]
    print(f"{'':42} {'first hour':>14} {'any other':>14}")
    for name in first:
        print(f"{name:42} {first[name]:14,.1f} {second[name]:14,.1f}")
    print()
    total: dict[str, float] = defaultdict(float)
    for name, price in DOLLARS.items():
        total["first"] += first[name] * price
        total["other"] += second[name] * price
        print(f"{'$ ' + name:42} {first[name] * price:14.4f} {second[name] * price:14.4f}")
    print(f"{'$ an hour':42} {total['first']:14.4f} {total['other']:14.4f}")
    print(f"{'$ a month':42} {'':14} {total['other'] * HOURS:14.2f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
