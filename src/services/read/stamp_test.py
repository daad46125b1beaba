"""What findings, reports and the other read models are known by: all code that they depend on."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from devserver.reload.sources import Codes, modules_of
from services.cop.patrol.local_findings import JUDGES, RULE
from services.cop.registry import RULES
from services.costs.source import WRITER as COSTS
from services.read.everything_file import BUILDER
from services.read.stamp import SRC, closure, version
from services.reports.made import MAKERS

MODELS = {
    "everything": (BUILDER,),
    "findings": (*JUDGES, *(f"{RULE}{id.lower().replace('-', '_')}" for id in RULES)),
    "reports": MAKERS,
    "costs": (COSTS,),
}
BY_PACKAGE = {"services.models", "services.cop.rules", "services.reports.reporters"}  # found by their files
SCRIPT = """
import json, sys
from datetime import UTC, datetime
from pathlib import Path
from services.cop.patrol.local_findings import LocalFindings
from services.cop.store.local import LocalFindingStore
from services.costs.source import WRITER
from services.read.everything_file import BUILDER
from services.models.all import Everything
from services.reports.made import MAKERS
from services.read.stamp import stamp_of
found = LocalFindings(LocalFindingStore(Path("none")), Path("none"), None)
marks = found._marks(Everything(Path("e.sqlite")), datetime(2026, 11, 20, tzinfo=UTC))
others = {"everything": stamp_of(BUILDER), "reports": stamp_of(*MAKERS), "costs": stamp_of(WRITER)}
print(json.dumps(marks | others))
"""


@cache
def modules() -> dict[str, Path]:
    return {name: Path(file) for name, file in modules_of(SRC)}


def imported(name: str) -> Iterator[str]:
    """By Python's own parser: what stands in the module, and in its functions."""
    for node in ast.walk(ast.parse(modules()[name].read_bytes())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names] + [str(node.module)]
        for each in names:
            parts = each.split(".")
            yield from (
                whole for n in range(1, len(parts) + 1) if (whole := ".".join(parts[:n])) in modules()
            )


def reached(roots: tuple[str, ...]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += imported(name)
            if name in BY_PACKAGE:
                waiting += [each for each in modules() if each.rpartition(".")[0] == name]
    return found


@pytest.mark.parametrize("model", MODELS)
def test_every_module_that_a_read_model_can_reach_counts(model: str) -> None:
    assert reached(MODELS[model]) - {*closure(*MODELS[model])} == set()


def test_the_code_of_a_module_has_one_name_in_the_dev_server_and_beside_it() -> None:
    codes = Codes()
    for name in ("services.models.kit.values", "services.cop.rules.ebs_gp2"):
        assert codes.version(codes.of_file(str(modules()[name]))) == version(name)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("copy") / "src"
    shutil.copytree(SRC, target, ignore=shutil.ignore_patterns("static", "__pycache__", "*_test.py"))
    return target


def marks_in(copy: Path) -> dict[str, str]:
    command = [sys.executable, "-B", "-c", SCRIPT]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True)  # noqa: S603
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def before(copy: Path) -> dict[str, str]:
    return marks_in(copy)


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("services/models/kit/values.py", {"everything", "reports", "costs", *RULES}),
        ("services/models/volume.py", {"everything", "reports", "costs", *RULES}),
        ("services/models/everything/writer.py", {"everything"}),
        ("services/cop/judge/daily_values.py", {"reports", *RULES}),
        ("services/prices/rds.py", {"reports", *RULES}),
        ("services/prices/rates.json", {"reports", *RULES}),
        ("services/cop/judge/lifecycles.json", {"reports", *RULES}),
        ("services/cop/judge/limits.py", {"reports", *RULES}),
        ("services/cop/judge/spend.py", {"reports", *RULES}),
        ("services/costs/writer.py", {"reports", "costs", *RULES}),
        ("services/reports/reporters/waste.py", {"reports"}),
        ("services/cop/rules/ebs_gp2.py", {"EBS-GP2"}),
        ("services/cop/judge/ports.py", {"SG-OPEN", "reports"}),
        ("cop.toml", set(RULES)),
        ("views/estate/home.py", set()),
    ],
)
def test_a_byte_of_what_a_verdict_depends_on_has_it_judged_anew(
    copy: Path, before: dict[str, str], file: str, changed: set[str]
) -> None:
    path = copy / file
    content, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(content + b"\n")
    try:
        after = marks_in(copy)
    finally:
        path.write_bytes(content)
        os.utime(path, ns=times)
    assert changed <= {name for name in before if after[name] != before[name]}
    if changed <= {"EBS-GP2"}:
        assert {name for name in RULES if after[name] != before[name]} == changed
