"""Cloud Cop's deployed patrol over what the collection found."""

from __future__ import annotations

import pytest

from services.aws import Aws
from services.models.base import Call
from tests.e2e.conftest import Console
from tooling.local_accounts import MEMBERS, REGIONS

pytestmark = pytest.mark.e2e


def test_every_old_volume_is_a_finding(console: Console) -> None:
    call = Call("ec2", "describe_volumes", "")
    sources = [Aws(account.name).source(region) for account in MEMBERS for region in REGIONS]
    volumes = (each for source in sources for page in source.pages(call) for each in page["Volumes"])
    old = {each["VolumeId"] for each in volumes if each["VolumeType"] == "gp2"}
    found = console.json("/cop/findings?rule=EBS-GP2")
    assert old
    assert found["count"] == len(old)
