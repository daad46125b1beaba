"""The environment on a developer's machine; variables.py has what of it a function sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

DEMO_FILE = "local_data.json"
SYNCED_FILE = "data/local_data.json"
OWN = (SYNCED_FILE, "data/local_costs.json")  # what was collected, of which one is enough

DEFAULTS = {
    "ENV": "dev",
    "USE_LOCAL_DATA": "true",
    "POWERTOOLS_SERVICE_NAME": "polo",
    "POWERTOOLS_METRICS_NAMESPACE": "Polo",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


def function_environment(
    root: Path,
    shell: Mapping[str, str],
    demo: bool = False,
    dotenv: Mapping[str, str | None] | None = None,
    demo_file: Callable[[], Path] | None = None,
) -> dict[str, str]:
    """Defaults, over them .env, over that the shell's own variables; `demo` insists on the demo estate.

    An empty value counts as none. demo_file: answers the demo estate's data file, where it is not the
    committed one.
    """
    given = _given(shell, read_dotenv(root) if dotenv is None else dotenv)
    made = {**DEFAULTS, "LOCAL_DATA_PATH": str(root / SYNCED_FILE), **given}
    if demo:
        made["LOCAL_DATA_PATH"] = str(demo_file() if demo_file else root / DEMO_FILE)
    elif demo_file and "LOCAL_DATA_PATH" not in given and _is_local(made) and not _has_own(root):
        made["LOCAL_DATA_PATH"] = str(demo_file())
    return made


def cache_folder(root: Path, shell: Mapping[str, str]) -> Path:
    """Where functions keep what they can make again: CACHE_PATH of the shell or .env, or the usual folder."""
    given = _given(shell, read_dotenv(root))
    return Path(given.get("CACHE_PATH") or root / "data" / ".cache")


def data_label(environment: Mapping[str, str], root: Path) -> str:
    """What the start line says of the data: the demo's, a file's, or DynamoDB's."""
    if not _is_local(environment):
        return "DynamoDB"
    path = Path(environment["LOCAL_DATA_PATH"])
    cache = Path(environment.get("CACHE_PATH") or root / "data" / ".cache")
    if path in (root / DEMO_FILE, cache / "demo" / DEMO_FILE) or not path.exists():
        return "demo data"
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def _given(shell: Mapping[str, str], dotenv: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for each in (dotenv, shell) for name, value in each.items() if value}


def _is_local(environment: Mapping[str, str]) -> bool:
    return environment["USE_LOCAL_DATA"].lower() in ("1", "true", "yes")


def _has_own(root: Path) -> bool:
    return any((root / name).exists() for name in OWN)


def read_dotenv(root: Path) -> dict[str, str | None]:
    """The values of `root`/.env; nothing without that file."""
    path = root / ".env"
    if not path.exists():
        return {}
    from dotenv import dotenv_values  # only who has a .env pays for it

    return dict(dotenv_values(path))
