"""How a task ends when something goes wrong: one line and an exit code, and a traceback only for a defect."""

from __future__ import annotations

import atexit
import contextlib
import errno
import os
import select
import signal
import sqlite3
import sys
from collections.abc import Iterator
from types import TracebackType

from invoke.exceptions import Exit

from errors import PoloError

INTERRUPTED = 130  # as a shell reports a program that SIGINT has ended
NOBODY_READS = 141  # the same for SIGPIPE
UNWRITABLE = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR)
_OWNER = "see who owns it, and may write there"
_WAYS_OUT = {
    errno.ENOSPC: "free space on that disk",
    errno.EDQUOT: "free space, or have the quota raised",
    errno.EACCES: _OWNER,
    errno.EPERM: _OWNER,
    errno.EROFS: "use a folder on a disk that can be written",
}


@contextlib.contextmanager
def clear_ending() -> Iterator[None]:
    """Around one task: what a user can cause becomes Exit, with one line and the exit code.

    Errors that only a defect causes pass through. All output is written when this ends, so that a full disk
    is known before the next task of a chain begins.
    """
    try:
        yield
        _flush()
    except (Exit, SystemExit):
        raise
    except BaseException as error:
        found = ending(error)
        if found is None:
            raise
        raise Exit(*found) from None


def ending(error: BaseException) -> tuple[str | None, int] | None:
    """The line to say of an error and the exit code; None for one that is a defect of Polo.

    The line is None where nobody reads. A later Ctrl-C is ignored: the process is on its way out.
    """
    if isinstance(error, KeyboardInterrupt):
        ignore_interrupts()
        return "interrupted. Way out: the same command again", INTERRUPTED
    if isinstance(error, BrokenPipeError) and _nobody_reads():
        _give_up_stdout()
        return None, NOBODY_READS
    if isinstance(error, OSError) and error.strerror:
        return _os_line(error), 1
    if isinstance(error, PoloError) or _of_a_block(error):
        return str(error), 1
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in UNWRITABLE:
        return f"the read model under data/.cache: {error}. Way out: {_WAYS_OUT[errno.ENOSPC]}", 1
    return None


def watch_over_the_process() -> None:
    """Give every ending outside of a task the same treatment, and take Ctrl-C from now on.

    The launcher holds Ctrl-C back until this runs, so that there is no instant at which it makes a traceback.
    """
    sys.excepthook = _say_and_leave
    atexit.register(_write_all)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _say_and_leave(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    found = ending(error)
    if found is None:
        sys.__excepthook__(kind, error, traceback)
        return
    line, code = found
    if line:
        _say(line)
    sys.exit(code)


def _write_all() -> None:
    """What Python itself would do at its end, where it can only print a traceback."""
    ignore_interrupts()
    try:
        _flush()
    except OSError as error:
        line, code = ending(error) or (str(error), 1)
        if line:
            _say(line)
        os._exit(code)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError as error:
        error.filename = "standard output"
        raise


def _nobody_reads() -> bool:
    """Whether standard output is a pipe whose reader has gone, rather than some other connection."""
    if not hasattr(select, "poll"):
        return True
    found = select.poll()
    found.register(sys.stdout.fileno(), select.POLLOUT)
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in found.poll(0))


def _give_up_stdout() -> None:
    """Lead it nowhere, so that what is left to be written doesn't fail once more at the very end."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # where would one say that?
        print(line, file=sys.stderr, flush=True)


def ignore_interrupts() -> None:
    """From now on Ctrl-C does nothing: the process is about to end."""
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _of_a_block(error: BaseException) -> bool:
    """BlockError is no PoloError, for the fork server must not import what ships; it brings YAML, too."""
    blocks = sys.modules.get("tooling.blocks.blocks")
    return blocks is not None and isinstance(error, blocks.BlockError)


def _os_line(error: OSError) -> str:
    place = error.filename2 or error.filename
    said = f"{place}: {error.strerror}" if place else str(error.strerror)
    way_out = _WAYS_OUT.get(error.errno or 0)
    return f"{said}. Way out: {way_out}" if way_out else said
