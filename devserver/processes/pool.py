"""Which environment answers a request."""

from __future__ import annotations

import threading
from collections.abc import Callable

from devserver.gateway.gateway import Request, Response
from devserver.processes.environments import Broken, Environment, Lost, TooLate
from devserver.reload.problem import Problem


class Pool:
    """The environments of the present code: one, and more while requests have to wait for long.

    `more` is called when an environment more would help; it calls `add` sooner or later. `learn` is
    called after an answer that took imports.
    """

    PATIENCE = 0.1  # seconds a request waits for an environment that is at work before one more is made

    def __init__(self, more: Callable[[int], None], learn: Callable[[Environment], None]) -> None:
        self.limit = 8  # environments at a time
        self._changed = threading.Condition()
        self._idle: list[Environment] = []
        self._all: set[Environment] = set()
        self._version = 0
        self._asked = False
        self._broken: Problem | None = None
        self._more = more
        self._learn = learn

    def replace(self, environment: Environment) -> list[Environment]:
        """From now on it answers. Returns the idle ones of the code before: to be closed, when there is time.

        The others end with what they are answering.
        """
        with self._changed:
            self._version += 1
            old, self._idle, self._all = self._idle, [], set()
            self._broken = None
            self._put(environment)
        return old

    def add(self, environment: Environment | None, version: int) -> None:
        """One more of a version, or None: not now. It ends at once if that version is no longer served."""
        with self._changed:
            self._asked = False
            if environment is not None and version == self._version:
                self._put(environment)
                return
        if environment is not None:
            environment.close()

    def fail(self, problem: Problem | None, version: int) -> None:
        """There is no environment of a version, and this is why; None: there will be one soon."""
        with self._changed:
            if version != self._version or self._all:
                return
            self._broken = problem
            self._asked = False
            self._changed.notify_all()

    def answer(self, request: Request) -> Response:
        """The answer of whichever environment is free first. Raises Broken, Lost, TooLate."""
        environment = self._take()
        try:
            response = environment.ask(request)
        except (Lost, TooLate):
            with self._changed:
                self._all.discard(environment)
            raise
        if environment.news:
            self._learn(environment)
        self._give_back(environment)
        return response

    @property
    def version(self) -> int:
        return self._version

    @property
    def environments(self) -> tuple[Environment, ...]:
        with self._changed:
            return tuple(self._all)

    def _put(self, environment: Environment) -> None:
        environment.version = self._version
        self._all.add(environment)
        self._idle.append(environment)
        self._asked = False
        self._changed.notify()

    def _take(self) -> Environment:
        with self._changed:
            waited = False
            while True:
                while self._idle:
                    environment = self._idle.pop()
                    if environment.alive:
                        return environment
                    self._all.discard(environment)
                if self._broken is not None:
                    raise Broken(self._broken)
                if (waited or not self._all) and len(self._all) < self.limit and not self._asked:
                    self._asked = True
                    self._more(self._version)
                waited = not self._changed.wait(self.PATIENCE) or waited

    def _give_back(self, environment: Environment) -> None:
        with self._changed:
            if environment.version == self._version:
                self._idle.append(environment)
                self._changed.notify()
                return
        environment.close()
