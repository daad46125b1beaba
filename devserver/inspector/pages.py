"""What the inspector's URLs mean. Imported with the first request for a page."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from devserver.functions.once import run_once
from devserver.functions.samples import samples
from devserver.gateway.gateway import Api
from devserver.gateway.http_message import Request, Response
from devserver.inspector.answer import answer, plain, redirect
from devserver.inspector.detail import detail_page
from devserver.inspector.dom import Element, document, x
from devserver.inspector.filter import Filter
from devserver.inspector.functions import functions_page
from devserver.inspector.guard import derived, forgery, set_cookie
from devserver.inspector.layout import FUNCTIONS, HOME, Frame, page
from devserver.inspector.list import list_page
from devserver.inspector.secrets import masked
from devserver.record import invocations
from devserver.record.folder import run_secret
from devserver.record.invocation import INSPECTOR, REPLAY, Invocation
from tooling.blocks.blocks import Function

_ONE = re.compile(r"invocations/([0-9a-f]+)(\.json|/replay)?\Z")


@dataclass(frozen=True)
class Pages:
    """Answers one request whose sender has been checked."""

    root: Path
    functions: Sequence[Function]
    api: Api
    become: Callable[[Function], None]
    request: Request

    def respond(self, name: str) -> Response:
        """The answer for a path below /__polo__/."""
        if self.request.method == "POST":
            return self._post(name)
        query = self.request.target.partition("?")[2]
        chosen = Filter.from_query(query)
        one = _ONE.match(name)
        if name in ("", HOME.rstrip("/")):
            found = invocations.summaries()
            return self._page(list_page(self._frame(HOME, len(found), chosen), found, chosen))
        if name == "functions":
            found = invocations.summaries()
            frame = self._frame(FUNCTIONS, len(found))
            return self._page(functions_page(frame, self.functions, found, self.api.port))
        if name == "invocations.json":
            shown = [vars(each) for each in invocations.summaries() if chosen.matches(each)]
            return _json({"invocations": shown})
        if one and one[2] != "/replay" and (found_one := invocations.find(one[1])):
            return self._one(found_one, "reveal=1" in query.split("&"), as_json=bool(one[2]))
        return self._missing(name)

    def _one(self, found: Invocation, reveal: bool, as_json: bool) -> Response:
        if as_json:
            hide = {} if reveal else {"event": masked(found.event), "response": masked(found.response)}
            return _json(vars(found) | hide)
        frame = self._frame("", len(invocations.summaries()))
        return self._page(detail_page(frame, found, self._function(found.function), self._origin, reveal))

    def _post(self, name: str) -> Response:
        form = parse_qs(self.request.body.decode(errors="replace"), keep_blank_values=True)
        given = {key: values[-1] for key, values in form.items()}
        secret, port = run_secret(), self.api.port
        if why := forgery(self.request, given.get("token", ""), secret, port):
            return plain(403, why)
        one = _ONE.match(name)
        if one and one[2] == "/replay":
            return self._replay(one[1])
        function = self._function(name.removeprefix("functions/"))
        if not name.startswith("functions/") or function is None:
            return self._missing(name)
        return self._invoke(function, given)

    def _replay(self, id: str) -> Response:
        found = invocations.find(id)
        function = self._function(found.function) if found else None
        if found is None or function is None:
            return self._missing(f"invocations/{id}")
        if any(line.startswith("event") for line in found.cut):
            return plain(409, "This event was too long to keep whole, so it can't be replayed.")
        return self._run(function, found.event, REPLAY)

    def _invoke(self, function: Function, given: dict[str, str]) -> Response:
        known = {sample.trigger: sample.event for sample in samples(function, port=self.api.port)}
        if "event" not in given:
            event: Any = known.get(given.get("sample", ""), next(iter(known.values())))
            return self._run(function, event, INSPECTOR)
        try:
            event = json.loads(given["event"])
        except ValueError as error:
            at = (
                f":{error.lineno}:{error.colno}: {error.msg}"
                if isinstance(error, json.JSONDecodeError)
                else ""
            )
            return plain(400, f"event{at}. Go back, and mend it.")
        return self._run(function, event, INSPECTOR)

    def _run(self, function: Function, event: Any, source: str) -> Response:
        self.become(function)
        done = run_once(function, event, source)
        invocations.record(done)
        return redirect(f"{HOME}invocations/{done.id}")

    def _missing(self, name: str) -> Response:
        content = x.div(class_="card problem")(
            x.h1("Nothing here"),
            x.p(class_="problem-detail")(f"There is no {name[:200] or 'such page'}, or no longer."),
            x.p(class_="way-out")(x.a(class_="link", href=HOME)("All invocations")),
        )
        return self._page(page(self._frame("", 0), "Nothing here", content), 404)

    def _page(self, root: Element, status: int = 200) -> Response:
        cookie = set_cookie(run_secret(), self.api.port)
        body = document(root).encode()
        return answer(status, "text/html; charset=utf-8", body, ("Set-Cookie", cookie))

    def _frame(self, current: str, calls: int, chosen: Filter | None = None) -> Frame:
        cookies = (self.request.header("Cookie") or "").split(";")
        theme = next((part.strip()[6:] for part in cookies if part.strip().startswith("theme=")), "")
        return Frame(
            current=current,
            theme=theme if theme in ("light", "dark") else "",
            token=derived(run_secret(), "form"),
            console=f"{self.api.prefix}/",
            calls=calls,
            functions=len(self.functions),
            conditions=tuple(chosen.given) if chosen else (),
        )

    @property
    def _origin(self) -> str:
        return f"http://{self.request.header('Host')}"

    def _function(self, name: str) -> Function | None:
        return next((each for each in self.functions if name in (each.name, each.module)), None)


def _json(value: Any) -> Response:
    return answer(200, "application/json", json.dumps(value, default=str).encode())
