"""Inspection: every rule over every resource of one account after the other, so that memory stays bounded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from errors import PoloError
from services.cop.judge.facts import Asked, Daily, Facts, NotKnown, never_asked
from services.cop.judge.limits import Limits
from services.cop.judge.looked_at import why_mistyped
from services.cop.judge.rule import Rule
from services.models.domain.finding import Finding, Unknown, Verdict
from services.models.kit.base import Resource
from services.models.kit.scope import CLOSED, GLOBAL, Key, Scope, ScopeHead
from services.prices import Prices

Anywhere = Callable[[str, str, str], Mapping[str, frozenset[str] | None]]  # see nobody_else
Collected = tuple[ScopeHead, Callable[[], Iterable[Resource]]]  # a scope, and its resources when asked for


def nobody_else(type: str, region: str, field: str) -> Mapping[str, frozenset[str] | None]:
    """What the field says in each account that has the type in the region, None where that is not known."""
    return {}


class Judged(NamedTuple):
    """A rule's verdict on one resource, of those that are not None."""

    rule: Rule
    resource: Resource
    scope: Scope
    verdict: Finding | Unknown

    @property
    def key(self) -> Key:
        """What the verdict is about."""
        about = self.verdict.about if isinstance(self.verdict, Finding) else None
        return about or key_of(self.resource)


@dataclass(frozen=True)
class Inspected:
    """What an inspection of an account came to. healthy: the scopes that rules could look at.

    A finding of any other scope is frozen: neither resolved nor opened.
    """

    account: str
    healthy: frozenset[Scope]
    judged: tuple[Judged, ...]


@dataclass(frozen=True)
class World:
    """What is the same for every account. spending: account -> its services with what they cost, see
    services.cop.judge.spend; None where that is not known. troubles: what could not be read, by message.
    elsewhere: what the resources of all accounts say, see nobody_else.
    """

    now: datetime
    prices: Prices
    daily: Daily
    asked: Asked = never_asked
    limits: Limits = field(default_factory=Limits)
    spending: Callable[[], Mapping[str, tuple[Any, ...]] | None] = lambda: None
    troubles: Mapping[str, PoloError] = field(default_factory=dict)
    elsewhere: Anywhere = nobody_else

    def facts(self, account: AccountFacts, limits: Mapping[str, Any]) -> Facts:
        """What a rule with these limits may know of the account's resources."""
        return Facts(self.now, limits, self.prices, account, self.daily, self.asked)


@dataclass
class AccountFacts:
    """The resources of one account, decoded when they are first asked for."""

    scopes: Mapping[Scope, Collected]
    account: str
    elsewhere: Anywhere = nobody_else
    _known: dict[Scope, dict[str, Resource]] = field(default_factory=dict)
    _odd: dict[Scope, str] = field(default_factory=dict)
    _values: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)
    _anywhere: dict[tuple[str, str, str], frozenset[str]] = field(default_factory=dict)

    def healthy(self) -> frozenset[Scope]:
        return frozenset(scope for scope, (head, _) in self.scopes.items() if is_healthy(head))

    def of(self, scope: Scope) -> dict[str, Resource]:
        if scope not in self._known:
            self._known[scope] = {resource.id: resource for resource in self.scopes[scope][1]()}
        return self._known[scope]

    def others(self, type: str, region: str) -> Mapping[str, Resource]:
        """Raises NotKnown when the scope was not collected, or not well."""
        for place in (region, GLOBAL):
            scope = Scope(self.account, place, type)
            if scope in self.scopes:
                head = self.scopes[scope][0]
                if head.status == CLOSED:
                    raise NotKnown(f"a policy of the organisation lets nobody see {type} in {place}")
                if not is_healthy(head):
                    raise NotKnown(f"the last collection of {type} in {place} failed")
                return self._readable(scope)
        raise NotKnown(f"{type} in {region} were not collected")

    def _readable(self, scope: Scope) -> Mapping[str, Resource]:
        if scope not in self._odd:
            found = self.of(scope).values()
            self._odd[scope] = next((reason for each in found if (reason := unreadable(each))), "")
        if reason := self._odd[scope]:
            raise NotKnown(reason)
        return self.of(scope)

    def values(self, type: str, region: str, field: str) -> frozenset[str]:
        """Made once, for a rule asks for each of its resources."""
        asked = (type, region, field)
        if asked not in self._values:
            self._values[asked] = values_of(self.others(type, region).values(), field)
        return self._values[asked]

    def anywhere(self, type: str, region: str, field: str) -> frozenset[str]:
        """Raises NotKnown when that of one account is not known."""
        asked = (type, region, field)
        if asked not in self._anywhere:
            self._anywhere[asked] = self._of_all(*asked)
        return self._anywhere[asked]

    def _of_all(self, type: str, region: str, field: str) -> frozenset[str]:
        own, others = self.values(type, region, field), self.elsewhere(type, region, field)
        missing = sorted(account for account, values in others.items() if values is None)
        if missing:
            raise NotKnown(f"the {type} of {', '.join(missing)} in {region} are not known")
        return own.union(*(values for values in others.values() if values))


