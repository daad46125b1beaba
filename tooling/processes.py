"""What runs under a process id."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

KILL = getattr(signal, "SIGKILL", signal.SIGTERM)  # Windows has one way only


def command_of(pid: int) -> str:
    """The command line of a live process; empty when it has ended, reaped or not."""
    on_linux = Path(f"/proc/{pid}/cmdline")
    try:
        if Path("/proc/self/cmdline").exists():
            return on_linux.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        return subprocess.run(_question(pid), capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def myself() -> str:
    """This process, as `lives` knows it again: its id, and what it runs."""
    return f"{os.getpid()} {command_of(os.getpid())}"


def lives(process: str) -> bool:
    """Whether a process that `myself` has named still runs; another one may have its id by now."""
    pid, _, command = process.partition(" ")
    return pid.isdigit() and bool(command) and command_of(int(pid)) == command


def _question(pid: int) -> list[str]:
    if os.name == "nt":
        query = f'(Get-CimInstance Win32_Process -Filter "ProcessId={pid}").CommandLine'
        return ["powershell", "-NoProfile", "-Command", query]
    return ["ps", "-ww", "-p", str(pid), "-o", "command="]
