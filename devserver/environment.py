"""The environment on a developer's machine; variables.py has what of it a function sees."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

DEMO_FILE = "local_data.json"
SYNCED_FILE = "data/local_data.json"

DEFAULTS = {
    "ENV": "dev",
    "USE_LOCAL_DATA": "true",
    "POWERTOOLS_SERVICE_NAME": "polo",
    "POWERTOOLS_METRICS_NAMESPACE": "Polo",
    "POWERTOOLS_METRICS_DISABLED": "true",
}


def function_environment(
    root: Path, shell: Mapping[str, str], demo: bool = False, dotenv: Mapping[str, str | None] | None = None
) -> dict[str, str]:
    """Defaults, over them .env, over that the shell's own variables; `demo` insists on the demo estate.

    An empty value counts as none.
    """
    dotenv = read_dotenv(root) if dotenv is None else dotenv
    data = {"LOCAL_DATA_PATH": str(root / SYNCED_FILE)}  # the demo stands in until there is one
    given = {name: value for each in (dotenv, shell) for name, value in each.items() if value}
    forced = {"LOCAL_DATA_PATH": str(root / DEMO_FILE)} if demo else {}
    return {**DEFAULTS, **data, **given, **forced}


def data_label(environment: Mapping[str, str], root: Path) -> str:
    """What the start line says of the data: the demo's, a file's, or DynamoDB's."""
    if environment["USE_LOCAL_DATA"].lower() not in ("1", "true", "yes"):
        return "DynamoDB"
    path = Path(environment["LOCAL_DATA_PATH"])
    if path == root / DEMO_FILE or not path.exists():
        return "demo data"
    return str(path.relative_to(root) if path.is_relative_to(root) else path)


def read_dotenv(root: Path) -> dict[str, str | None]:
    """The values of `root`/.env; nothing without that file."""
    path = root / ".env"
    if not path.exists():
        return {}
    from dotenv import dotenv_values  # only who has a .env pays for it

    return dict(dotenv_values(path))
