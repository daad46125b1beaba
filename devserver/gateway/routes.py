"""The resources of an API: which function answers a path, and what its parameters are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")  # what ANY stands for


@dataclass(frozen=True)
class LambdaFunction:
    """What the gateway must know of a function: name, memory in MB, timeout in seconds."""

    name: str = "PoloFunction"
    memory: int = 256
    timeout: float = 30


@dataclass(frozen=True)
class Route:
    """One method of one resource: `/items/{id}`, or greedy `/{proxy+}`, and the function behind it."""

    path: str
    method: str = "ANY"
    function: LambdaFunction = field(default_factory=LambdaFunction)


@dataclass(frozen=True)
class Match:
    route: Route
    parameters: dict[str, str]


def find_route(routes: Iterable[Route], method: str, path: str) -> Match | None:
    """The most specific route for a path, its parameters still encoded; None is the gateway's 403.

    A trailing slash does not matter to the match. A resource without the method does not fall
    back to a less specific one.
    """
    parts = _split(path)
    found = [
        (_specificity(route.path), route, parameters)
        for route in routes
        if (parameters := _parameters(_split(route.path), parts)) is not None
    ]
    if not found or method not in METHODS:
        return None
    best = min(specificity for specificity, _, _ in found)
    allowed = [
        Match(route, parameters)
        for specificity, route, parameters in found
        if specificity == best and route.method in (method, "ANY")
    ]
    return min(allowed, key=lambda match: match.route.method == "ANY", default=None)


def _split(path: str) -> list[str]:
    inner = path[1:].rstrip("/")
    return inner.split("/") if inner else []


def _specificity(path: str) -> list[int]:
    return [2 if part.endswith("+}") else int(part.startswith("{")) for part in _split(path)]


def _parameters(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for index, part in enumerate(pattern):
        if index >= len(parts):
            return None
        if part.endswith("+}"):
            return found | {part[1:-2]: "/".join(parts[index:])}
        if part.startswith("{"):
            found[part[1:-1]] = parts[index]
        elif part != parts[index]:
            return None
    return found if len(parts) == len(pattern) else None
