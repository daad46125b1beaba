"""`inv sync` and Cloud Custodian fetch the same types from the same local AWS, one after the other.

The endpoint is ministack: it lists 3,000 instances in less than half of the time that moto's server takes. It
works on one core, so with thousands of instances the table measures ministack and little else; the second
table puts AWS's distance before it: every answer comes 50 ms later.
Custodian (the yardstick) has an environment of its own in .local/bench/custodian, made once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from common import ROOT, table
from latency import distant
from local_estate import LocalEstate, local_estate

REGIONS = (
    "us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1", "ap-south-1",
    "ap-southeast-2", "sa-east-1",
)  # fmt: skip
INSTANCES, OTHERS = 100, 20  # a region, unless an argument says how many instances
DISTANCE = 0.05  # seconds
ROUNDS = 3
VERSION = "0.9.53"
# Polo's name of a type -> Custodian's
TYPES = {
    "instances": "aws.ec2",
    "volumes": "aws.ebs",
    "snapshots": "aws.ebs-snapshot",
    "addresses": "aws.elastic-ip",
    "securitygroups": "aws.security-group",
    "subnets": "aws.subnet",
    "loggroups": "aws.log-group",
    "topics": "aws.sns",
    "secrets": "aws.secrets-manager",
}
SYNC = """
import sys; sys.path[:0] = [{root!r}, {root!r} + "/src"]
from pathlib import Path
from tooling.laptop.sync import sync
sys.exit(sync({types!r}, "", {regions!r}, Path({data!r})))
"""


@dataclass
class Contest:
    """seconds: of whole processes, by who."""

    estate: LocalEstate
    custodian: Path
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def round(self, number: int) -> None:
        folder = self.estate.folder / f"round-{number}-{time.monotonic_ns()}"
        folder.mkdir()
        policies = folder / "policies.json"
        policies.write_text(
            json.dumps({"policies": [{"name": ours, "resource": theirs} for ours, theirs in TYPES.items()]})
        )
        regions = [part for region in REGIONS for part in ("-r", region)]
        out = folder / "custodian"
        self.timed("custodian", [self.custodian, "run", "--cache-period", "0", "-s", out, *regions, policies])
        data = folder / "polo"
        code = SYNC.format(root=str(ROOT), types=",".join(TYPES), regions=",".join(REGIONS), data=str(data))
        self.timed("polo", [sys.executable, "-c", code])
        found, yardstick = counts_of_polo(data), counts_of_custodian(out)
        assert found == yardstick, f"Polo has {found}, Custodian {yardstick}"

    def timed(self, who: str, command: list[object]) -> None:
        environment = {**os.environ, **self.estate.environment, "AWS_MAX_ATTEMPTS": "1"}
        started = time.perf_counter()
        done = subprocess.run([*map(str, command)], env=environment, capture_output=True, text=True)
        self.seconds.setdefault(who, []).append(time.perf_counter() - started)
        assert done.returncode == 0, done.stdout + done.stderr


def counts_of_polo(data: Path) -> Counter[str]:
    return Counter({name: len(json.loads((data / f"{name}.json").read_text())["items"]) for name in TYPES})


def counts_of_custodian(out: Path) -> Counter[str]:
    found: Counter[str] = Counter()
    for file in out.rglob("resources.json"):
        found[file.parent.name] += len(json.loads(file.read_text()))
    return found


def installed() -> Path:
    """Custodian's command, in an environment of its own."""
    folder = ROOT / ".local" / "bench" / "custodian"
    command = folder / "bin" / "custodian"
    if not command.exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, folder], check=True)
        subprocess.run(
            [uv, "pip", "install", "-q", "--python", folder / "bin" / "python", f"c7n=={VERSION}"], check=True
        )
    return command


def main() -> None:
    custodian, instances = installed(), int(sys.argv[1]) if len(sys.argv) > 1 else INSTANCES
    with local_estate() as estate, ExitStack() as stack:
        estate.fill(REGIONS, instances, OTHERS)
        far = stack.enter_context(distant(estate.url, DISTANCE))
        for url, title in ((estate.url, "no latency"), (far, f"{DISTANCE * 1000:.0f} ms latency")):
            estate.lead_to(url)
            contest = Contest(estate, custodian)
            for number in range(ROUNDS):
                contest.round(number)
            rows = [
                (f"Cloud Custodian {VERSION}", min(contest.seconds["custodian"]), "s"),
                ("inv sync", min(contest.seconds["polo"]), "s"),
            ]
            kinds = f"{len(TYPES)} types in {len(REGIONS)} regions of {instances:,} instances"
            table(f"{kinds}, {title} (whole process, minimum of {ROUNDS})", rows, rows[0][0])
            ratio = rows[0][1] / rows[1][1]
            print(f"Polo is {ratio:.1f}x as fast; both have the same number of resources of each type")


if __name__ == "__main__":
    main()
