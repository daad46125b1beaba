"""Whatever says under which licence Polo is says what LICENSE does."""

from __future__ import annotations

import json
import tomllib

import pytest

from settings import ROOT

LICENCE = (ROOT / "LICENSE").read_text(encoding="utf-8").splitlines()[0].removesuffix(" License")


@pytest.mark.parametrize("name", ["package.json", "package-lock.json"])
def test_package_files_have_the_same_licence(name: str) -> None:
    found = json.loads((ROOT / name).read_text(encoding="utf-8"))
    assert found.get("packages", {"": found})[""]["license"] == LICENCE == "MIT"


def test_python_project_has_no_other_licence() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    assert project.get("license", LICENCE) == LICENCE


def test_readme_has_the_same_licence() -> None:
    assert f"{LICENCE} licence" in (ROOT / "README.md").read_text(encoding="utf-8")
