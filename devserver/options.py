"""What can be chosen about a run of the dev server."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class OptionError(Exception):
    """A choice that can't be served; the message is one line with the way out."""


@dataclass(frozen=True)
class Options:
    """Where to listen, what to serve; times in seconds. Port 0 means any free one."""

    host: str = "127.0.0.1"
    port: int = 2200
    stage: str = ""  # not empty: serve under /<stage>/ as API Gateway's own domain does
    demo: bool = False
    root: Path = field(default=ROOT)
    backoff: float = 5.0
    integration_timeout: float = 29.0  # after which the gateway gives up on a function
    livereload_port: int = 35729  # or a free one, when it is taken
    debugpy: bool = False  # wait for an editor before the code is loaded
    debugpy_port: int = 5678  # at which editors look by themselves
    styles: bool = True  # rebuild the style sheet when its sources change
    fork: bool = True  # where the system can; False: the way of those that can't

    def check(self) -> None:
        """Raises OptionError."""
        if self.stage and not re.fullmatch(r"[A-Za-z0-9_-]{1,128}", self.stage):
            raise OptionError(f"--stage {self.stage!r}: a stage is letters, digits, - and _, such as prod")
        if not 0 <= self.port <= 65535:
            raise OptionError(f"--port {self.port}: a port is a number up to 65535, such as 2201")

    def to_json(self) -> str:
        return json.dumps(asdict(self) | {"root": str(self.root)})

    @classmethod
    def from_json(cls, text: str) -> Options:
        values = json.loads(text)
        return cls(**values | {"root": Path(values["root"])})
