"""What is in the zip, as it really is built: whole, pruned, and the same bytes anywhere."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePath

import pytest
from botocore.loaders import Loader
from botocore.session import Session

from services.models import RESOURCE_TYPES
from settings import ROOT
from tooling.runtime import ZIP
from tooling.zip import build

pytestmark = pytest.mark.integration
SERVICES = sorted({kind.call.service for kind in RESOURCE_TYPES.values() if kind.scope != "marqo"} | {"sts"})


@pytest.fixture(scope="module")
def archive() -> Iterator[zipfile.ZipFile]:
    build.build(ROOT)
    with zipfile.ZipFile(ROOT / ZIP) as opened:
        yield opened


@pytest.fixture(scope="module")
def names(archive: zipfile.ZipFile) -> list[str]:
    return archive.namelist()


def test_it_is_whole(archive: zipfile.ZipFile, names: list[str]) -> None:
    assert archive.testzip() is None
    assert len(names) == len(set(names))
    wanted = {"lambda_function.py", "static/dist/main.css", "static/htmx.LICENSE.txt", "botocore/__init__.py"}
    assert wanted <= {*names}


@pytest.mark.parametrize(
    "stray",
    [
        r"(devserver|tooling|infra|tests|bench)/",
        r".*(_test\.py|conftest\.py|\.pyi|\.in)$",
        r"(.*/)?(RECORD|INSTALLER|REQUESTED|direct_url\.json|requirements\.txt|\..*)$",
        r"(LICENSE|README\.md|PKG-INFO|pyproject\.toml|bin/.*)$",
        r".*inspector.*",
        r"local_data\.json$",
    ],
)
def test_it_has_no_strays(names: list[str], stray: str) -> None:
    assert [name for name in names if re.match(stray, name)] == []


def test_every_package_brings_its_licence(names: list[str]) -> None:
    packages = {name.split("/")[0] for name in names if ".dist-info/" in name}
    licensed = {
        name.split("/")[0] for name in names if re.search(r"\.dist-info/.*(LICEN[SC]E|COPYING)", name)
    }
    assert len(packages) > 10
    assert packages - licensed == set()


def test_every_module_has_bytecode_if_the_build_had_the_python(names: list[str]) -> None:
    if not build.build(ROOT).python:
        pytest.skip("no Python that Lambda runs")
    modules = {PurePath(name).with_suffix("") for name in names if name.endswith(".py")}
    compiled = {
        PurePath(name).parent.parent / PurePath(name).name.split(".")[0]
        for name in names
        if name.endswith(".pyc")
    }
    assert modules == compiled


@pytest.fixture(scope="module")
def data(archive: zipfile.ZipFile, names: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    archive.extractall(folder, [name for name in names if name.startswith("botocore/data/")])
    return folder / "botocore" / "data"


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_of_a_type_loads_from_the_data_that_ships(service: str, data: Path) -> None:
    session = Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    client = session.create_client(service, "eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    for kind in RESOURCE_TYPES.values():
        if kind.call.service == service and client.can_paginate(kind.call.operation):
            client.get_paginator(kind.call.operation)
    assert len([*data.joinpath(service).iterdir()]) == 1


def test_services_that_nobody_names_do_not_ship(data: Path) -> None:
    assert not {"glacier", "gamelift", "workmail"}.intersection(path.name for path in data.iterdir())


def test_another_folder_without_a_cache_gives_the_same_bytes(
    archive: zipfile.ZipFile, tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "dist"))
    shutil.copy(ROOT / "requirements.dev.txt", tmp_path)
    build.build(tmp_path)
    assert (tmp_path / ZIP).read_bytes() == (ROOT / ZIP).read_bytes()
