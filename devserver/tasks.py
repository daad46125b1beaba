"""The tasks of the console on this machine: each is thin, and imports what it needs when it is called."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from invoke.context import Context

from tooling.polo_task import ROOT, changes, end, number_of


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
    number = number_of("--port", port, 65_535)
    options = Options(root=ROOT, port=number, host=host, stage=stage, demo=demo, debugpy=debugpy)
    end(serve(options, _demo_file()))


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
    from devserver.functions.invoke import invoke

    end(invoke(ROOT, function, event or None, _demo_file()))


@changes("build src/static/dist/main.css", help={"watch": "rebuild on every change until Ctrl-C"})
def tailwind(c: Context, watch: bool = False) -> None:
    """Build src/static/dist/main.css."""
    from tooling import styles

    if watch:
        with suppress(KeyboardInterrupt):  # how one ends it
            end(styles.watch(ROOT).wait())
    else:
        styles.build(ROOT)


def _demo_file() -> Callable[[], Path]:
    """Answers the data file of the demo estate of today."""
    from devserver.reload.environment import cache_folder
    from tooling.demo.file import DemoFile

    return DemoFile(ROOT, cache_folder(ROOT, os.environ))
