"""`python -m devserver`: the dev server without Invoke; the tests start it so."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from devserver.options import Options
from devserver.serve import serve

parser = argparse.ArgumentParser("devserver")
for option in ("host", "stage"):
    parser.add_argument(f"--{option}", default=getattr(Options, option))
for option in ("port", "livereload-port", "debugpy-port"):
    parser.add_argument(f"--{option}", type=int, default=getattr(Options, option.replace("-", "_")))
parser.add_argument("--demo", action="store_true")
parser.add_argument("--debugpy", action="store_true")
parser.add_argument("--no-styles", dest="styles", action="store_false")
parser.add_argument("--no-fork", dest="fork", action="store_false")
for option in ("backoff", "integration-timeout"):
    parser.add_argument(f"--{option}", type=float, default=getattr(Options, option.replace("-", "_")))
parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)

if __name__ == "__main__":
    sys.exit(serve(Options(**vars(parser.parse_args()))))
