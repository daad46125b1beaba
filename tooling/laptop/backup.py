"""`inv backup` and `inv restore`: what people have entered, as one file.

A restore merges: what is in the file is put back as it was, what was entered since stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from errors import CantWrite, DataFileError, PoloError
from services.models.everything.line import dump
from services.models.kit.values import iso
from services.store.changes import digest
from services.store.json_file import decoded, write_json
from services.store.readable import readable
from services.store.schema import OtherSchema
from settings import ROOT, Settings
from tooling.data_folder import backend_in
from tooling.demo.past import MADE
from tooling.demo.today import demo_folder
from tooling.laptop.entered import ENTERED, Document, Stores
from tooling.local.target import target
from wiring.table import TableBackend

SCHEMA = 2  # 1 had no "beside"
TRIES = 3  # of a restore that others enter something beside
DEMO = "the demo estate"
DAMAGED = "take another backup: this one was damaged, or changed by hand"
Entries = Mapping[str, Mapping[str, Document]]  # kind -> id -> what was entered


@dataclass(frozen=True)
class Place:
    """name: as it is said and written into the file. beside: others that are kept with it.

    made: ids of what nobody entered, which is made again by itself.
    """

    name: str
    stores: Stores
    beside: tuple[Place, ...] = ()
    made: frozenset[str] = frozenset()


def place_of(env: str, profile: str, root: Path = ROOT, settings: Settings | None = None) -> Place:
    """All files of this laptop for "", else an environment's table. Raises PoloError."""
    if not env:
        if profile:
            raise PoloError(f"-p {profile} is for a deployed environment", "add -e ENV, or leave it out")
        return _laptop(root, settings or Settings.from_environment())
    here = target(root, env, profile)
    backend = TableBackend(Settings(env=here.name), client=here.aws.client("dynamodb", here.aws.home()))
    return Place(here.name, Stores(backend.finding_store()))


def _laptop(root: Path, settings: Settings) -> Place:
    """Wherever a console keeps what people enter: data/, the demo estate, and beside LOCAL_DATA_PATH."""
    cache = Path(settings.cache_path) if settings.cache_path else root / "data" / ".cache"
    own, demo, other = root / "data", demo_folder(cache), Path(settings.local_data_path).resolve().parent
    beside = [Place(DEMO, _stores(demo), made=MADE)]
    if settings.local_data_path and other not in {root.resolve(), own.resolve(), demo.resolve()}:
        beside.append(Place(str(other), _stores(other)))
    return Place("this laptop", _stores(own), tuple(beside))


def _stores(folder: Path) -> Stores:
    return Stores(backend_in(folder).finding_store())


def backup(file: Path, place: Place, now: datetime | None = None) -> Iterator[str]:
    """Write all that people have entered there, and say how much. Raises PoloError.

    A file that is there already is not written over.
    """
    if file.exists() or file.is_symlink():
        raise CantWrite(f"can't write {file}: it is there already", "name another file, or remove it")
    entries, beside = _entered(place), {each.name: _entered(each) for each in place.beside}
    beside = {name: found for name, found in beside.items() if any(found.values())}
    made = iso(now or datetime.now(UTC))
    digest = _digest(entries, beside)
    content = {"of": place.name, "made": made, "entered": entries, "beside": beside, "digest": digest}
    write_json(file, SCHEMA, content)
    for where, each in {place.name: entries, **beside}.items():
        for name, found in each.items():
            yield f"{name} of {where}: {len(found):,}, in {file}"


def restore(file: Path, place: Place, *, dry_run: bool = False) -> Iterator[str]:
    """Put back what is in the file, and say what that changed, or would. Raises PoloError.

    All of a kind is put back, or nothing of it, up to the 100 that a table takes at once. What a laptop had
    beside its own data goes where it was, and nowhere else.
    """
    entered, beside = read_backup(file)
    places = {each.name: each for each in place.beside}
    for name, wanted in entered.items():
        yield _put_back(name, wanted, place, dry_run=dry_run)
    for where, entries in beside.items():
        for name, wanted in entries.items():
            if where in places:
                yield _put_back(name, wanted, places[where], dry_run=dry_run)
            else:
                yield f"{name} of {where}: {len(wanted):,} left out, {place.name} has no such place"


def read_backup(file: Path) -> tuple[Entries, Mapping[str, Entries]]:
    """What is in a file that `backup` has written: of its place, and of each beside it, by name.

    Raises DataFileError for anything else.
    """
    with readable(file, DAMAGED, "a backup of Polo", missing="inv backup FILE makes one"):
        content = decoded(file.read_bytes())
        schema, entries, beside = content["schema"], content["entered"], content.get("beside", {})
        if not isinstance(schema, int) or schema > SCHEMA:
            raise OtherSchema(schema, SCHEMA)
        if content["digest"] != _digest(entries, beside):
            raise ValueError("its digest is another")
        if unknown := [name for each in (entries, *beside.values()) for name in _unknown(each)]:
            raise DataFileError(f"{file} has {', '.join(unknown)}, unknown to this Polo", "update Polo")
        return _whole(entries), {name: _whole(each) for name, each in beside.items()}


def _whole(entries: Entries) -> Entries:
    return {
        name: {id: ENTERED[name].whole(entry) for id, entry in found.items()}
        for name, found in entries.items()
    }


def _entered(place: Place) -> Entries:
    return {
        name: {id: entry for id, entry in kind.read(place.stores).items() if id not in place.made}
        for name, kind in ENTERED.items()
    }


def _unknown(entries: Entries) -> Iterator[str]:
    """Kinds and fields that only a later Polo has."""
    for name, found in entries.items():
        if name not in ENTERED:
            yield name
            continue
        names = {field for entry in found.values() for field in entry}
        yield from sorted(f"{field} of {name}" for field in names - ENTERED[name].fields)


def _put_back(name: str, wanted: Mapping[str, Document], place: Place, *, dry_run: bool) -> str:
    kind = ENTERED[name]
    for _ in range(TRIES):
        known = kind.read(place.stores)
        chosen = {id: each for id, each in wanted.items() if known.get(id) != each}
        before = [known[id] for id in chosen if id in known]
        if dry_run or not chosen or kind.put_back(place.stores, [*chosen.values()], before):
            new, there = len(chosen) - len(before), len(wanted) - len(chosen)
            since = known.keys() - wanted.keys() - place.made
            would = "would be " if dry_run else ""
            return (
                f"{name} of {place.name}: {new:,} {would}put back, {len(before):,} {would}changed back, "
                f"{there:,} already there, {len(since):,} entered since and kept"
            )
    raise PoloError(f"others are entering {name} in {place.name}", "run it again later")


def _digest(entries: Entries, beside: Mapping[str, Entries]) -> str:
    return digest([dump(entries), *([dump(beside)] if beside else [])])
