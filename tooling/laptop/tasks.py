"""The tasks around your own data: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

import os
import time
from pathlib import Path

from invoke.context import Context
from invoke.exceptions import Exit

from tooling.dot_env import read_dot_env
from tooling.polo_task import ROOT, changes, end, reads


@changes(
    "collect into data/local_data.json",
    help={
        "resources": "resource types, separated by commas; all by default",
        "profiles": "profiles of the AWS config, separated by commas; by default the shell's credentials "
        "(AWS_ACCESS_KEY_ID, AWS_PROFILE), else all profiles, else a container's or an instance's role",
        "regions": "regions, separated by commas; by default all that an account has enabled; "
        "named ones need no ec2:DescribeRegions",
        "dry-run": "print the plan and the permissions it needs; collect nothing",
        "by-role": "assume the reader role in each account of ACCOUNTS instead of using profiles",
        "from-table": "pull what a deployed environment has collected instead",
        "env": "with --from-table: the environment",
    },
)
def sync(
    c: Context,
    resources: str = "",
    profiles: str = "",
    env: str = "",
    regions: str = "",
    dry_run: bool = False,
    by_role: bool = False,
    from_table: bool = False,
) -> None:
    """Collect your own accounts into data/local_data.json."""
    read_dot_env(ROOT)
    if from_table:
        if not env:
            raise Exit("--from-table needs the environment to pull from: -e prod")
        from tooling.laptop import sync_table

        end(sync_table.from_table(env, profiles, ROOT / "data"))
        return
    started = time.monotonic()
    print("Asking which accounts answer", flush=True)  # before what takes half a second to import
    from tooling.laptop.sync import sync

    data = ROOT / "data"
    end(sync(resources, profiles, regions, data, dry_run=dry_run, by_role=by_role, started=started))


@changes(
    "judge the local data, keep what was found, and with --notify tell Slack",
    help={
        "rule": "show the findings of these rules, separated by commas; by default a line for each rule",
        "profile": "only those of these accounts, by name, separated by commas",
        "json": "as JSON",
        "notify": "tell Slack (SLACK_WEBHOOK_URL) what is new, reopened or risen, instead",
        "dry-run": "print what Slack would be told",
    },
)
def cop(
    c: Context,
    rule: str = "",
    profile: str = "",
    json: bool = False,
    notify: bool = False,
    dry_run: bool = False,
) -> None:
    """Judge the local data by Cloud Cop's rules: what is wrong, and what it costs."""
    read_dot_env(ROOT)
    from tooling.laptop.cop import cop

    end(cop(rule, profile, as_json=json, notify=notify, dry_run=dry_run, data_dir=_data_folder()))


@changes(
    "ask Cost Explorer for what is missing, at $0.01 a request, and keep it",
    help={
        "profile": "profile of the account that pays; by default CORE_ROLE_ARN's, the shell's, or the first",
        "dry-run": "print what it would ask, and what that costs; ask nothing",
    },
)
def costs(c: Context, profile: str = "", dry_run: bool = False) -> None:
    """Ask Cost Explorer what the last days and months cost; each request costs $0.01."""
    read_dot_env(ROOT)
    from tooling.laptop.costs import costs

    end(costs(profile, dry_run=dry_run))


@changes(
    "make today's reports and keep them in data/reports",
    help={
        "report": "make these only, by name, separated by commas, and print their rows",
        "profile": "ask the account that pays too, as this profile; a request to Cost Explorer costs $0.01",
        "json": "as JSON",
    },
)
def report(c: Context, report: str = "", profile: str = "", json: bool = False) -> None:
    """Make today's reports of the local data: what there is, what it costs, and how that changes."""
    read_dot_env(ROOT)
    from tooling.laptop import reports

    end(reports.report(report, profile, as_json=json, data_dir=_data_folder()))


@changes(
    "write what people have entered into that file",
    positional=["file"],
    help={
        "file": "file to write; one that is there already is left alone",
        "env": "of this deployed environment; by default of this machine: data/, the demo, LOCAL_DATA_PATH",
        "profile": "with -e: profile of the AWS config; by default the shell's",
    },
)
def backup(c: Context, file: str, env: str = "", profile: str = "") -> None:
    """Write what people have entered, such as mutes, into a file."""
    read_dot_env(ROOT)
    from tooling.laptop.backup import backup, place_of

    for line in backup(Path(file), place_of(env, profile)):
        print(line)


@changes(
    "put back what is in that file; what was entered since stays",
    positional=["file"],
    help={
        "file": "what inv backup has written",
        "env": "to this deployed environment; by default to where it was on this machine",
        "profile": "with -e: profile of the AWS config; by default the shell's",
        "dry-run": "say what would change, and change nothing",
    },
)
def restore(c: Context, file: str, env: str = "", profile: str = "", dry_run: bool = False) -> None:
    """Put back what inv backup has written; what was entered since stays."""
    read_dot_env(ROOT)
    from tooling.laptop.backup import place_of, restore

    for line in restore(Path(file), place_of(env, profile), dry_run=dry_run):
        print(line)


@changes(
    "refresh the price files and the ends of support from AWS's APIs",
    help={
        "profile": "profile that may call pricing:GetProducts, rds:DescribeDBMajorEngineVersions and"
        " eks:DescribeClusterVersions; by default the shell's or the first",
        "check": "only say of when the prices are, and which are old",
    },
)
def prices(c: Context, profile: str = "", check: bool = False) -> None:
    """Refresh list prices from the AWS Price List API, and ends of support from RDS and EKS."""
    from tooling.laptop import prices
    from tooling.laptop.lifecycles import lifecycles

    end(prices.check() if check else max(prices.prices(profile), lifecycles(profile)))


@reads(help={"organization": "with what it takes to list the organisation's accounts"})
def policy(c: Context, organization: bool = False) -> None:
    """Print the exact read-only IAM policy that `inv sync` needs."""
    import json

    from services.collect import iam_policy
    from services.models import RESOURCE_TYPES

    print(json.dumps(iam_policy.policy(RESOURCE_TYPES.values(), organization=organization), indent=2))


def _data_folder() -> Path:
    """Of one's own data; while there is none, of the demo estate of today."""
    from devserver.reload.environment import cache_folder
    from tooling.demo.today import data_folder

    return data_folder(ROOT, cache_folder(ROOT, os.environ))
