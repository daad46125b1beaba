"""The app, synthesised once for all tests of a run, in an environment that is otherwise empty."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.store.lock import alone
from tooling import cdk_environment
from tooling.deploy import sam

ROOT = Path(__file__).resolve().parent.parent
STARTS = ("PATH", "HOME", "SYSTEMROOT", "TEMP", "LANG", "UV_CACHE_DIR", "COVERAGE_PROCESS_CONFIG")
Resource = dict[str, Any]
NETWORKS = "203.0.113.0/24,2001:db8::/32"


@dataclass(frozen=True)
class Template:
    """One synthesised template."""

    path: Path

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content

    def of(self, type: str) -> dict[str, Resource]:
        """Logical id -> resource, for all of a type such as AWS::SQS::Queue."""
        resources = self.content["Resources"]
        return {id: resource for id, resource in resources.items() if resource["Type"] == type}

    def properties(self, type: str) -> list[dict[str, Any]]:
        return [resource.get("Properties", {}) for resource in self.of(type).values()]

    def one(self, type: str, **properties: Any) -> Resource:
        """The only resource of a type that has these properties."""
        found = [each for each in self.of(type).values() if properties.items() <= each["Properties"].items()]
        assert len(found) == 1, (type, properties, len(found))
        return found[0]


@dataclass(frozen=True)
class Assembly:
    folder: Path

    def stack(self, environment: str) -> Template:
        (path,) = (self.folder / f"assembly-{environment}").glob("*.template.json")
        return Template(path)

    def template(self, name: str) -> Template:
        return Template(self.folder / f"{name}.template.json")

    @property
    def templates(self) -> list[Path]:
        return sorted(self.folder.rglob("*.template.json"))


def synthesise(
    program: str, outdir: Path, *arguments: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run one of infra's apps as a user does, in an otherwise empty environment."""
    cdk_environment.python(ROOT)  # installed as this machine installs, which takes more of the environment
    environment = {name: os.environ[name] for name in STARTS if name in os.environ}
    return subprocess.run(
        [sys.executable, str(ROOT / "infra" / program), *arguments],
        env=environment | {"CDK_OUTDIR": str(outdir)} | variables,
        cwd=outdir.parent,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="session")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A zip that stands in for lambda_deployment.zip."""
    path = tmp_path_factory.mktemp("zip") / "code.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("lambda_function.py", "def lambda_handler(event, context): ...\n")
    return path


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory, code: Path) -> Assembly:
    """`python infra/app.py`, with pr-7 beside the fixed environments; once for all workers of a run."""
    base = tmp_path_factory.getbasetemp()  # a worker's is in the run's
    outdir = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "app" / "cdk.out"
    with alone(outdir):
        if not (outdir / "manifest.json").exists():  # which is written last
            done = synthesise("app.py", outdir, str(code), ENV="pr-7")
            assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return Assembly(outdir)


@pytest.fixture(scope="session")
def sam_stacks() -> dict[str, Any]:
    """Environment -> template.yaml after SAM's transform, for NETWORKS; in the environment of SAM itself."""
    script = str(ROOT / "infra" / "sam_transform.py")
    command = [str(sam.program(ROOT, "python")), script, str(ROOT / "template.yaml"), NETWORKS]
    done = subprocess.run([*command, "prod", "dev", "pr-7"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    content: dict[str, Any] = json.loads(done.stdout)
    return content
