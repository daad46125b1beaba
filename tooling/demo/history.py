"""History of the demo estate: two weeks in which people and machines changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, Literal

from services.models.kit.base import Document
from services.models.kit.change import Change
from services.models.kit.scope import Scope
from services.models.kit.values import OWNER_TAGS, iso

DAYS = 14
SHARE = 0.12  # changes for each resource
HOURS = (8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 2, 20)  # when things are done, UTC
Old = Callable[[Random, Any], Any]  # a field's value now -> what it was before; the same: not here
Kind = Literal["appeared", "vanished", "changed"]


def _one_of(*values: Any) -> Old:
    return lambda random, now: random.choice([value for value in values if value != now])


def _smaller(random: Random, now: Any) -> Any:
    return max(1, int(now * random.choice((0.4, 0.5, 0.8)))) if now else now


def _without_last(_: Random, now: Any) -> Any:
    return now[:-1] if len(now) > 1 else now


def _version_before(_: Random, now: Any) -> Any:
    head, separator, number = str(now).rpartition(":")
    return f"{head}{separator}{int(number) - 1}" if number.isdigit() else now


# type -> the fields that change, as often as they stand here
OLD: Mapping[str, Sequence[tuple[str, Old]]] = {
    "instances": (
        ("state", _one_of("running", "stopped")),
        ("state", _one_of("running", "stopped")),
        ("instance_type", _one_of("t3.medium", "m5.large", "m7g.large", "c7g.xlarge")),
        ("imds", _one_of("optional", "required")),
        ("security_groups", _without_last),
    ),
    "volumes": (("size", _smaller), ("volume_type", _one_of("gp2", "gp3")), ("iops", _smaller)),
    "functions": (
        ("code_size", _smaller),
        ("memory", _one_of(128, 256, 512, 1024)),
        ("runtime", _one_of("python3.9", "nodejs18.x", "python3.11")),
        ("environment", _without_last),
    ),
    "databases": (
        ("engine_version", _one_of("14.9", "15.4", "15.6")),
        ("instance_class", _one_of("db.t4g.medium", "db.m7g.large", "db.r6g.xlarge")),
        ("storage", _smaller),
        ("deletion_protection", _one_of(False, True)),
    ),
    "buckets": (("versioning", _one_of("Off", "Enabled")), ("access_blocked", _one_of(False, True))),
    "loggroups": (("retention", _one_of(None, 7, 30)),),
    "autoscalinggroups": (("desired", _smaller),),
    "ecsservices": (("task_definition", _version_before), ("desired", _smaller)),
    "securitygroups": (("ingress", lambda random, now: [*now, "tcp 22 0.0.0.0/0"]),),
    "users": (("mfa", _one_of(False, True)),),
    "stacks": (("state", _one_of("update_in_progress", "create_in_progress")),),
    "eksclusters": (("version", _one_of("1.28", "1.30")),),
}
# what comes and goes by itself: type -> what its ids begin with
PASSING = {"instances": "i", "volumes": "vol", "snapshots": "snap", "networkinterfaces": "eni"}


def demo_history(
    seed: int, now: datetime, resources: Mapping[Scope, Sequence[Document]], failed: Sequence[Scope]
) -> dict[Scope, list[Change]]:
    """Changes that led to these resources, by scope; none in scopes that could not be collected of late."""
    random = Random(seed)  # noqa: S311  believable, not secret
    made, edited_before = _Maker(random, now), set()
    history: dict[Scope, list[Change]] = {}
    rows = [(scope, each) for scope, found in resources.items() if scope not in failed for each in found]
    editable = [row for row in rows if row[0].type in OLD]
    passing = [row for row in rows if row[0].type in PASSING]
    for scope, document in rows:
        history.setdefault(scope, []).extend(made.created(document))
    for _ in range(round(len(rows) * SHARE)):
        edited = random.random() < 0.7
        scope, document = random.choice(editable if edited else passing)
        if edited and document["id"] in edited_before:
            continue  # two changes of one field would have to fit together
        edited_before |= {document["id"]} if edited else set()
        history[scope] += made.edited(document) if edited else made.passed(document)
    return {scope: sorted(found, key=lambda each: (each.at, each.id)) for scope, found in history.items()}


@dataclass(frozen=True)
class _Maker:
    random: Random
    now: datetime

    def created(self, document: Document) -> Iterator[Change]:
        """That it appeared, if it was created within these days."""
        created = document["created"]
        if created and created >= (iso(self.now - timedelta(days=DAYS)) or ""):
            moment = datetime.fromisoformat(created) + timedelta(minutes=self.random.randrange(5, 60))
            yield _change("appeared", document, min(moment, self.now))

    def edited(self, document: Document) -> Iterator[Change]:
        """One field that was another; now and then an owner that was told at last."""
        at = self._moment()
        if (document["created"] or "") >= (iso(at) or ""):
            return
        if document["owner"] and self.random.random() < 0.2:
            without = {key: tag for key, tag in document["tags"].items() if key.lower() not in OWNER_TAGS}
            fields = {"owner": (None, document["owner"]), "tags": (without, document["tags"])}
            yield _change("changed", document, at, fields)
            return
        name, old = self.random.choice(OLD[document["type"]])
        now = document[name]
        before = old(self.random, now)
        if before != now:
            yield _change("changed", document, at, {name: (before, now)})

    def passed(self, document: Document) -> Iterator[Change]:
        """One like it that is gone: it had appeared a day before, or long ago."""
        id = f"{PASSING[document['type']]}-{self.random.getrandbits(68):017x}"
        gone = document | {"id": id}
        end = self._moment()
        start = end - timedelta(hours=self.random.randrange(2, 40))
        if self.random.random() < 0.5 and start > self.now - timedelta(days=DAYS):
            yield _change("appeared", gone, start)
        yield _change("vanished", gone, end)

    def _moment(self) -> datetime:
        """When a collection came after people, or a schedule, had been at work."""
        random = self.random
        day = self.now - timedelta(days=random.randrange(DAYS))
        return min(day.replace(hour=random.choice(HOURS), minute=random.randrange(2, 14)), self.now)


def _change(
    kind: Kind, document: Document, moment: datetime, fields: Mapping[str, tuple[Any, Any]] | None = None
) -> Change:
    type, account, region, id = (document[name] for name in ("type", "account", "region", "id"))
    return Change(kind, type, account, region, id, document["name"] or id, iso(moment) or "", fields or {})
