from __future__ import annotations

import os
import sys
from pathlib import Path, PurePath

import pytest

from errors import PoloError
from tooling.zip.dependencies import install, shipped, ships


@pytest.mark.parametrize(
    "name",
    [
        "six.py",
        "msgspec/_core.cpython-312-x86_64-linux-gnu.so",
        "botocore/cacert.pem",
        "htmxido-0.2.0.dist-info/METADATA",
        "htmxido-0.2.0.dist-info/licenses/LICENSE",
        "certifi-2026.10.18.dist-info/licenses/LICENCE",
        "botocore-1.44.5.dist-info/NOTICE",
        "six-1.17.0.dist-info/LICENSE.txt",
    ],
)
def test_code_and_licences_ship(name: str) -> None:
    assert ships(PurePath(name))


@pytest.mark.parametrize(
    "name",
    [
        "LICENSE",
        "README.md",
        "PKG-INFO",
        "pyproject.toml",
        ".gitignore",
        ".lock",
        "bin/jp.py",
        "six-1.17.0.dist-info/RECORD",
        "six-1.17.0.dist-info/INSTALLER",
        "six-1.17.0.dist-info/direct_url.json",
        "six-1.17.0.dist-info/REQUESTED",
        "certifi/tests/test_certify.py",
        "a/b_test.py",
        "msgspec/__init__.pyi",
        "a/__pycache__/b.cpython-311.pyc",
    ],
)
def test_strays_stay(name: str) -> None:
    assert not ships(PurePath(name))


def test_data_is_that_of_the_services_in_their_newest_version(tmp_path: Path) -> None:
    for name in (
        "botocore/__init__.py",
        "botocore/data/endpoints.json",
        "botocore/data/ec2/2016-09-15/service-2.json.gz",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/ec2/2016-11-15/examples-1.json",
        "botocore/data/glacier/2012-06-01/service-2.json.gz",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert [*shipped(tmp_path, ["ec2"])] == [
        "botocore/__init__.py",
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/endpoints.json",
    ]


@pytest.mark.skipif(os.name == "nt", reason="the fake uv is a script")
@pytest.mark.parametrize(
    ("uv_says", "told"),
    [
        (
            "Because pywin32==310 has no wheels with a matching platform tag (e.g., `manylinux_2_17_x86_64`)",
            "pywin32==310 has no wheel for x86_64 Linux and Python 3.12, on which Lambda runs."
            " Way out: name a version that has one in src/requirements.in, then: inv lock",
        ),
        (
            "Because forbiddenfruit==0.1.4 has no usable wheels and you require forbiddenfruit==0.1.4",
            "forbiddenfruit==0.1.4 has no wheel for x86_64 Linux and Python 3.12, on which Lambda runs."
            " Way out: name a version that has one in src/requirements.in, then: inv lock",
        ),
        (
            "error: Failed to download `six==1.17.0`\n  cause: Hash mismatch for `six==1.17.0`",
            "can't install src/requirements.txt: error: Failed to download `six==1.17.0` cause: Hash mismatch"
            " for `six==1.17.0`. Way out: inv lock",
        ),
        (
            "error: network unreachable",
            "can't install src/requirements.txt: error: network unreachable."
            " Way out: check the network and the package index",
        ),
    ],
)
def test_failure_is_one_line_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uv_says: str, told: str
) -> None:
    uv = tmp_path / "uv"
    uv.write_text(f"#!{sys.executable}\nimport sys\nsys.exit({uv_says!r})\n")
    uv.chmod(0o755)
    monkeypatch.setattr("tooling.uv._program", lambda: str(uv))
    with pytest.raises(PoloError) as failure:
        install(tmp_path / "requirements.txt", tmp_path / "installed")
    assert str(failure.value) == told
