"""Resource, resource type and scope: the words that every room shares."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Literal, Protocol, Self

Item = Mapping[str, Any]  # one element of an API's answer, AWS-shaped
Document = dict[str, Any]  # one resource as stored: JSON values only
GLOBAL = "global"  # region of scopes that an API answers once per account

OWNER_TAGS = ("owner", "team", "squad", "maintainer", "contact")
STACK_TAGS = ("aws:cloudformation:stack-name", "terraform:workspace", "terraform-stack")


@dataclass(frozen=True, order=True)
class Scope:
    """The unit of collection, of success and failure, and of freshness."""

    account: str
    region: str
    type: str


@dataclass(frozen=True)
class Account:
    id: str  # 12 digits; "marqo" for Marqo Cloud
    name: str


ScopeStatus = Literal["ok", "error", "held"]


@dataclass(frozen=True)
class ScopeHead:
    """What is known of a scope's last collection.

    generation: number (milliseconds since 1970 at its start) of the last complete collection, 0 for none.
    attempted: the same of the last attempt, complete or not. status: "held" when a steep fall waits for a
    second run to agree; held_count is what that run counted. seconds: duration of the last attempt.
    """

    scope: Scope
    generation: int = 0
    attempted: int = 0
    status: ScopeStatus = "ok"
    count: int = 0
    error: str = ""
    seconds: float = 0.0
    held_count: int | None = None

    def to_json(self) -> Document:
        rest = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "scope"}
        return {"account": self.scope.account, "region": self.scope.region, "type": self.scope.type, **rest}

    @classmethod
    def from_json(cls, document: Item) -> Self:
        scope = Scope(document["account"], document["region"], document["type"])
        known = {f.name for f in fields(cls)} - {"scope"}
        return cls(scope=scope, **{name: document[name] for name in document if name in known})


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One thing in an account. A subclass adds the typed fields of its resource type.

    created: ISO 8601, UTC. cost: USD a month, None when unknown. raw: the API's own answer, trimmed.
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

    @classmethod
    def from_aws(cls, item: Item, scope: Scope) -> Self:
        """Map one item of the API's answer; a missing optional field never raises."""
        raise NotImplementedError

    @classmethod
    def of(cls, item: Item, scope: Scope, *, tags: Any = None, **values: Any) -> Self:
        """What every `from_aws` shares: scope, tags, owner and the raw answer."""
        clean = tags_of(tags)
        values.setdefault("region", scope.region)
        created = iso(values.pop("created", None))
        return cls(
            type=scope.type,
            account=scope.account,
            tags=clean,
            owner=owner_of(clean),
            created=created,
            raw=plain(item),
            **values,
        )

    def to_json(self) -> Document:
        document = {f.name: getattr(self, f.name) for f in fields(self)}
        document["tags"], document["raw"] = dict(self.tags), dict(self.raw)
        document["cost"] = None if self.cost is None else str(self.cost)
        return document

    @classmethod
    def from_json(cls, document: Item) -> Self:
        known = {f.name for f in fields(cls)}
        values = {name: value for name, value in document.items() if name in known}
        cost = values.get("cost")
        return cls(**{**values, "cost": None if cost is None else Decimal(cost)})


class Source(Protocol):
    """What a collector reads from: one account and region, behind services.aws."""

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
    """A typed field shown in the lists of its type. unit: "GiB", "MB", ...; facet: offered as a filter."""

    field: str
    label: str
    unit: str = ""
    numeric: bool = False
    mono: bool = False
    facet: bool = False


Enrich = Callable[[list[dict[str, Any]], Source, Scope], Iterable[Item]]


@dataclass(frozen=True)
class ResourceType:
    """Everything Polo knows of a type: how to collect it, which permission that takes, how to show it.

    name: CLI name, the plural. actions: IAM actions of `call` and `enrich`. sample: one item as AWS sends it,
    which the tests of every type use. console: path in the AWS console with {region}, {id}, {arn}, {name}.
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


def tags_of(tags: Any) -> dict[str, str]:
    """Tags as a plain dict, from AWS's [{"Key", "Value"}] or {key: value}; odd entries are left out."""
    if isinstance(tags, Mapping):
        pairs: Iterable[tuple[Any, Any]] = tags.items()
    else:
        pairs = ((tag.get("Key"), tag.get("Value")) for tag in tags or () if isinstance(tag, Mapping))
    return {str(key): "" if value is None else str(value) for key, value in pairs if key is not None}


def owner_of(tags: Mapping[str, str]) -> str | None:
    """Owner by tag (any case, in the order of OWNER_TAGS), else by the stack that made it, else None."""
    by_lower = {key.lower(): value.strip() for key, value in tags.items()}
    return next((by_lower[key] for key in (*OWNER_TAGS, *STACK_TAGS) if by_lower.get(key)), None)


def iso(moment: datetime | date | str | float | None) -> str | None:
    """ISO 8601 in UTC with seconds ("2026-03-04T10:00:00Z"); epoch milliseconds when a number is given."""
    if moment is None or moment == "":
        return None
    if isinstance(moment, (int, float)):
        moment = datetime.fromtimestamp(moment / 1000, UTC)
    if isinstance(moment, str):
        try:
            moment = datetime.fromisoformat(moment)
        except ValueError:
            return None
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(item: Item) -> Document:
    """The item with JSON values only: moments as ISO 8601, bytes left out."""
    return {key: _plain(value) for key, value in item.items() if key != "ResponseMetadata"}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (datetime, date)):
        return iso(value)
    if isinstance(value, bytes):
        return None
    return value


def dump(document: Any) -> str:
    """Compact JSON with stable key order, as stored."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
