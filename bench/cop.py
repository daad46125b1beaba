"""Cloud Cop: all rules over 100,000 resources, and six of them beside Cloud Custodian's same policies.

First table: processor seconds of one core beside those of decoding the same documents (the yardstick), and
the largest memory of the process. Second table: both start from AWS's own answers as JSON text, which Polo
maps to its models and Custodian does not need to, and must flag the same number by each rule, or the bench
fails.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from common import ROOT, sized, table
from custodian import VERSION, installed

sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from services.cop.judge.inspection import inspect, is_healthy  # noqa: E402
from services.cop.patrol.patrol import collected  # noqa: E402
from services.cop.patrol.world import world  # noqa: E402
from services.cop.registry import RULES  # noqa: E402
from services.models import RESOURCE_TYPES  # noqa: E402
from services.models.domain.finding import Finding  # noqa: E402
from services.models.kit.scope import Scope, ScopeHead  # noqa: E402
from services.read.read_model import ReadModel  # noqa: E402
from services.store.local_daily import LocalDaily  # noqa: E402

RESOURCES = sized(100_000, 500)
EACH = sized(10_000, 100)  # resources of a type in the contest
# rule -> resource type, Custodian's resource, its filter, and what makes a sample one that is flagged
CONTEST = {
    "EBS-UNATTACHED": ("volumes", "aws.ebs", {"State": "available"}, {"State": "available"}),
    "EBS-GP2": ("volumes", "aws.ebs", {"VolumeType": "gp2"}, {"VolumeType": "gp2"}),
    "EC2-IMDSV1": (
        "instances",
        "aws.ec2",
        {"type": "value", "key": "MetadataOptions.HttpTokens", "op": "ne", "value": "required"},
        {"MetadataOptions": {"HttpTokens": "optional"}},
    ),
    "EC2-OLDGEN": (
        "instances",
        "aws.ec2",
        {"type": "value", "key": "InstanceType", "op": "regex", "value": "^(t2|m4|c4)[.]"},
        {"InstanceType": "m4.large"},
    ),
    "LOG-NORETENTION": (
        "loggroups",
        "aws.log-group",
        {"retentionInDays": "absent"},
        {"retentionInDays": None},
    ),
    "RDS-PUBLIC": ("databases", "aws.rds", {"PubliclyAccessible": True}, {"PubliclyAccessible": True}),
}
GOOD = {
    "volumes": {"State": "in-use", "VolumeType": "gp3"},
    "instances": {"MetadataOptions": {"HttpTokens": "required"}, "InstanceType": "m7i.large"},
    "loggroups": {"retentionInDays": 30},
    "databases": {"PubliclyAccessible": False},
}
CUSTODIAN = """
import json, sys, time
from c7n.config import Config
from c7n.loader import PolicyLoader
from c7n.resources import load_resources
contest, data = json.load(open(sys.argv[1])), json.load(open(sys.argv[2]))
load_resources(tuple({resource for _, resource, _, _ in contest.values()}))
config = Config.empty(region="us-east-1", account_id="412233445883", output_dir="null://", log_group="null",
                      metrics=None, tracer="default", cache="", cache_period=0)
policies = PolicyLoader(config).load_data({"policies": [
    {"name": rule.lower(), "resource": resource, "filters": [filter]}
    for rule, (_, resource, filter, _) in contest.items()]}, "bench", validate=False)
