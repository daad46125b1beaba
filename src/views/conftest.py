"""A small estate for the tests of the views: every type's sample in three accounts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dom import Element, render
from services.models import RESOURCE_TYPES
from services.models.all import Everything
from services.models.everything.collections import MOST, Collected, Collections
from services.models.everything.line import dump
from services.models.everything.writer import Writer
from services.models.kit.base import ResourceType
from services.models.kit.scope import Account, Scope, ScopeHead, ScopeStatus
from views.links.context import Context

NOW = datetime(2026, 11, 20, 20, 14, tzinfo=UTC)
THEN = int(NOW.timestamp() * 1000) - 720_000  # 12 minutes before
ACCOUNTS = (
    Account("111111111111", "prod"),
    Account("222222222222", "staging"),
    Account("333333333333", "<b>odd</b>"),
)


Attributes = dict[str, str | None]


@dataclass
class Parsed(HTMLParser):
    """A page as a browser reads it: tags with their attributes, and text."""

    html: str
    tags: list[tuple[str, Attributes]] = field(default_factory=list)
    text: str = ""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str | None) -> list[Attributes]:
        """The attributes of every such tag."""
        found = (attributes for name, attributes in self.tags if name == tag)
        return [
            each for each in found if all(each.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    def links(self) -> list[str]:
        return [each["href"] or "" for each in self.all("a") if "href" in each]

    def classes(self) -> set[str]:
        return {name for _, attributes in self.tags for name in (attributes.get("class") or "").split()}


def estate(path: Path) -> Everything:
    writer = Writer(path)
    writer.name_accounts(ACCOUNTS)
    for kind in RESOURCE_TYPES.values():
        for account in ACCOUNTS:
            scope = Scope(account.id, "eu-west-1", kind.name)
            status: ScopeStatus = "error" if (account.name, kind.order) == ("staging", 20) else "ok"
            head = ScopeHead(
                scope,
                generation=THEN,
                attempted=THEN,
                status=status,
                count=20,
                error="AccessDenied" if status == "error" else "",
                seconds=1.2,
            )
            writer.replace_scope(head, _resources(kind, scope))
    writer.close()
    return Everything(path)


def _resources(kind: ResourceType, scope: Scope) -> list[bytes]:
    sample = kind.model.from_aws(kind.sample, scope)
    made = []
    for n in range(20):
        cost = None if n % 4 == 3 else Decimal(n * 12)
        owner = None if n % 3 == 2 else sample.owner
        name = sample.name if n == 0 else f"{sample.name or kind.singular}-{n}"
        id = sample.id if n == 0 else f"{sample.id}-{n}"
        resource = replace(sample, id=id, name=name, owner=owner, cost=cost, type=kind.name)
        made.append(dump(resource.to_json()).encode())
    return made


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Everything:
    return estate(tmp_path_factory.mktemp("views") / "everything.sqlite")


@pytest.fixture(scope="session")
def context(everything: Everything) -> Context:
    heads = everything.heads()
    return Context(
        now=NOW,
        prefix="/prod",
        path="/resources",
        accounts=everything.accounts(),
        counts={group.value: group.totals.count for group in everything.groups("type")},
        collected="2026-11-20T20:02:00Z",
        fresh=sum(head.status == "ok" for head in heads),
        scopes=len(heads),
        csrf="token-1",
        logout_url="/auth/logout",
    )


@pytest.fixture(scope="session")
def parse() -> Callable[[Element], Parsed]:
    return lambda element: Parsed(render(element))


def collections_of(heads: Iterable[ScopeHead]) -> Collections:
    """What Everything would answer of these heads."""
    groups: dict[tuple[str, str], list[ScopeHead]] = defaultdict(list)
    for head in heads:
        groups[head.scope.account, head.scope.type].append(head)
    every = [head for group in groups.values() for head in group]
    troubled = sorted((head for head in every if head.status != "ok"), key=lambda head: head.scope)
    return Collections(tuple(_part(*item) for item in sorted(groups.items())), tuple(troubled[:MOST]))


def _part(key: tuple[str, str], heads: list[ScopeHead]) -> Collected:
    states, generations = [head.status for head in heads], [head.generation for head in heads]
    good = min((generation for generation in generations if generation), default=None)
    return Collected(*key, len(heads), states.count("error"), states.count("held"), min(generations), good)
