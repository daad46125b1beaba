"""What the gateway answers when no environment does."""

from __future__ import annotations

from collections.abc import Callable

from devserver.functions.found import make_api, read_functions_once
from devserver.gateway.gateway import Api, Request, Response, Unanswered
from devserver.inspector.guard import is_foreign, is_loopback
from devserver.options import Options
from devserver.processes.environments import Broken, Lost, TooLate
from devserver.processes.pool import Pool
from devserver.record.watch import answer_recorded
from tooling.blocks.blocks import BlockError

ENDED = "Runtime exited without providing a reason. Runtime.ExitError"


def answerer(pool: Pool, options: Options) -> Callable[[Request], Response]:
    """Request -> response: of an environment, or the gateway's for a function that crashed or hung."""

    def answer(request: Request) -> Response:
        if is_loopback(options.host) and is_foreign(request.header("Host") or "localhost"):
            return _refusal(options.port)
        try:
            return pool.answer(request)
        except TooLate as error:
            failure = Unanswered(str(error), error.seconds)
        except Lost:
            failure = Unanswered(ENDED)
        except Broken as error:
            failure = Unanswered(f"can't be loaded: {error}")
            if request.header("Sec-Fetch-Dest") == "document":
                return _page(_unanswered(request, options, failure))
        return _unanswered(request, options, failure)

    return answer


def _refusal(port: int) -> Response:
    body = f"Polo is at http://localhost:{port} and under no other name.".encode()
    return Response(403, (("Content-Type", "text/plain"), ("Content-Length", str(len(body)))), body)


def _page(response: Response) -> Response:
    """The same for a person at a browser: a page that the problem is laid over, and that reloads."""
    body = b"<!doctype html><title>Polo can't be loaded</title>"
    kept = tuple(
        line for line in response.headers if line[0].lower() not in ("content-type", "content-length")
    )
    sizes = (("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(body))))
    return Response(response.status, (*kept, *sizes), body)


def _unanswered(request: Request, options: Options, failure: Unanswered) -> Response:
    def invoke(*_: object) -> object:
        raise failure

    try:
        functions = read_functions_once(options.root)
        api = make_api(functions, options.port, options.stage, options.integration_timeout)
    except (BlockError, OSError):
        api = Api(scheme="http")
    return answer_recorded(api, request, invoke)
