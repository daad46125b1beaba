"""The CDK app: `python infra/app.py` writes cdk.out, one stage for each environment. It asks nobody anything.

A template holds no value of an environment but its name: those are parameters, which `inv deploy` gives.
ENV may name one environment more than the fixed ones: pr-<n>. Names after the zip choose environments.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if __name__ == "__main__":
    from tooling.cdk_environment import enter

    enter(ROOT)  # goes on in the environment that has the CDK

import aws_cdk as cdk  # noqa: E402

from errors import PoloError  # noqa: E402
from infra.destination import CostReaderStack, DestinationStack, DestinationStackSet  # noqa: E402
from infra.nag import check, synthesise  # noqa: E402
from infra.polo_stack import PoloStack  # noqa: E402
from tooling.blocks.blocks import BlockError, read_functions  # noqa: E402
from tooling.blocks.deployment import code_zip, stages  # noqa: E402
from tooling.blocks.usage import check_usage  # noqa: E402
from tooling.environments import Environment, environment  # noqa: E402
from tooling.runtime import ZIP  # noqa: E402

__all__ = ["CostReaderStack", "DestinationStack", "DestinationStackSet", "PoloStack", "build"]


def build(outdir: Path, code: Path, environments: Sequence[Environment]) -> cdk.App:
    """The app with a stage for every environment and the stacks of member accounts; not synthesised yet.

    code: the zip. Raises PoloError, BlockError.
    """
    check_usage(ROOT)
    functions, code = read_functions(ROOT), code_zip(code)
    app = cdk.App(outdir=str(outdir), analytics_reporting=False, tree_metadata=False, stack_traces=False)
    for each in environments:
        stage = cdk.Stage(app, each.name)
        PoloStack(stage, environment=each, functions=functions, code=code)
    DestinationStack(app, "PoloDestination")
    DestinationStackSet(app, "PoloDestinationStackSet")
    CostReaderStack(app, "PoloCostReader")
    if not all(each.local for each in environments):  # the checks take most of the time
        check(app)
    return app


def main() -> None:
    """Write CDK_OUTDIR (cdk.out) for `app.py [zip [environment ...]]`: by default Polo's zip and all."""
    outdir = Path(os.environ.get("CDK_OUTDIR") or ROOT / "cdk.out")
    code, *names = sys.argv[1:] or [str(ROOT / ZIP)]
    try:
        chosen = [environment(name) for name in names] or stages(os.environ.get("ENV", ""))
        synthesise(build(outdir, Path(code), chosen))
    except (PoloError, BlockError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
