"""What the console starts when somebody asks it to collect again: `inv sync`, seen from outside.

data/.again/running.json has which scopes, and is touched while it runs; how it ended stands in last.json.
"""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dotenv import load_dotenv

from services.cloud.aws import profiles
from services.models.kit.scope import Scope
from settings import DECLARED, ROOT
from tooling.laptop.sync import sync

BEAT = 1.0  # seconds
LONGEST = 2_000  # characters of what was said


def main(folder: str, name: str, id: str = "") -> int:
    """Collect the scopes that were asked for into `folder`; answer the exit code.

    name: as a profile, or as the account's alias says; "" for what is no AWS account. id: of the account.
    """
    os.environ.pop(DECLARED, None)  # what the console may read is not what inv sync may read
    load_dotenv(ROOT / ".env")
    return collect_again(Path(folder), name, id)


def collect_again(folder: Path, name: str, id: str = "") -> int:
    """The same, and tell whoever looks at the folder that it is at work, and how it ended."""
    running, last = (folder / ".again" / name for name in ("running.json", "last.json"))
    out, code = io.StringIO(), 1
    asked = json.loads(running.read_text(encoding="utf-8"))
    scopes = [Scope(*each) for each in asked["scopes"]]
    try:
        with _beating(running):
            profile = name if name in profiles() else ""
            code = sync("", profile, "", folder, account=id, only=scopes, out=out)
    finally:
        said = out.getvalue().strip()[-LONGEST:] or "it ended without a word"
        ended = {"account": asked["account"], "code": code, "ended": time.time(), "said": said}
        last.write_text(json.dumps(ended))
        running.unlink()
    return code


@contextmanager
def _beating(file: Path) -> Iterator[None]:
    done = threading.Event()

    def beat() -> None:
        while not done.wait(BEAT):
            file.touch()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
