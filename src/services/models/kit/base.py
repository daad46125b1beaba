"""Resource, resource type and scope: the words that every room shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol, Self

from services.models.kit.partitions import partition_of
from services.models.kit.record import Record, model
from services.models.kit.scope import Scope
from services.models.kit.values import Item, iso, owner_of, plain, tags_of, texts, value_of

# what services run in the account, which AWS leaves out where its default visibility is "hidden": "Hidden
# resources remain fully operational and billable" (EC2, ModifyManagedResourceVisibility)
MANAGED: Mapping[str, bool] = {"IncludeManagedResources": True}
Document = dict[str, Any]  # one resource as stored: JSON values only
# keys of an item that its collector adds: which questions about it were not answered
DENIED_KEY, UNANSWERED_KEY = "Denied", "Unanswered"
# questions that tell the tags: IAM action, and service and operation
TAG_QUESTIONS = {
    "ecs:DescribeClusters": "ecs DescribeClusters",
    "ecs:DescribeServices": "ecs DescribeServices",
    "eks:DescribeCluster": "eks DescribeCluster",
    "elasticloadbalancing:DescribeTags": "elbv2 DescribeTags",
    "mq:DescribeBroker": "mq DescribeBroker",
    "s3:GetBucketTagging": "s3 GetBucketTagging",
    "tag:GetResources": "resourcegroupstaggingapi GetResources",
}
UNKNOWN = "unknown"  # in the place of an owner, or of a value in a list
LEFT_OUT_EMPTY = ("state_since", "cost_source", "denied", "unanswered")  # of a stored document


@model
class Resource(Record):
    """One thing in an account. A subclass adds the typed fields of its resource type.

    created: ISO 8601, UTC. cost: USD a month, None when unknown; cost_source: where that figure is from,
    or why it is unknown. raw: the API's own answer, trimmed. state_since: when the state was first seen,
    ISO 8601, UTC; the store knows it, a collector doesn't. denied: IAM actions that were denied for it.
    unanswered: questions about it that failed otherwise, "service Operation: code". What these would tell is
    unknown: None.
    """

    type: str
    account: str
    region: str
    id: str
    arn: str
    name: str
    owner: str | None = None
    state: str = ""
    created: str | None = None
    cost: Decimal | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)
    state_since: str | None = None
    cost_source: str | None = None
    denied: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()

    @property
    def tags_known(self) -> bool:
        """Whether its tags could be read; if not, its owner is unknown as well."""
        return not (self.denied or self.unanswered) or tags_known(self.denied, self.unanswered)

    @property
    def whose(self) -> str | None:
        """The owner, as lists and reports name it; UNKNOWN where the tags could not be read."""
        return self.owner if self.tags_known else UNKNOWN

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """Map one item of the API's answer; a missing optional field never raises."""
        raise NotImplementedError

    @classmethod
    def of(cls, item: Item, scope: Scope, *, tags: Any = None, **values: Any) -> Self:
        """What every `from_aws` shares: scope, tags, owner and the raw answer."""
        clean = tags_of(tags)
        values.setdefault("region", scope.region)
        values["created"] = iso(values.get("created"))
        values["name"] = str(values.get("name") or "").strip()  # a blank one would be a link nobody sees
        return cls(
            type=scope.type,
            account=scope.account,
            tags=clean,
            owner=owner_of(clean),
            denied=texts(item, DENIED_KEY),
            unanswered=texts(item, UNANSWERED_KEY),
            raw=plain({key: value for key, value in item.items() if key not in (DENIED_KEY, UNANSWERED_KEY)}),
            **{name: _stored(value) for name, value in values.items()},
        )

    def to_json(self) -> Document:
        """JSON values only: equal to itself after a trip through JSON text."""
        document = {name: getattr(self, name) for name in self.__dataclass_fields__}
        for name, value in document.items():
            if isinstance(value, tuple):
                document[name] = list(value)
        document["tags"], document["raw"] = dict(self.tags), dict(self.raw)
        document["cost"] = None if self.cost is None else str(self.cost)
        for name in LEFT_OUT_EMPTY:
            if not document[name]:
                del document[name]
        return document

    @classmethod
    def from_json(cls, document: Item) -> Self:
        known = cls.__dataclass_fields__
        values = {name: _stored(value) for name, value in document.items() if name in known}
        cost = values.get("cost")
        return cls(**{**values, "cost": None if cost is None else Decimal(cost)})


def tags_known(denied: Sequence[str], unanswered: Sequence[str]) -> bool:
    """Whether the tags of a resource with these marks could be read."""
    return not ((denied or unanswered) and any(map(of_tags, (*denied, *unanswered))))


