"""The listening socket, and who has the port when we can't."""

from __future__ import annotations

import errno
import os
import shutil
import socket
import subprocess
from pathlib import Path

from devserver.options import OptionError


def open_listener(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OptionError with one line that says why not and the way out."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family)
    except OSError as error:
        raise OptionError(f"--host {host}: {error.strerror or error}; try --host 127.0.0.1") from error
    exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", socket.SO_REUSEADDR)  # Windows shares ports otherwise
    listener.setsockopt(socket.SOL_SOCKET, exclusive, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise OptionError(_refusal(error, host, port)) from error
    listener.listen(128)
    return listener


def _refusal(error: OSError, host: str, port: int) -> str:
    other = f"inv run --port {port + 1 if 1024 <= port < 65535 else 2201}"
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} is taken by {owner_of(port)}. Way out: {other}"
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than you have. Way out: {other}"
    return f"{host}:{port}: {error.strerror}. Way out: inv run --host 127.0.0.1"


def owner_of(port: int, proc: Path = Path("/proc")) -> str:
    """`name (pid 123)` of the process that listens on a TCP port; "another program" if that can't be seen."""
    return _owner_by_proc(port, proc) or _owner_by_lsof(port) or "another program"


def _owner_by_proc(port: int, proc: Path) -> str | None:
    sockets = {f"socket:[{inode}]" for inode in _listening_inodes(port, proc)}
    for folder in proc.glob("[0-9]*") if sockets else ():
        try:
            if any(str(file.readlink()) in sockets for file in (folder / "fd").iterdir()):
                return f"{(folder / 'comm').read_text().strip()} (pid {folder.name})"
        except OSError:
            continue  # not ours to look into, or gone
    return None


def _listening_inodes(port: int, proc: Path) -> set[str]:
    inodes = set()
    for table in ("tcp", "tcp6"):
        try:
            rows = (proc / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in map(str.split, rows):
            if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port:
                inodes.add(row[9])
    return inodes


def _owner_by_lsof(port: int) -> str | None:
    lsof = shutil.which("lsof")
    if lsof is None or os.name == "nt":
        return None
    command = [lsof, "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-Fpc"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=5).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        return None
    fields = {field[0]: field[1:] for field in reversed(found)}
    return f"{fields['c']} (pid {fields['p']})" if {"c", "p"} <= set(fields) else None
