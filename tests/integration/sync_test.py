"""`inv sync` against a local AWS: what was created is what is stored, what is deleted is gone."""

from __future__ import annotations

import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest

from devserver.conftest import DEADLINE
from services.local_data_service import LocalDataService
from services.models.kit.base import Document
from settings import ROOT, Settings
from tests.integration.conftest import FILLED, IDS, REGIONS, Cloud
from tooling.laptop.sync import sync

pytestmark = pytest.mark.integration

HERE = ",".join(REGIONS)  # without, 17 are asked, and a client for each takes its time: once is enough
Sync = Callable[..., tuple[int, str]]
SSO = (
    "sso_session = x\nsso_account_id = 1\nsso_role_name = r\nregion = eu-west-1\n"
    "[sso-session x]\nsso_start_url = https://x.awsapps.com/start\nsso_region = eu-west-1\n"
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path) -> Sync:
    def run(*names: str) -> tuple[int, str]:
        out = io.StringIO()
        return sync(*names, data_dir=data, settings=Settings(), out=out), out.getvalue()

    return run


def stored(data: Path) -> dict[str, dict[str, dict[str, Document]]]:
    """The documents in local_data.json by profile, type and id."""
    store = LocalDataService(data / "local_data.json")
    found: dict[str, dict[str, dict[str, Document]]] = {name: defaultdict(dict) for name in IDS}
    names = {id: name for name, id in IDS.items()}
    for head in store.heads():
        for document in store.resources(head.scope):
            found[names[head.scope.account]][head.scope.type][document["id"]] = document
    return found


def ids(found: dict[str, dict[str, Document]]) -> dict[str, set[str]]:
    return {type: set(documents) for type, documents in found.items()}


def test_estate_follows_what_is_created_and_deleted(cloud: Cloud, run: Sync, data: Path) -> None:
    code, said = run(FILLED, "", HERE)
    assert code == 0, said
    before = stored(data)
    assert {name: ids(found) for name, found in before.items()} == cloud.created
    assert sum(len(documents) for found in before.values() for documents in found.values()) > 250

    gone = delete_some(cloud)
    code, said = run(FILLED, "", HERE)
    assert code == 0, said
    after = stored(data)
    for type, vanished in gone.items():
        assert set(after["prod"][type]) == set(before["prod"][type]) - vanished
    assert ids(after["prod"])["functions"] == ids(before["prod"])["functions"]
    assert (after["staging"], after["sandbox"]) == (before["staging"], before["sandbox"])


def delete_some(cloud: Cloud) -> dict[str, set[str]]:
    """Delete a bucket, a log group, a database and an address of prod; answer what is gone, by type."""
    gone: dict[str, set[str]] = {
        type: {sorted(cloud.created["prod"][type])[0]} for type in ("buckets", "loggroups", "databases")
    }
    region = REGIONS[0]
    cloud.client("prod", "s3", region).delete_bucket(Bucket=next(iter(gone["buckets"])))
    cloud.client("prod", "logs", region).delete_log_group(logGroupName=next(iter(gone["loggroups"])))
    cloud.client("prod", "rds", region).delete_db_instance(
        DBInstanceIdentifier=next(iter(gone["databases"])), SkipFinalSnapshot=True
    )
    ec2 = cloud.client("prod", "ec2", region)
    address = ec2.describe_addresses()["Addresses"][0]["AllocationId"]
    ec2.release_address(AllocationId=address)
    return gone | {"addresses": {address}}


def test_regions_owners_and_secrets_are_as_they_should_be(cloud: Cloud, run: Sync, data: Path) -> None:
    assert run("buckets,functions,databases", "prod")[0] == 0
    found = stored(data)["prod"]
    assert {document["region"] for document in found["buckets"].values()} == set(REGIONS)
    assert {document["owner"] for document in found["functions"].values()} == {"search"}
    assert {tuple(document["environment"]) for document in found["functions"].values()} == {("PASSWORD",)}
    text = "".join(file.read_text() for file in data.iterdir())
    assert "the-secret-of" not in text


def test_profile_that_fails_keeps_what_it_had_while_the_others_go_on(
    addresses: Cloud, run: Sync, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("addresses", "", HERE)[0] == 0
    before = stored(data)
    monkeypatch.setenv("HOME", str(tmp_path))  # where a token of SSO would be
    addresses.write_config(staging=SSO)
    for profile in ("prod", "staging"):
        ec2 = addresses.client(profile, "ec2", "eu-west-1")
        ec2.release_address(AllocationId=ec2.describe_addresses()["Addresses"][0]["AllocationId"])
    code, said = run("addresses", "", HERE)
    after = stored(data)
    assert code == 1
    assert "aws sso login --profile staging" in said
    assert after["staging"] == before["staging"]
    assert len(after["prod"]["addresses"]) == len(before["prod"]["addresses"]) - 1


def test_plain_lines_and_exit_code_of_a_whole_run(cloud: Cloud, data: Path) -> None:
    done = program(data, "instances,volumes", "prod,sandbox", HERE)
    said, _ = done.communicate(timeout=DEADLINE)
    assert done.returncode == 0, said
    first, *lines = said.splitlines()
    assert first.startswith("Collecting ")
    assert sorted(line.partition(":")[0] for line in lines[:-1]) == ["instances", "metrics", "volumes"]
    assert lines[-1].startswith("Synced ")
    assert json.loads((data / "local_data.json").read_text())["meta"]["accounts"] == {
        IDS["prod"]: "prod",
        IDS["sandbox"]: "sandbox",
    }


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C otherwise")
def test_ctrl_c_ends_a_sync_that_waits_for_aws(addresses: Cloud, run: Sync, data: Path) -> None:
    assert run("addresses", "", HERE)[0] == 0
    before = (data / "local_data.json").read_bytes()
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(DEADLINE)
        addresses.url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        addresses.write_config()
        waiting = program(data, "addresses", "prod")
        silent.accept()[0].recv(1)  # it has asked, and nobody answers
        waiting.send_signal(signal.SIGINT)
        said, _ = waiting.communicate(timeout=DEADLINE)
    assert waiting.returncode == 130, said
    assert said.endswith(f"Stopped. {data / 'local_data.json'} is as it was.\n")
    assert (data / "local_data.json").read_bytes() == before


def program(data: Path, *names: str) -> subprocess.Popen[str]:
    """The sync in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from tooling.laptop.sync import sync; "
        "sys.exit(sync(*sys.argv[2:], data_dir=Path(sys.argv[1])))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, str(data), *names],
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "src")))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
