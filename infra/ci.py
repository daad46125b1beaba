"""The pipeline's app: `python infra/ci.py` writes cdk.out, also with nothing in the environment.

CONNECTION_ARN, REPOSITORY and BRANCH name the source. STAGING_ALLOWED_CIDRS, PROD_ACCOUNTS and so on are the
values of an environment's parameters; without them CloudFormation refuses the deployment, for nobody may be
let in by default.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

if __name__ == "__main__":
    from tooling.cdk_environment import enter

    enter(ROOT)  # goes on in the environment that has the CDK

import aws_cdk as cdk  # noqa: E402

from errors import PoloError  # noqa: E402
from infra.nag import check, synthesise  # noqa: E402
from infra.pipeline import STAGES, PipelineStack, Source  # noqa: E402
from tooling.blocks.blocks import BlockError, read_functions  # noqa: E402
from tooling.blocks.deployment import code_zip, prefixed  # noqa: E402
from tooling.runtime import ZIP  # noqa: E402


def build(outdir: Path, code: Path, environ: Mapping[str, str]) -> cdk.App:
    """The app with the pipeline; not synthesised yet. Raises PoloError, BlockError."""
    functions, code = read_functions(ROOT), code_zip(code)
    source = Source.from_environment(environ)
    given = {name: prefixed(functions, name, environ) for name in STAGES}
    app = cdk.App(outdir=str(outdir), analytics_reporting=False, tree_metadata=False)
    PipelineStack(app, source=source, functions=functions, code=code, given=given)
    check(app)
    return app


def main() -> None:
    """Write CDK_OUTDIR (cdk.out) for the zip given as argument (lambda_deployment.zip)."""
    outdir = Path(os.environ.get("CDK_OUTDIR") or ROOT / "cdk.out")
    code = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ZIP
    try:
        synthesise(build(outdir, code, os.environ))
    except (PoloError, BlockError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
