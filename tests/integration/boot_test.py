"""The zip boots as Lambda boots it, every function of it, and SAM takes it as it is."""

from __future__ import annotations

import platform
import shutil
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from devserver.functions.samples import samples
from devserver.gateway.gateway import Api, Client, Route
from services.conformance_test import make_table
from settings import ROOT
from tests.cost_explorer import Explorer, served
from tests.e2e.utils.waiting import until
from tests.integration.conftest import free_port
from tests.integration.conftest import started as aws_started
from tests.integration.lambda_runtime import Runtime, started
from tooling.blocks.blocks import Function, read_functions
from tooling.blocks.variables import Value, common_variables, secret_reference, variables
from tooling.deploy import sam
from tooling.interpreters import find_python
from tooling.local.aws import LocalAws
from tooling.runtime import ARCHITECTURE, PYTHON, ZIP
from tooling.zip import build

HERE = (sys.platform, platform.machine()) == ("linux", ARCHITECTURE) and find_python() is not None
pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(not HERE, reason=f"needs {ARCHITECTURE} Linux and Python {PYTHON}, as in Lambda"),
]
FUNCTIONS = {function.module: function for function in read_functions(ROOT)}
ENV, REGION, ACCOUNT = "local", "eu-west-1", "111111111111"


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The unpacked zip, which nothing has written into when the tests are over."""
    build.build(ROOT)
    folder = tmp_path_factory.mktemp("var") / "task"
    with zipfile.ZipFile(ROOT / ZIP) as archive:
        archive.extractall(folder)
        names = set(archive.namelist())
    yield folder
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == names
    assert [*folder.parent.iterdir()] == [folder]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    yield from aws_started(LocalAws(ROOT / ".local" / "ministack", free_port()))


@pytest.fixture(scope="module")
def explorer() -> Iterator[str]:
    """The address of a Cost Explorer, which a local AWS has not."""
    with served(Explorer(lambda day: {})) as url:
        yield url


def declared(function: Function, cloud: LocalAws, explorer: str) -> dict[str, str]:
    """The variables that the function's block declares; what they stand for is made on the local AWS."""
    access = {
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_ENDPOINT_URL_COST_EXPLORER": explorer,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": ACCOUNT,
        "AWS_SECRET_ACCESS_KEY": "x",
    }
    found = {name: made(value, cloud.url) for name, value in variables(function, FUNCTIONS.values()).items()}
    few = {"CE_MAX_REQUESTS_PER_DAY": "2"} if "CE_MAX_REQUESTS_PER_DAY" in found else {}  # one a second
    return {**access, **common_variables(ENV), **found, **few, "ENV": ENV}


@cache
def made(value: Value, url: str) -> str:
    """What a deployment puts in place of the value."""

    def client(service: str) -> Any:
        return boto3.client(
            service, REGION, endpoint_url=url, aws_access_key_id=ACCOUNT, aws_secret_access_key="x"
        )

    name = f"{ENV}-{value.name}"
    if value.kind == "table":
        make_table(client("dynamodb"), name)
        return name
    if value.kind == "queue":
        return str(client("sqs").create_queue(QueueName=name)["QueueUrl"])
    if value.kind == "topic":
        return str(client("sns").create_topic(Name=name)["TopicArn"])
    if value.kind == "bucket":
        place = {"LocationConstraint": REGION}
        client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=place)
        return name
    return secret_reference(value.name, ENV) if value.kind == "secret" else ""


@pytest.mark.parametrize("module", FUNCTIONS)
def test_every_function_answers_what_sets_it_off(
    module: str, code: Path, cloud: LocalAws, explorer: str, tmp_path: Path
) -> None:
    function = FUNCTIONS[module]
    with started(function, code, tmp_path, declared(function, cloud, explorer)) as runtime:
        for sample in samples(function):
            answer = runtime.invoke(sample.event)
            if sample.trigger == "route":
                assert answer["statusCode"] < 500, answer


def client_of(runtime: Runtime, *routes: str) -> Client:
    return Client(lambda event, context: runtime.invoke(event), api=Api(routes=tuple(map(Route, routes))))


def test_console_shows_the_estate_of_a_file_from_nothing_but_the_zip(code: Path, tmp_path: Path) -> None:
    shutil.copy(ROOT / "local_data.json", tmp_path / "estate.json")
    file = {"USE_LOCAL_DATA": "true", "LOCAL_DATA_PATH": str(tmp_path / "estate.json")}
    with started(FUNCTIONS["lambda_function"], code, tmp_path, {**common_variables(ENV), **file}) as runtime:
        console = client_of(runtime, "/", "/{proxy+}")
        # a page has 8 s, which a machine that is busy or slow may take to read the file
        page = until(lambda: (found := console.get("/resources")).status != 503 and found)
        assert page.status == 200
        assert "<table" in page.text
        assert console.get("/api/summary").json()["count"] == 500
    assert (tmp_path / "polo").is_dir(), "the read model is in the temporary folder, the only one there is"


def test_static_function_serves_the_style_sheet_that_pages_name(code: Path, tmp_path: Path) -> None:
    with started(FUNCTIONS["lambda_static"], code, tmp_path, {}) as runtime:
        answer = client_of(runtime, "/static/{proxy+}").get("/static/dist/main.css")
    assert answer.status == 200
    assert "tailwindcss" in answer.text[:100]


def test_sam_builds_with_the_very_zip(code: Path) -> None:
    before = (ROOT / ZIP).read_bytes()
    template = sam.build(ROOT)
    resources = yaml.load(template.read_text(), Loader=_Tagged)["Resources"].values()  # noqa: S506
    functions = [made for made in resources if made["Type"] == "AWS::Serverless::Function"]
    uris = [function["Properties"]["CodeUri"] for function in functions]
    assert len(uris) == len(FUNCTIONS)
    assert {(template.parent / uri).resolve() for uri in uris} == {ROOT / ZIP}
    assert (ROOT / ZIP).read_bytes() == before


def test_sam_and_cfn_lint_find_nothing_in_the_template() -> None:
    assert "is a valid SAM Template" in sam.run(ROOT, "validate", "--lint", "--template", "template.yaml")


class _Tagged(yaml.SafeLoader):
    """Reads !Ref and the like as what they are tagged onto."""


_Tagged.add_multi_constructor("!", lambda loader, tag, node: tag)
