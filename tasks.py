"""Everything that is done to Polo: `inv --list`."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from invoke.collection import Collection
from invoke.context import Context
from invoke.exceptions import Exit

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tooling.checks.checks import format_commands, lint_commands, lock_commands  # noqa: E402
from tooling.deploy import release_tasks, ship_tasks  # noqa: E402  needs the path
from tooling.dot_env import read_dot_env  # noqa: E402
from tooling.endings import watch_over_the_process  # noqa: E402
from tooling.polo_task import changes, reads  # noqa: E402
from tooling.program import main  # noqa: E402

PROGRAM = __name__ == "__main__" or "invoke.main" in sys.modules  # ./inv, or plain inv, which loads this
if PROGRAM:
    watch_over_the_process()


@changes(
    "serve the console until Ctrl-C",
    help={
        "port": "port to listen on",
        "host": "address to bind; the default keeps it on this machine",
        "stage": "serve under /<stage>/, as API Gateway does without a custom domain",
        "demo": "show the demo estate, even if there is data of your own",
        "debugpy": "wait for an editor to attach to port 5678 before the functions load",
    },
)
def run(
    c: Context,
    port: str = "2200",
    host: str = "127.0.0.1",
    stage: str = "",
    demo: bool = False,
    debugpy: bool = False,
) -> None:
    """Serve the console on http://localhost:2200, reloading on every save."""
    from devserver.serve import Options, serve
    from tooling import styles

    if styles.stale(ROOT):
        styles.build(ROOT)
    number = _number("--port", port, 65_535)
    options = Options(root=ROOT, port=number, host=host, stage=stage, demo=demo, debugpy=debugpy)
    _exit(serve(options, _demo_file()))


@changes(
    "run that function here, with all that it does",
    positional=["function"],
    help={
        "function": "its name: function, static, ... as in src/lambda_<name>.py",
        "event": "JSON file with the event, or - for stdin; by default a sample that fits the function",
    },
)
def invoke(c: Context, function: str, event: str = "") -> None:
    """Run one function once, as Lambda would, and print result, duration and logs."""
    from devserver.functions.invoke import invoke as run_once

    _exit(run_once(ROOT, function, event or None, _demo_file()))


@changes("build src/static/dist/main.css", help={"watch": "rebuild on every change until Ctrl-C"})
def tailwind(c: Context, watch: bool = False) -> None:
    """Build src/static/dist/main.css."""
    from tooling import styles

    if watch:
        with suppress(KeyboardInterrupt):  # how one ends it
            _exit(styles.watch(ROOT).wait())
    else:
        styles.build(ROOT)


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
        from tooling.laptop.sync_table import from_table as pull

        _exit(pull(env, profiles, ROOT / "data"))
        return
    started = time.monotonic()
    print("Asking which accounts answer", flush=True)  # before what takes half a second to import
    from tooling.laptop.sync import sync as run_sync

    data = ROOT / "data"
    _exit(run_sync(resources, profiles, regions, data, dry_run=dry_run, by_role=by_role, started=started))


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
    from tooling.laptop.cop import cop as patrol

    _exit(patrol(rule, profile, as_json=json, notify=notify, dry_run=dry_run, data_dir=_data_folder()))


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
    from tooling.laptop.backup import backup as write
    from tooling.laptop.backup import place_of

    for line in write(Path(file), place_of(env, profile)):
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
    from tooling.laptop.backup import place_of
    from tooling.laptop.backup import restore as put_back

    for line in put_back(Path(file), place_of(env, profile), dry_run=dry_run):
        print(line)


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
    from tooling.laptop.costs import costs as collect

    _exit(collect(profile, dry_run=dry_run))


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
    from tooling.laptop.reports import report as make

    _exit(make(report, profile, as_json=json, data_dir=_data_folder()))


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
    from tooling.laptop import prices as list_prices
    from tooling.laptop.lifecycles import lifecycles

    _exit(list_prices.check() if check else max(list_prices.prices(profile), lifecycles(profile)))


@reads("look at the prices, the ends of support and the local data")
def doctor(c: Context) -> None:
    """Say which prices and ends of support are older than 18 months, and what of data/ can't be read.

    The exit code is 1 if there is any, else 0.
    """
    from tooling.checks.doctor import checks
    from tooling.checks.doctor import doctor as examine

    _exit(examine(checks(ROOT / "data")))


@reads(help={"organization": "with what it takes to list the organisation's accounts"})
def policy(c: Context, organization: bool = False) -> None:
    """Print the exact read-only IAM policy that `inv sync` needs."""
    import json

    from services.collect.iam_policy import policy as iam_policy
    from services.models import RESOURCE_TYPES

    print(json.dumps(iam_policy(RESOURCE_TYPES.values(), organization=organization), indent=2))


