"""Cloud Cop's deployed patrol over what the collection found."""

from __future__ import annotations

from services.cloud.aws import Aws
from services.models.kit.base import Call
from tests.e2e.utils.builder import collect, log_group
from tests.e2e.utils.system import System
from tests.e2e.utils.waiting import until


def test_every_old_volume_is_a_finding(system: System) -> None:
    call = Call("ec2", "describe_volumes", "")
    sources = [Aws(account.name).source(region) for account in system.members for region in system.regions]
    volumes = (each for source in sources for page in source.pages(call) for each in page["Volumes"])
    old = {each["VolumeId"] for each in volumes if each["VolumeType"] == "gp2"}
    found = system.json("/cop/findings?rule=EBS-GP2")
    assert old or not system.target.environment.local
    assert found["count"] == len(old)


def test_what_is_new_and_wrong_is_a_finding_after_the_next_patrol(system: System) -> None:
    account = system.members[0]

    def found(id: str) -> bool:
        path = f"/cop/findings?rule=LOG-NORETENTION&account={account.id}&q={id}"
        return any(each["id"] == id for each in system.json(path)["findings"])

    with log_group(system, account) as id:
        collect(system, "loggroups", account, id)
        assert not found(id)
        system.run("CopFunction")
        until(lambda: found(id))