def values_of(resources: Iterable[Resource], field: str) -> frozenset[str]:
    """What a field says in these resources; each element of it where it is a list."""
    told = (getattr(each, field) for each in resources)
    return frozenset(one for each in told for one in ((each,) if isinstance(each, str) else each or ()))


def inspect(account: str, scopes: Iterable[Collected], rules: Iterable[Rule], world: World) -> Inspected:
    """Every verdict on the account's resources. A scope whose last collection failed is not looked at."""
    facts = AccountFacts({head.scope: (head, load) for head, load in scopes}, account, world.elsewhere)
    rules = tuple(rules)
    healthy = facts.healthy()
    wanted = {
        type: [rule for rule in rules if rule.covers(type)] for type in {scope.type for scope in healthy}
    }
    covered = sorted(scope for scope in healthy if wanted[scope.type])
    judged = (each for scope in covered for each in _of_scope(scope, facts, wanted[scope.type], world))
    return Inspected(account, healthy, tuple(judged))


def _of_scope(scope: Scope, facts: AccountFacts, rules: Iterable[Rule], world: World) -> Iterator[Judged]:
    every = facts.of(scope).values()
    odd = [(resource, Unknown(reason)) for resource in every if (reason := unreadable(resource))]
    resources = tuple(resource for resource in every if not odd or not unreadable(resource))
    for rule in rules:
        for resource, verdict in chain(_judge(rule, resources, facts, world), odd):
            yield Judged(rule, resource, scope, verdict)


def _judge(
    rule: Rule, resources: Iterable[Resource], account: AccountFacts, world: World
) -> Iterator[tuple[Resource, Finding | Unknown]]:
    usual = world.facts(account, rule.limits)
    if not world.limits.overridden(rule):
        yield from judge_all(rule, resources, usual)
        return
    for resource in resources:
        yield from judge_all(rule, (resource,), replace(usual, limits=world.limits.of(rule, resource)))


def judge_all(
    rule: Rule, resources: Iterable[Resource], facts: Facts
) -> Iterator[tuple[Resource, Finding | Unknown]]:
    """The resources of which a rule has something to say, and what."""
    check = rule.check
    for resource in resources:
        try:
            verdict = check(resource, facts)
        except NotKnown as reason:
            verdict = Unknown(str(reason))
        if verdict is not None:
            yield resource, verdict


def judge(rule: Rule, resource: Resource, facts: Facts) -> Verdict:
    """One rule on one resource."""
    if reason := unreadable(resource):
        return Unknown(reason)
    return next((verdict for _, verdict in judge_all(rule, (resource,), facts)), None)


def unreadable(resource: Resource) -> str:
    """Why nothing can be said of what is stored of a resource, "" where something can."""
    why = why_mistyped(resource)
    return f"what is stored of {resource.id} can't be read ({why}): collect it again" if why else ""


def key_of(resource: Resource) -> Key:
    return Key(resource.type, resource.account, resource.region, resource.id)


def is_healthy(head: ScopeHead) -> bool:
    """Whether the resources that are known are those of the last attempt; what is closed has none to see."""
    return head.status == "ok" and head.generation > 0