def of_tags(mark: str) -> bool:
    """Whether a mark is of a question that tells tags."""
    return mark in TAG_QUESTIONS or mark.partition(": ")[0] in TAG_QUESTIONS.values()


def _stored(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return tuple(value_of(each) for each in value)
    return value_of(value) if isinstance(value, (str, float)) else value


def arn_of(scope: Scope, service: str, resource: str, owner: str = "") -> str:
    """The ARN of a resource whose API does not tell it, in the partition of the scope's region.

    owner: the account that it belongs to, where the API tells it: what is shared is another's.
    """
    return f"arn:{partition_of(scope.region).id}:{service}:{scope.region}:{owner or scope.account}:{resource}"


class Source(Protocol):
    """What a collector reads from: one account and region, behind services.cloud.aws.

    region: where it asks; of a global scope the account's home, which tells its partition.
    """

    @property
    def region(self) -> str: ...

    def pages(self, call: Call, region: str | None = None) -> Iterable[Item]:
        """Every page of a list call's answer. Raises CollectError."""
        ...

    def call(
        self,
        service: str,
        operation: str,
        *,
        absent: Sequence[str] = (),
        region: str | None = None,
        **parameters: Any,
    ) -> Item | None:
        """One answer; None when it fails with an error code in `absent`. Raises CollectError."""
        ...


@dataclass(frozen=True)
class Call:
    """One list call: what to ask, and where the items are in each page (JMESPath)."""

    service: str
    operation: str
    items: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    page_size: int | None = None


@dataclass(frozen=True)
class Column:
    """A typed field shown in the lists of its type. unit: "GiB", "MB", ...; facet: offered as a filter.

    optional: None says that there is none, and is not unknown.
    """

    field: str
    label: str
    unit: str = ""
    numeric: bool = False
    mono: bool = False
    facet: bool = False
    optional: bool = False


def where(**fields: str) -> Callable[[Resource], bool]:
    """Whether a resource's fields have these values; a field that its type has not is no match."""
    return lambda resource: all(getattr(resource, name, None) == value for name, value in fields.items())


always = where()


@dataclass(frozen=True)
class Metric:
    """One CloudWatch metric that rules need of a type, as a value a day.

    statistic: Sum, Average, Maximum, p99, ... dimensions: all that CloudWatch has the metric under, each a
    format of the resource's fields: ("InstanceId", "{id}"). when: a cheap look at what is known of a
    resource, for each series costs money. region: where CloudWatch has it, if not where the resource is.
    sparse: CloudWatch has it only of days with activity, so that a gap is none or unknown.
    """

    namespace: str
    name: str
    statistic: str
    dimensions: tuple[tuple[str, str], ...]
    title: str
    unit: str = ""
    when: Callable[[Resource], bool] = always
    region: str = ""
    sparse: bool = False

    @property
    def key(self) -> str:
        """How the values are called: CPUUtilization.Maximum."""
        return f"{self.name}.{self.statistic}"

    def dimensions_of(self, resource: Resource) -> tuple[tuple[str, str], ...]:
        """Name and value of each dimension that CloudWatch has this resource's values under."""
        return tuple((name, value.format_map(vars(resource))) for name, value in self.dimensions)


@dataclass(frozen=True)
class Reading:
    """A number that the resource tells of itself, noted once a day for the day before: the field's name."""

    key: str
    title: str
    unit: str = ""


Enrich = Callable[[list[dict[str, Any]], Source, Scope], Iterable[Item]]


@dataclass(frozen=True)
class ResourceType:
    """Everything Polo knows of a type: how to collect it, which permission that takes, how to show it.

    name: CLI name, the plural. actions: IAM actions of `call` and `enrich`. Without that of `call` the scope
    fails; any other leaves fields unknown, and is named in the resource's "denied". sample: one item as AWS
    sends it, which the tests of every type use. console: path in the AWS console with {region}, {id}, {arn},
    {name}.
    volatile: fields that move by themselves and are no change ("stored"), and keys of the raw answer
    ("raw.storedBytes"); a type that marks fields and no such key has its whole raw answer left out. metrics,
    readings: what a day's value is kept of, 30 days back.
    """

    MAX_COLUMNS: ClassVar[int] = 8

    name: str
    title: str
    singular: str
    model: type[Resource]
    call: Call
    actions: tuple[str, ...]
    columns: tuple[Column, ...]
    sample: Item
    order: int
    scope: Literal["regional", "global", "marqo"] = "regional"
    enrich: Enrich | None = None
    console: str = ""
    good_states: tuple[str, ...] = ("running", "available", "active", "in-use", "ready", "attached")
    volatile: tuple[str, ...] = ()
    metrics: tuple[Metric, ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def has_daily(self) -> bool:
        """Whether daily values are kept of its resources."""
        return bool(self.metrics or self.readings)
