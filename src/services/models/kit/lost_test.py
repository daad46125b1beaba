from __future__ import annotations

from typing import Any

from services.models.kit.lost import Part, listening, lose, told, with_lost
from services.models.kit.parallel import spread

A, B = {"id": "a/web", "cluster": "a"}, {"id": "b/web", "cluster": "b"}
OLD = ({"id": "a/gone", "cluster": "a"}, {"id": "b/old", "cluster": "b"})


def test_of_a_lost_part_what_was_known_stays() -> None:
    assert with_lost([Part("cluster", "b")], [A], OLD) == (A, OLD[1])
    assert with_lost([], [A], OLD) == (A,)


def test_what_was_found_after_all_is_the_newer_one() -> None:
    stale = B | {"running": 0}
    assert with_lost([Part("cluster", "b")], [A, B], [stale]) == (A, B)


def test_a_part_is_lost_in_whatever_thread() -> None:
    def ask(cluster: str) -> str:
        lose(Part("cluster", cluster), "denied")
        return cluster

    with listening() as parts:
        assert sorted(spread(ask, ["a", "b"], 2)) == ["a", "b"]
    assert {(part.value, part.why) for part in parts} == {("a", "denied"), ("b", "denied")}


def test_nobody_need_listen() -> None:
    lose(Part("cluster", "a"), "denied")
    with listening() as parts:
        assert parts == []


def test_the_parts_are_told_once_with_their_reasons() -> None:
    parts: list[Any] = [Part("cluster", "b", "x"), Part("cluster", "a", "x"), Part("cluster", "b", "x")]
    assert told(parts).endswith("what was known is kept: cluster a (x), cluster b (x)")
    assert told([]) == ""
