"""Keeps good code serving: a new environment takes over once it is ready, and not before."""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from devserver.options import Options
from devserver.processes.environments import Broken, Environment, Lost
from devserver.processes.events import Browser, Changed, Events, Loaded, More, Stop
from devserver.processes.launchers import Launcher
from devserver.processes.pool import Pool
from devserver.reload.changes import Action, action_for_all
from devserver.reload.frames import Closed
from devserver.reload.last_good import LastGood
from devserver.reload.problem import Problem

PAGE_SECONDS = 0.06  # from new code to the page that an open browser then asks for


class Supervisor:
    """Obeys its events, one after the other.

    environ: makes the environment variables that functions see, anew each time it is called.
    """

    def __init__(
        self,
        options: Options,
        make: Callable[[Options, Mapping[str, str]], Launcher],
        environ: Callable[[], Mapping[str, str]],
        browser: Browser,
        greet: Callable[[], None],
        good: LastGood,
    ) -> None:
        self.events: Events = queue.SimpleQueue()
        self.pool = Pool(more=lambda version: self.events.put(More(version)), learn=self._learn)
        self._options = options
        self._make = make
        self._environ = environ
        self._browser = browser
        self._greet: Callable[[], None] | None = greet
        self._good = good
        self._seen = environ()
        self._launcher = make(options, self._seen)
        self._retired: list[Launcher] = []
        self._saves = 0
        self._starting: Environment | None = None
        self._quiet = False
        self._problem: Problem | None = None  # why the code of the last save is not what serves
        self._retry_at: float | None = None

    def run(self) -> None:
        """Until somebody says Stop."""
        self._start()
        while self._step():
            pass
        for environment in {*self.pool.environments, self._starting} - {None}:
            if environment is not None:
                environment.kill()
        for launcher in (self._launcher, *self._retired):
            launcher.close()

    def _step(self) -> bool:
        patience = 3600.0 if self._retry_at is None else max(0.0, self._retry_at - time.monotonic())
        try:
            event = self.events.get(timeout=patience)
        except queue.Empty:
            self._start()
            return True
        match event:
            case Changed(paths):
                self._changed(paths)
            case Loaded() if event.version == self._saves:
                self._loaded(event)
            case Loaded():
                event.environment.kill()
            case More(version):
                self._more(version)
            case Stop():
                return False
        return True

    def _changed(self, paths: frozenset[Path]) -> None:
        paths = frozenset(
            path for path in paths if path.suffix == ".py" or path.exists()
        )  # no editor's files
        self._good.changed(paths)
        action = action_for_all(paths, self._options.root)
        if action is Action.REBUILD or (action is Action.DATA and self._environ() != self._seen):
            self._rebuild()
        elif action is Action.DATA:
            self._browser.reload()
        if action in (Action.RESTART, Action.STYLES):
            self._launcher.saved(paths)
            self._start(quiet=action is Action.STYLES)

    def _rebuild(self) -> None:
        old, self._seen = self._launcher, self._environ()
        self._launcher = self._make(self._options, self._seen)
        self._start()
        self._retired.append(old)  # its environments serve on until the new one is ready
        threading.Thread(target=old.retire, daemon=True).start()

    def _start(self, quiet: bool = False) -> None:
        """Load the code as it is now; quiet: a page that is open need not know."""
        self._retry_at = None
        self._saves += 1
        self._quiet = quiet and (self._quiet or self._starting is None)
        if self._starting is not None:  # of code that is out of date again
            self._starting.kill()
        self._warn_debugging()
        self._starting = self._launch()
        threading.Thread(target=self._load, args=(self._starting, self._saves), daemon=True).start()

    def _load(self, environment: Environment, version: int) -> None:
        problem = None
        try:
            environment.load()
        except Broken as error:
            problem = error.problem
        except Lost:
            problem = Problem("The process ended while it loaded the code.")
        self.events.put(Loaded(environment, version, problem))

    def _loaded(self, event: Loaded) -> None:
        self._starting = None
        if event.problem is not None:
            self._failed(event.problem)
            return
        old = self.pool.replace(event.environment)
        self._problem = None
        self._browser.show(None)
        if self._greet is not None:
            self._greet()
            self._greet = None
        elif self._quiet:
            self._browser.refresh_styles()
        else:
            self._browser.reload()
        self._after_first_page(event, old)

    def _after_first_page(self, event: Loaded, old: list[Environment]) -> None:
        """Do what can wait: it would slow down the page that a browser now asks for."""

        def later() -> None:
            for environment in old:
                environment.close()
            if event.version == self._saves:
                self._good.keep(lambda: event.version == self._saves)
                self._launcher.loaded(event.environment)

        timer = threading.Timer(PAGE_SECONDS, later)
        timer.daemon = True
        timer.start()

    def _failed(self, problem: Problem) -> None:
        _complain(str(problem).rstrip())
        self._problem = problem
        before = bool(self.pool.environments or self._good.folder)
        self._browser.show(problem, serving=before)
        _complain(
            "The code before this change goes on serving." if before else "Waiting for a save that mends it."
        )
        if self.pool.environments:
            self.pool.add(None, self.pool.version)
        else:
            self._serve_as_before(self.pool.version)
        if self._greet is not None:
            self._greet()
            self._greet = None
        if not problem.file:  # not the code's text is at fault: it may go better next time
            self._retry_at = time.monotonic() + self._options.backoff
            _complain(f"Next try in {self._options.backoff:g} s, or on a save.")

    def _more(self, version: int) -> None:
        """One environment more of the code that serves; not if a save is about to replace it anyway."""
        serving = bool(self.pool.environments)  # else the function crashed, or was cut off
        if serving and (version != self.pool.version or self._starting is not None):
            self.pool.add(None, version)
        elif self._starting is not None:
            return
        elif self._problem is not None:
            self._serve_as_before(version)
        elif serving:
            self._make_more(version, None)
        else:
            self._start(quiet=True)

    def _serve_as_before(self, version: int) -> None:
        """What was saved last can't be loaded: an environment more of the code that could."""
        if self._good.folder is None:
            self.pool.fail(self._problem, version)
        else:
            self._make_more(version, self._good.folder)

    def _make_more(self, version: int, copy: Path | None) -> None:
        environment, problem = self._launch(), self._problem

        def load() -> None:
            try:
                environment.load(copy)
            except (Broken, Lost):
                self.pool.add(None, version)
                self.pool.fail(problem, version)
            else:
                self.pool.add(environment, version)

        threading.Thread(target=load, daemon=True).start()

    def _launch(self) -> Environment:
        try:
            return self._launcher.launch()
        except Closed:  # somebody has killed the fork server
            self._launcher = self._make(self._options, self._seen)
            return self._launcher.launch()

    def _learn(self, environment: Environment) -> None:
        self._launcher.loaded(environment)

    def _warn_debugging(self) -> None:
        if any(environment.debugging for environment in self.pool.environments):
            _complain(
                "Saved. The debugger goes on with the code before; requests from now on get the new one."
            )


def _complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
