"""What an infra block may hold: each key with a check of its value."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

ACCESS = ("read", "write", "read-write")
TABLES = ("resource", "report")
BUCKETS = ("data", "releases")

NAME = r"[a-z][a-z0-9-]*"
ROUTE = r"/|(/([A-Za-z0-9._~:-]+|\{\w+\}))*/([A-Za-z0-9._~:-]+|\{\w+\+?\})"
SCHEDULE = r"rate\([1-9]\d* (minute|hour|day)s?\)|cron\(\S+( \S+){5}\)"
VARIABLE = r"[A-Z][A-Z0-9_]*"

Check = Callable[[Any], str | None]


def problem_with(key: object, value: Any) -> str | None:
    """What is wrong with one entry of a block, naming the value and the valid ones; None if nothing is."""
    if key not in KEYS:
        return f"unknown key {key!r}; valid: {', '.join(KEYS)}"
    problem = KEYS[str(key)](value)
    return f"{key}: {problem}" if problem else None


def _text(pattern: str, hint: str) -> Check:
    def check(value: Any) -> str | None:
        valid = isinstance(value, str) and re.fullmatch(pattern, value)
        return None if valid else f"{value!r} is not {hint}"

    return check


def _list(check: Check, hint: str) -> Check:
    def check_all(value: Any) -> str | None:
        if not isinstance(value, list) or not value:
            return f"{value!r} is not a list of {hint}"
        doubled = next((item for item in value if value.count(item) > 1), None)
        if doubled is not None:
            return f"{doubled!r} stands there twice"
        return next((problem for item in value if (problem := check(item))), None)

    return check_all


def _access(valid: Check, hint: str) -> Check:
    def check(value: Any) -> str | None:
        if not isinstance(value, dict) or not value:
            return f"{value!r} is not a mapping of {hint} to {', '.join(ACCESS)}"
        for name, access in value.items():
            if problem := valid(name):
                return problem
            if access not in ACCESS:
                return f"access {access!r} of {name}; valid: {', '.join(ACCESS)}"
        return None

    return check


def _number(low: int, high: int, unit: str) -> Check:
    def check(value: Any) -> str | None:
        valid = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        return None if valid else f"{value!r} is not a number of {unit} from {low} to {high}"

    return check


def _one_of(what: str, valid: tuple[str, ...]) -> Check:
    def check(value: Any) -> str | None:
        return None if value in valid else f"unknown {what} {value!r}; valid: {', '.join(valid)}"

    return check


def _boolean(value: Any) -> str | None:
    return None if isinstance(value, bool) else f"{value!r} is not true or false"


_name = _text(NAME, "a name of lower-case letters, digits and hyphens")

KEYS: dict[str, Check] = {
    "routes": _list(_text(ROUTE, 'a path such as "/", "/items/{id}" or "/{proxy+}"'), "paths"),
    "schedule": _text(SCHEDULE, 'an EventBridge schedule such as "rate(1 hour)" or "cron(0 6 * * ? *)"'),
    "queue": _name,
    "topic": _name,
    "memory": _number(128, 10240, "MB"),
    "disk": _number(512, 10240, "MB"),
    "timeout": _number(1, 900, "seconds"),
    "tables": _access(_one_of("table", TABLES), "tables"),
    "buckets": _access(_one_of("bucket", BUCKETS), "buckets"),
    "secrets": _list(_name, "secret names"),
    "invokes": _list(_name, "functions, such as snapshot for lambda_snapshot"),
    "assume": _list(_text(r"[\w+=,.@-]{1,64}", "an IAM role name"), "role names"),
    "environment": _list(_text(VARIABLE, "a name of upper-case letters, digits and _"), "variable names"),
    "cost-apis": _boolean,
}
