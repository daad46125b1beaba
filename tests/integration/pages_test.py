"""From a local AWS to the page: what was created is shown, what is deleted is gone, the rest stays."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from devserver.gateway.gateway import Client
from settings import Settings
from tests.integration.conftest import FILLED, IDS, REGIONS, Cloud
from tooling.laptop.sync import sync
from wiring.web import web_app

pytestmark = pytest.mark.integration


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def client(data: Path, tmp_path: Path) -> Client:
    """The console over the synced file; it sees a new sync by itself."""
    settings = Settings(
        use_local_data="true",
        local_data_path=str(data / "local_data.json"),
        cache_path=str(tmp_path / "cache"),
        patience="60",
    )
    return Client(web_app(settings))


def shown(client: Client, profile: str, type: str) -> set[str]:
    """The ids on the pages of one account's list."""
    found: set[str] = set()
    path = f"/resources/{type}?account={IDS[profile]}"
    pages = client.get(f"/api{path}").json()["pages"]
    for page in range(1, pages + 1):
        text = client.get(f"{path}&page={page}").text
        links = re.findall(rf'href="/resources/{type}/{IDS[profile]}/[^/"]+/([^"]+)"', text)
        found |= {re.sub("%([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), link) for link in links}
    return found


def collect(data: Path) -> None:
    out = io.StringIO()
    assert sync(FILLED, "", ",".join(REGIONS), data, settings=Settings(), out=out) == 0, out.getvalue()


def test_the_pages_follow_the_estate(cloud: Cloud, data: Path, client: Client) -> None:
    collect(data)
    for profile, types in cloud.created.items():
        for type, ids in types.items():
            assert shown(client, profile, type) == ids, (profile, type)
    home = client.get("/").text
    assert "demo" not in re.findall(r'class="[^"]*chip[^"]*">([^<]*)<', home)
    assert all(f">{profile}<" in home for profile in IDS)

    logs = cloud.client("prod", "logs", "eu-west-1")
    gone = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
    logs.delete_log_group(logGroupName=gone)
    collect(data)
    assert shown(client, "prod", "loggroups") == cloud.created["prod"]["loggroups"] - {gone}
    for profile in ("staging", "sandbox"):
        for type, ids in cloud.created[profile].items():
            assert shown(client, profile, type) == ids, (profile, type)


def test_metrics_are_on_the_page_and_a_missing_day_is_unknown(
    cloud: Cloud, data: Path, client: Client
) -> None:
    id = sorted(cloud.created["prod"]["instances"])[0]
    region = next(
        region for region in REGIONS if id in {
            each["InstanceId"]
            for found in cloud.client("prod", "ec2", region).describe_instances()["Reservations"]
            for each in found["Instances"]
        }
    )  # fmt: skip
    noon = datetime.combine(datetime.now(UTC).date(), time(12), UTC)
    for back, value in ((1, 20.0), (1, 80.0), (3, 0.0)):
        cloud.client("prod", "cloudwatch", region).put_metric_data(
            Namespace="AWS/EC2",
            MetricData=[{
                "MetricName": "CPUUtilization", "Value": value, "Timestamp": noon - timedelta(days=back),
                "Dimensions": [{"Name": "InstanceId", "Value": id}],
            }],
        )  # fmt: skip
    collect(data)
    page = f"/resources/instances/{IDS['prod']}/{region}/{id}"
    assert client.get(f"/api{page}").json()["daily"]["values"] == {
        "CPUUtilization.Average": [0.0, None, 50.0],
    }
    shown = client.get(page).text
    assert "0\u202f% to 50\u202f%, 28 days unknown" in shown
