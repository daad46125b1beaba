from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from errors import CollectError
from services.collect.plan import Target, attempt, calls_of, estimate, plan, run
from services.data_service import Collected, decide
from services.models import RESOURCE_TYPES
from services.models.kit.base import Document, Resource
from services.models.kit.lost import Part, lose
from services.models.kit.scope import Account, Scope

PROD = Target(Account("111111111111", "prod"), ("eu-west-1", "us-east-1"))
DEV = Target(Account("222222222222", "dev"), ("eu-west-1",))
INSTANCES, BUCKETS, MARQO = (RESOURCE_TYPES[name] for name in ("instances", "buckets", "marqoindexes"))


def volume(scope: Scope) -> Resource:
    return Resource(type=scope.type, account=scope.account, region=scope.region, id="a", arn="arn", name="")


def collected(collect: object, scopes: list[Scope], workers: int = 2) -> dict[str, Collected]:
    ticks = itertools.count(0.0, 0.5)
    results = run(scopes, collect, generation=7, workers=workers, clock=lambda: next(ticks))  # type: ignore[arg-type]
    return {each.scope.region: each for each in results}


def test_regional_types_are_planned_in_each_region_of_each_account() -> None:
    assert plan([INSTANCES], [PROD, DEV]) == (
        Scope("111111111111", "eu-west-1", "instances"),
        Scope("222222222222", "eu-west-1", "instances"),
        Scope("111111111111", "us-east-1", "instances"),
    )


def test_global_types_are_planned_once_per_account() -> None:
    assert plan([BUCKETS], [PROD, DEV]) == (
        Scope("111111111111", "global", "buckets"),
        Scope("222222222222", "global", "buckets"),
    )


def test_marqo_is_planned_once_even_without_an_account() -> None:
    assert plan([MARQO], [PROD, DEV]) == plan([MARQO], []) == (Scope("marqo", "global", "marqoindexes"),)


def test_types_are_planned_one_after_the_other() -> None:
    types = [scope.type for scope in plan(RESOURCE_TYPES.values(), [PROD, DEV])]
    assert [name for name, _ in itertools.groupby(types)] == list(RESOURCE_TYPES)


def test_an_empty_scope_is_one_call() -> None:
    assert {calls_of(kind, 0) for kind in RESOURCE_TYPES.values()} == {1}


def test_calls_grow_with_pages_and_with_what_is_asked_of_each() -> None:
    functions, buckets = RESOURCE_TYPES["functions"], RESOURCE_TYPES["buckets"]
    assert (calls_of(INSTANCES, 1_000), calls_of(INSTANCES, 1_001)) == (1, 2)
    assert calls_of(functions, 51) == 2 + 1, "two pages and a sweep of the tags"
    assert calls_of(buckets, 3) == 1 + 3 * (len(buckets.actions) - 1)


def test_estimate_counts_what_was_there_before() -> None:
    scopes = plan([INSTANCES], [PROD])
    known = {scopes[0]: 2_500}
    assert estimate(scopes, RESOURCE_TYPES, {}, accounts=1) == 2 + 2
    assert estimate(scopes, RESOURCE_TYPES, known, accounts=1) == 2 + 3 + 1


def test_failed_scope_says_why_and_the_others_go_on() -> None:
    def collect(scope: Scope) -> Iterable[Resource]:
        if scope.region == "denied":
            raise CollectError("AccessDenied: may not", "allow it")
        if scope.region == "broken":
            raise ZeroDivisionError("a bug\nin here")
        return [volume(scope)]

    found = collected(collect, [Scope("1", region, "volumes") for region in ("fine", "denied", "broken")])
    assert [document["id"] for document in found["fine"].resources or ()] == ["a"]
    assert (found["denied"].resources, found["denied"].error) == (
        None, "AccessDenied: may not. Way out: allow it",
    )  # fmt: skip
    assert (found["broken"].resources, found["broken"].error) == (None, "ZeroDivisionError: a bug in here")
    assert {each.generation for each in found.values()} == {7}


def test_attempt_is_timed() -> None:
    found = collected(lambda scope: [volume(scope)], [Scope("1", "a", "volumes")], workers=1)
    assert found["a"].seconds == 0.5
    assert (found["a"].calls, found["a"].throttles) == (0, 0)


def test_generator_that_fails_half_way_is_a_failure() -> None:
    def collect(scope: Scope) -> Iterable[Resource]:
        yield volume(scope)
        raise CollectError("throttled")

    assert collected(collect, [Scope("1", "a", "volumes")])["a"].resources is None


def test_a_part_that_could_not_be_listed_stays_as_it_was() -> None:
    def collect(scope: Scope) -> Iterable[Resource]:
        lose(Part("name", "kept"), "denied")
        return (replace(volume(scope), id="new"),)

    def known(scope: Scope) -> Iterable[Document]:
        return [
            replace(volume(scope), id=id, name=name).to_json()
            for id, name in (("a", "kept"), ("b", "vanished"))
        ]

    found = attempt(collect, Scope("1", "eu-west-1", "volumes"), generation=1, clock=float, known=known)
    assert [document["id"] for document in found.resources or ()] == ["new", "a"]
    assert found.error == "not all could be listed, what was known is kept: name kept (denied)"
    head, replaces = decide(None, found, now=2)
    assert (head.status, head.error, head.count, replaces) == ("ok", found.error, 2, True)
