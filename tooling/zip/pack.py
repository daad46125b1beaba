"""Packs the zip. Dependencies, bytecode and style sheet are kept, each under the hash of its own inputs."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from errors import PoloError
from tooling.interpreters import Interpreter
from tooling.runtime import ZIP
from tooling.zip.archive import Entry, block, write
from tooling.zip.bytecode import compiled, pyc_name
from tooling.zip.dependencies import install, known_services, shipped
from tooling.zip.inputs import LOCK, Built, hash_of, recipe, styles_of
from tooling.zip.sources import STYLES, services_named

KEPT = 3  # zips of dependencies: branches differ in them
LARGEST = 5


def pack(root: Path, cache: Path, sources: Mapping[str, bytes], python: Interpreter | None) -> Built:
    """Put the zip of these sources into its place, complete. Raises PoloError, OSError."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as folder, ThreadPoolExecutor() as threads:
        kept = _Kept(root, cache, Path(folder), python, threads)
        style_sheet = threads.submit(kept.style_sheet, sources)
        dependencies = threads.submit(kept.dependencies, sources)
        own = [*kept.packed(sources), block(STYLES, style_sheet.result())]
        draft = Path(folder) / ZIP
        brought, *ours = write(draft, [dependencies.result(), *own])
        built = _described(draft, brought, [*chain(*ours)], python)
        draft.replace(root / ZIP)
    return built


@dataclass(frozen=True)
class _Kept:
    """What `cache` keeps from build to build. Drafts are made in `folder`: what is kept is whole."""

    root: Path
    cache: Path
    folder: Path
    python: Interpreter | None
    threads: ThreadPoolExecutor

    def dependencies(self, sources: Mapping[str, bytes]) -> bytes:
        """The blocks of the dependencies and their bytecode. Raises PoloError."""
        lock = self.root / LOCK
        services = services_named(sources, known_services())
        key = self._key({LOCK: lock.read_bytes(), "services": repr(services).encode()})
        kept = self.cache / f"dependencies-{key}"
        if kept.exists():
            kept.touch()  # the oldest are forgotten first
            return kept.read_bytes()
        print(f"installing {LOCK} for Lambda", file=sys.stderr, flush=True)
        install(lock, self.folder / "installed")
        found = shipped(self.folder / "installed", services)
        compiled = self.threads.submit(self._compiled, found, strict=False)
        blocks = b"".join([*self.threads.map(block, found, found.values()), *self._blocks(compiled.result())])
        self._keep(kept, blocks)
        _forget(sorted(self.cache.glob("dependencies-*"), key=lambda file: file.stat().st_mtime)[:-KEPT])
        return blocks

    def packed(self, sources: Mapping[str, bytes]) -> list[bytes]:
        """The block of each source, and of its bytecode; packs those that changed. Raises PoloError."""
        folder = self.cache / "packed"
        folder.mkdir(exist_ok=True)
        common = self._key({})
        files = {name: folder / hash_of({name: content, common: b""}) for name, content in sources.items()}
        changed = {name: content for name, content in sources.items() if not files[name].exists()}
        compiled = self._compiled(changed, strict=True)
        for name, content in changed.items():
            pyc = self._blocks({name: compiled[name]}) if name in compiled else ()
            self._keep(files[name], b"".join([block(name, content), *pyc]))
        if changed:
            _forget(set(folder.iterdir()).difference(files.values()))
        return [file.read_bytes() for file in files.values()]

    def style_sheet(self, sources: Mapping[str, bytes]) -> bytes:
        """Tailwind's, of the sources, whatever the checkout has. Raises PoloError."""
        kept = self.cache / f"styles-{self._key(styles_of(self.root, sources))}.css"
        if not kept.exists():
            from tooling import styles

            draft = self.folder / kept.name
            try:
                styles.compiled(self.root, draft)
            except styles.StylesError as error:
                reason = " ".join(str(error).split())
                raise PoloError(f"Tailwind can't build {styles.SOURCE}: {reason[:300]}") from None
            draft.replace(kept)
            _forget(set(self.cache.glob("styles-*")).difference([kept]))
        return kept.read_bytes()

    def _compiled(self, entries: Mapping[str, bytes], *, strict: bool) -> dict[str, bytes]:
        codes = {name: content for name, content in entries.items() if name.endswith(".py")}
        return compiled(self.python, codes, strict=strict) if self.python and codes else {}

    def _blocks(self, pycs: Mapping[str, bytes]) -> Iterable[bytes]:
        return self.threads.map(block, map(pyc_name, pycs), pycs.values())

    def _key(self, inputs: Mapping[str, bytes]) -> str:
        version = self.python.version if self.python else ""
        return hash_of({**inputs, "python": version.encode(), "recipe": recipe()})[:32]

    def _keep(self, file: Path, content: bytes) -> None:
        draft = self.folder / file.name
        draft.write_bytes(content)
        draft.replace(file)


def _described(
    draft: Path, brought: Sequence[Entry], ours: Sequence[Entry], python: Interpreter | None
) -> Built:
    sizes = Counter({"polo": sum(entry.packed for entry in ours)})
    for entry in brought:
        sizes[entry.name.partition("/")[0]] += entry.packed
    return Built(
        size=draft.stat().st_size,
        files=len(brought) + len(ours),
        python=python.version if python else "",
        largest=tuple(sizes.most_common(LARGEST)),
    )


def _forget(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
