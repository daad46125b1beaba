"""The tasks that check and derive: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

from contextlib import suppress

from invoke.context import Context
from invoke.exceptions import Exit

from tooling.checks.checks import format_commands, lint_commands, lock_commands
from tooling.dot_env import read_dot_env
from tooling.polo_task import ROOT, changes, end, number_of, reads


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
            end(testing.watch(ROOT, layers))
        return
    measured = coverage or report or bool(fail_under)
    end(
        testing.run(
            ROOT,
            layers,
            coverage=measured,
            html=report,
            least=number_of("--fail-under", fail_under or "0", 100),
            deep=deep,
            profile=profile,
        )
    )


@reads(lambda: lint_commands(ROOT))
def lint(c: Context) -> None:
    """Check style, format and types; mends nothing."""
    from tooling.checks import checks

    end(checks.lint(ROOT))


@changes(format_commands, name="format")
def format_(c: Context) -> None:
    """Format the code and mend what can be mended."""
    from tooling.checks import checks

    end(checks.format(ROOT))


@changes(lock_commands)
def lock(c: Context) -> None:
    """Compile the requirements' locks, with hashes."""
    from tooling.checks import checks

    end(checks.lock(ROOT))


@reads("look at the prices, the ends of support and the local data")
def doctor(c: Context) -> None:
    """Say which prices and ends of support are older than 18 months, and what of data/ can't be read.

    The exit code is 1 if something can't be read, else 0.
    """
    from tooling.checks.doctor import checks, doctor

    end(doctor(checks(ROOT / "data")))


@changes("write template.yaml")
def template(c: Context) -> None:
    """Write template.yaml from the infra blocks."""
    from tooling.blocks import template
    from tooling.blocks.usage import check_usage

    check_usage(ROOT)
    template.write(ROOT)


@changes("rewrite what follows from declarations: README's policy, IAM actions, template.yaml and the demo")
def derive(c: Context) -> None:
    """Rewrite what follows from declarations: README's policy, IAM actions, template.yaml, demo."""
    from tooling.checks.derive import derive

    changed = derive(ROOT)
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

    number = number_of("--resources", resources, 10_000_000)
    progress = Progress(number)
    try:
        write_demo_files(ROOT / output, number, progress)
    finally:
        progress.end()


def _check_account(profile: str, e2e: bool) -> None:
    from tooling.local.target import target

    read_dot_env(ROOT)
    if not e2e:
        raise Exit(f"-p {profile} is for the layer that deploys: inv test --e2e -p {profile}")
    target(ROOT, "dev", profile).account()
