"""A deployed Polo, asked as its users, its schedules and its queue ask it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.cloud.aws import Aws
from services.models.kit.scope import GLOBAL, Account
from tooling.blocks.grants import COST_ROLE
from tooling.deploy import destination
from tooling.deploy.deploy import stack_of
from tooling.deploy.deployed_functions import invoke
from tooling.deploy.local import SCHEDULED
from tooling.deploy.stack import Stack
from tooling.local.http_status import connect
from tooling.local.target import Target

Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class System:
    """Where it is, and which accounts it collects: each member's name is the profile that leads there.

    url: of the console, with a slash at the end. said: by the deployment. external_id: that the member's role
    asks for. tags: of all that the run of tests makes in an account. variables: of the shell. certificate: of
    a local AWS that speaks TLS. assembly: of the templates.
    """

    target: Target
    url: str
    members: tuple[Account, ...]
    regions: tuple[str, ...]
    said: str = ""
    role: str = ""
    external_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    certificate: Path | None = None
    assembly: Path = Path()

    @property
    def stage(self) -> str:
        """The path that the console is under."""
        return urlsplit(self.url).path.rstrip("/")

    def get(self, path: str) -> Answer:
        """Status, headers by lower-case name, and body."""
        connection = connect(self.url, 30, self.certificate)
        try:
            headers = {"Host": urlsplit(self.url).netloc, "Accept": "*/*"}
            connection.request("GET", self.stage + path, headers=headers)
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def page(self, path: str) -> str:
        status, _, body = self.get(path)
        assert status == 200, (path, status, body[:500])
        return body.decode()

    def json(self, path: str) -> Any:
        return json.loads(self.page(f"/api{path}"))

    def links(self, page: str) -> list[str]:
        """The addresses in a page, of this host."""
        return re.findall(r'(?:href|src|action|hx-get)="(/[^"]*)"', page)

    def ask(self, name: str, event: Any) -> Any:
        """What a function of any name answers."""
        answer = self.target.call("lambda", "invoke", FunctionName=name, Payload=json.dumps(event).encode())
        said = json.loads(answer["Payload"].read())
        assert not answer.get("FunctionError"), said
        return said

    def let_in(self, word: str) -> None:
        """Let the member's role ask for this ExternalId."""
        self._put(destination.STACK, word, self.role)

    @contextmanager
    def cost_reader(self) -> Iterator[str]:
        """The name of the cost-reading role in the member account, which is there for this time."""
        try:
            self._put("PoloCostReader", self.external_id, COST_ROLE)
            yield COST_ROLE
        finally:
            self.in_member("PoloCostReader").delete(str)

    def in_member(self, name: str) -> Stack:
        """A stack of this environment in the member account."""
        source = Aws(self.members[0].name).source(GLOBAL)
        return Stack(f"{self.target.name}-{name}", source, pause=stack_of(self.target).pause)

    def _put(self, name: str, word: str, role: str) -> None:
        """A role in the member account, from its template."""
        template = (self.assembly / f"{name}.template.json").read_text(encoding="utf-8")
        home = self.target.account().id
        destination.put(template, self.in_member(name), home, word, role, str, self.tags)

    def run(self, function: str, event: Any = SCHEDULED) -> Any:
        """What a function answers; to its schedule by default."""
        return invoke(self.target, function, event)
