"""`inv releases`: as text."""

from __future__ import annotations

import json

from services.releases.releases import Releases
from tooling.release.store import template_of


def listed(releases: Releases) -> str:
    """A line for each of the newest releases, with where it runs; then what else the environments run."""
    found = releases.deployments()
    if not found.count and not found.places:
        return "There are no releases yet: inv push"
    running = {place.environment: place.now.release for place in found.places if place.now}
    lines = []
    for release in found.releases:
        notes = ["latest"] if release.id == found.latest else []
        notes += [name for name, id in running.items() if id == release.id]
        lines.append(f"{release.id}  {_plain(release.subject)}{_notes(notes)}")
    left = found.count - len(found.releases)
    lines += [f"... and {left} that are older or can't be read"] if left else []
    shown = {release.id for release in found.releases}
    others = ((name, id) for name, id in running.items() if id not in shown)
    return "\n".join([*lines, *(f"{name} runs {id or 'a working tree'}" for name, id in others)])


def shown(releases: Releases, id: str, environment: str) -> str:
    """A release's manifest, and the template of an environment's stack. Raises UnknownName, PoloError."""
    manifest = json.dumps(releases.manifest(id), indent=2)
    return f"{manifest}\n\n{template_of(releases, id, environment)}"


def _notes(notes: list[str]) -> str:
    return f"  ({', '.join(notes)})" if notes else ""


def _plain(subject: str) -> str:
    """Without what a terminal would obey."""
    return "".join(char if char.isprintable() else " " for char in subject)[:80]