@changes(
    "look at, start, stop or empty the local AWS",
    help={
        "action": "start, status, stop or reset",
        "auth": "enforce IAM",
        "port": "port on loopback; by default LOCAL_AWS_PORT, else the one that runs, else 4566",
    },
)
def aws(c: Context, action: str, auth: bool = False, port: str = "") -> None:
    """Run a local AWS (ministack) on loopback: start, status, stop or reset."""
    from tooling.local import aws as local_aws

    _exit(local_aws.command(ROOT, action, auth=auth, port=_number("--port", port or "0", 65_535)))


@changes(
    "run the tests, layer by layer",
    help={
        "local": "only what needs no server and no browser",
        "integration": "only what starts servers",
        "e2e": "only what deploys the whole system, to a local AWS",
        "profile": "with --e2e: deploy to the account of this profile instead, and delete it all again",
        "watch": "run again on every save",
        "deep": "long counts (soak, fuzz) in full instead of 2 %",
        "coverage": "measure branch coverage",
        "report": "with coverage: write htmlcov/ too",
        "fail-under": "with coverage: least percentage",
    },
    long_only=("report",),
)
def test(
    c: Context,
    local: bool = False,
    integration: bool = False,
    e2e: bool = False,
    profile: str = "",
    watch: bool = False,
    deep: bool = False,
    coverage: bool = False,
    report: bool = False,
    fail_under: str = "",
) -> None:
    """Run the tests, layer by layer: unit, matrix, infra, integration, e2e, browser."""
    from tooling.checks import testing

    if profile:
        _check_account(profile, e2e)
    layers = testing.layers(local=local, integration=integration, e2e=e2e)
    if watch:
        with suppress(KeyboardInterrupt):  # how one ends it
            _exit(testing.watch(ROOT, layers))
        return
    measured = coverage or report or bool(fail_under)
    _exit(
        testing.run(
            ROOT,
            layers,
            coverage=measured,
            html=report,
            least=_number("--fail-under", fail_under or "0", 100),
            deep=deep,
            profile=profile,
        )
    )


@reads(lambda: lint_commands(ROOT))
def lint(c: Context) -> None:
    """Check style, format and types; mends nothing."""
    from tooling.checks import checks

    _exit(checks.lint(ROOT))


@changes(format_commands, name="format")
def format_(c: Context) -> None:
    """Format the code and mend what can be mended."""
    from tooling.checks import checks

    _exit(checks.format(ROOT))


@changes(lock_commands)
def lock(c: Context) -> None:
    """Compile the requirements' locks, with hashes."""
    from tooling.checks import checks

    _exit(checks.lock(ROOT))


@changes("write template.yaml")
def template(c: Context) -> None:
    """Write template.yaml from the infra blocks."""
    from tooling.blocks import template as writer
    from tooling.blocks.usage import check_usage

    check_usage(ROOT)
    writer.write(ROOT)


@changes("rewrite what follows from declarations: README's policy, IAM actions, template.yaml and the demo")
def derive(c: Context) -> None:
    """Rewrite what follows from declarations: README's policy, IAM actions, template.yaml, demo."""
    from tooling.checks.derive import derive as rewrite

    changed = rewrite(ROOT)
    for path in changed:
        print(f"{path.relative_to(ROOT)}: rewritten")
    if not changed:
        print("nothing to rewrite")


@changes(
    "write the demo estate",
    help={"resources": "number of resources", "output": "file to write"},
    long_only=("resources",),
)
def demo(c: Context, resources: str = "500", output: str = "local_data.json") -> None:
    """Write the demo estate: the same bytes on every run."""
    from tooling.demo.demo import write_demo_files
    from tooling.progress import Progress

    number = _number("--resources", resources, 10_000_000)
    progress = Progress(number)
    try:
        write_demo_files(ROOT / output, number, progress)
    finally:
        progress.end()


def _check_account(profile: str, e2e: bool) -> None:
    from tooling.local.target import target

    with ship_tasks.told():
        if not e2e:
            raise Exit(f"-p {profile} is for the layer that deploys: inv test --e2e -p {profile}")
        target(ROOT, "dev", profile).account()


def _number(option: str, given: str, most: int) -> int:
    if not (given.isascii() and given.isdigit() and int(given[:9]) <= most):
        raise Exit(f"{option} {given}: a whole number from 0 to {most:,}")
    return int(given[:9])


def _demo_file() -> Callable[[], Path]:
    """Answers the data file of the demo estate of today."""
    from devserver.reload.environment import cache_folder
    from tooling.demo.file import DemoFile

    return DemoFile(ROOT, cache_folder(ROOT, os.environ))


def _data_folder() -> Path:
    """Of one's own data; while there is none, of the demo estate of today."""
    from devserver.reload.environment import cache_folder
    from tooling.demo.today import data_folder

    return data_folder(ROOT, cache_folder(ROOT, os.environ))


def _exit(code: int) -> None:
    if code:
        raise Exit(code=code)


namespace = Collection.from_module(sys.modules[__name__])
for module in (ship_tasks, release_tasks):
    for shipping in Collection.from_module(module).tasks.values():
        namespace.add_task(shipping)

if PROGRAM:
    main(namespace)
