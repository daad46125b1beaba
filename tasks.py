"""Everything that is done to Polo: `inv --list`. Each task stands here by its name; its body in its room."""

from __future__ import annotations

import sys
from pathlib import Path

from invoke.collection import Collection

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from devserver.tasks import invoke, run, tailwind  # noqa: E402  needs the path
from tooling.checks.tasks import demo, derive, doctor, format_, lint, lock, template, test  # noqa: E402
from tooling.deploy.release_tasks import push, releases, rollback  # noqa: E402
from tooling.deploy.ship_tasks import (  # noqa: E402
    account,
    bootstrap,
    build,
    deploy,
    destroy,
    events,
    logs,
    outputs,
    sweep,
    zip_,
)
from tooling.endings import watch_over_the_process  # noqa: E402
from tooling.laptop.tasks import backup, cop, costs, policy, prices, report, restore, sync  # noqa: E402
from tooling.local.tasks import aws  # noqa: E402
from tooling.program import main  # noqa: E402

PROGRAM = __name__ == "__main__" or "invoke.main" in sys.modules  # ./inv, or plain inv, which loads this
if PROGRAM:
    watch_over_the_process()

TASKS = (
    # the console on this machine
    run,  # serve it, reloading on every save
    invoke,  # run one function once
    tailwind,  # build its style sheet
    # your own accounts, into data/
    sync,  # collect their resources
    cop,  # judge them: what is wrong, and what it costs
    costs,  # ask Cost Explorer
    report,  # make today's reports
    backup,  # write what people have entered into a file
    restore,  # put it back
    policy,  # the permissions that collecting needs
    prices,  # refresh list prices and ends of support
    # the code
    test,
    lint,
    format_,
    lock,  # compile the requirements
    template,  # write template.yaml
    derive,  # rewrite what follows from declarations
    demo,  # write the demo estate
    doctor,  # what is old, or can't be read
    # deployments
    zip_,  # make what ships
    build,  # and let SAM build with it
    bootstrap,  # prepare an account for deployments
    deploy,
    destroy,
    outputs,  # of a stack
    events,  # of a stack
    logs,  # of a function
    account,  # add, list or remove one that Polo collects from
    aws,  # the local AWS
    sweep,  # remove what killed tests have left
    # releases
    push,  # build, test and store one
    releases,  # list them
    rollback,  # to the one before
)
namespace = Collection(*TASKS)

if PROGRAM:
    main(namespace)
