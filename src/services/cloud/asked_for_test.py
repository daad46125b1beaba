from __future__ import annotations

from typing import Any

from errors import CollectError
from services.cloud.asked_for import AGAIN, AskedFor


class Source:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.refuses = False

    def call(self, *operation: str, **given: Any) -> None:
        self.calls.append((*operation, given))
        if self.refuses:
            raise CollectError("not allowed")


def test_a_function_is_asked_once_in_a_while_and_not_waited_for() -> None:
    now, source, log = [0.0], Source(), []
    ask = AskedFor("prod-SnapshotFunction:live", "costs", log.append, lambda: source, lambda: now[0])  # type: ignore[arg-type, return-value]
    assert [ask() for _ in range(3)] == [True] * 3
    given = {"FunctionName": "prod-SnapshotFunction:live", "InvocationType": "Event"}
    assert source.calls == [("lambda", "invoke", given | {"Payload": '{"model": "costs"}'})]
    now[0] = AGAIN
    source.refuses = True
    assert (ask(), ask()) == (False, False)
    assert len(source.calls) == 2 and "not allowed" in log[-1]
