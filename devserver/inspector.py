"""The inspector: pages under /__polo__/ on what the functions were asked and what they answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devserver.gateway import Api
from devserver.http_message import Request, Response
from tooling.infra_blocks import Function

HOME = "/__polo__/"
NOT_OURS = ("/__polo__/livereload", "/__polo__/overlay")  # served by the reload engine


@dataclass(frozen=True)
class Inspector:
    """Answers under /__polo__/. root: the project's folder; functions: all of src, with routes or not."""

    root: Path
    functions: Sequence[Function]
    api: Api

    def respond(self, request: Request) -> Response | None:
        """The answer to a request that is the inspector's; None if it is not."""
        path = request.target.partition("?")[0]
        if path != HOME.rstrip("/") and (not path.startswith(HOME) or path.startswith(NOT_OURS)):
            return None
        return None