started = time.process_time()
data = {kind: json.loads(text) for kind, text in data.items()}
found = {
    rule: len(policy.resource_manager.filter_resources(data[kind]))
    for policy, (rule, (kind, *_)) in zip(policies, contest.items())
}
print(json.dumps({"found": found, "seconds": time.process_time() - started}))
"""


def all_rules(folder: Path) -> None:
    """Print seconds and memory of every rule over the demo estate of 100,000."""
    demo = [
        sys.executable,
        "-m",
        "invoke",
        "demo",
        "--resources",
        str(RESOURCES),
        "--output",
        str(folder / "d.json"),
    ]
    subprocess.run(demo, cwd=ROOT, check=True)
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'bench')!r}); import cop; cop.judge({str(folder)!r})"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    print(done.stdout, end="")


def judge(folder: str) -> None:
    """In a process of its own, whose memory is measured."""
    file = Path(folder) / "d.json"
    everything = ReadModel(file, Path(folder), file).current()
    known = world(datetime.now(UTC), LocalDaily(Path(folder) / "none.json"))
    started, found = time.process_time(), Counter[str]()
    for account, scopes in collected(everything).items():
        for each in inspect(account, scopes, RULES.values(), known).judged:
            found[type(each.verdict).__name__] += 1
    judged = time.process_time() - started
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    started = time.process_time()
    for scopes in collected(everything).values():
        for head, load in scopes:
            if is_healthy(head):
                sum(1 for _ in load())
    decoded = time.process_time() - started
    rows = [("decoding the documents", decoded, "s"), (f"and judging by {len(RULES)} rules", judged, "s")]
    table(f"{RESOURCES:,} resources, one core: {dict(found)}", rows, rows[0][0])
    print(f"largest memory of the process: {memory:.0f} MB\n")


def contest(folder: Path) -> None:
    """Print both sides' seconds for the six policies."""
    samples = {kind: [_sample(kind, number) for number in range(EACH)] for kind in GOOD}
    (folder / "contest.json").write_text(json.dumps(CONTEST))
    texts = {kind: json.dumps(items) for kind, items in samples.items()}
    (folder / "data.json").write_text(json.dumps(texts))
    python = installed().with_name("python")
    command = [python, "-c", CUSTODIAN, folder / "contest.json", folder / "data.json"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = json.loads(done.stdout)
    found, seconds = _polo(texts)
    assert found == theirs["found"], f"Polo flags {found}, Custodian {theirs['found']}"
    rows = [(f"Cloud Custodian {VERSION}", theirs["seconds"], "s"), ("Cloud Cop", seconds, "s")]
    table(f"six policies, {len(GOOD) * EACH:,} resources, {sum(found.values()):,} flagged", rows, rows[0][0])
    print(f"Cloud Cop is {rows[0][1] / rows[1][1]:.1f}x as fast")


def _polo(texts: dict[str, str]) -> tuple[dict[str, int], float]:
    """What the rules flag, and the seconds from the text on: decoding and mapping are within, as Custodian's
    decoding is.
    """
    account = "412233445883"
    group = RESOURCE_TYPES["securitygroups"]  # the one that the databases have
    texts = texts | {group.name: json.dumps([group.sample])}
    known = world(datetime.now(UTC), LocalDaily(Path("none.json")))
    started = time.process_time()
    scopes = []
    for kind, text in texts.items():
        model, scope, items = RESOURCE_TYPES[kind].model, Scope(account, "us-east-1", kind), json.loads(text)
        found = [model.from_aws(item, scope) for item in items]
        scopes.append((ScopeHead(scope, 1, 1, "ok", len(found)), partial(iter, found)))
    judged = inspect(account, scopes, [RULES[id] for id in CONTEST], known).judged
    seconds = time.process_time() - started
    flagged = Counter(each.rule.id for each in judged if isinstance(each.verdict, Finding))
    return {id: flagged[id] for id in CONTEST}, seconds


def _sample(kind: str, number: int) -> dict[str, object]:
    """Every seventh is at fault by one rule of its type, every eleventh by another."""
    item = {**RESOURCE_TYPES[kind].sample, **GOOD[kind]}
    faults = [fault for type, _, _, fault in CONTEST.values() if type == kind]
    for fault, every in zip(faults, (7, 11), strict=False):
        if number % every == 0:
            item |= fault
    names = {"volumes": "VolumeId", "instances": "InstanceId", "loggroups": "logGroupName"}
    name = names.get(kind, "DBInstanceIdentifier")
    return {
        key: value for key, value in (item | {name: f"{item[name]}-{number}"}).items() if value is not None
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        all_rules(Path(made))
        if sized(True, False):  # Custodian is installed for it
            contest(Path(made))
