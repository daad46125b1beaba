"""Whether a wheel of a program runs on this machine: its platform tag, by the standard library alone."""

from __future__ import annotations

import platform
import re
import struct
import sysconfig
from dataclasses import dataclass

_LINUX = re.compile(r"(?P<libc>many|musl)linux_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>.+)")
_MAC = re.compile(r"macosx_(?P<major>\d+)_(?P<minor>\d+)_(?P<machine>.+)")
_OF_32_BITS = {"x86_64": "i686", "aarch64": "armv7l"}  # a 32-bit Python on a kernel of 64 bits


@dataclass(frozen=True)
class Machine:
    """system: linux, macosx or win. version: of glibc, or of macOS; (0, 0) where the C library is musl."""

    system: str
    machine: str
    version: tuple[int, int] = (0, 0)

    def score(self, wheel: str) -> int:
        """How well a wheel of that file name fits: 0 for not at all, the higher the better."""
        return max(self._of_tag(tag) for tag in wheel.removesuffix(".whl").rpartition("-")[2].split("."))

    def _of_tag(self, tag: str) -> int:
        if tag == "any":
            return 1
        if self.system == "win":
            return 3 * (tag == f"win_{self.machine}" or tag == f"win{self.machine}")
        if self.system == "macosx":
            found = _MAC.fullmatch(tag)
            machines = {self.machine, "universal2"}
        else:
            if tag == f"linux_{self.machine}" or (tag, self.machine) == ("linux_armv6l", "armv7l"):
                return 2
            found = _LINUX.fullmatch(tag)
            machines = {self.machine}
        if not found or found["machine"] not in machines:
            return 0
        if found.groupdict().get("libc") == "musl":  # such a program brings its C library
            return 2 if self.version > (0, 0) else 3
        return 3 * (self.version >= (int(found["major"]), int(found["minor"])))


def this_machine() -> Machine:
    """The one that this Python runs on."""
    system, _, machine = sysconfig.get_platform().partition("-")
    if system == "win32":
        return Machine("win", "32")
    if system == "macosx":
        return Machine(system, machine.rpartition("-")[2], _mac(platform.mac_ver()[0]))
    machine = machine.replace("-", "_")
    if struct.calcsize("P") == 4:
        machine = _OF_32_BITS.get(machine, machine)
    libc, version = platform.libc_ver()
    return Machine(system, machine, _pair(version) if libc == "glibc" else (0, 0))


def _mac(version: str) -> tuple[int, int]:
    found = _pair(version)
    return (11, 0) if found == (10, 16) else found  # what macOS 11 says to a Python that was built earlier


def _pair(version: str) -> tuple[int, int]:
    major, _, rest = version.partition(".")
    return int(major), int(rest.partition(".")[0] or 0)
