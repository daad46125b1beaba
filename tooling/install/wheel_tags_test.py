from __future__ import annotations

import pytest

from tooling.install.wheel_tags import Machine, this_machine

WHEELS = (
    "linux_armv6l",
    "macosx_10_12_x86_64",
    "macosx_11_0_arm64",
    "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
    "manylinux_2_17_armv7l.manylinux2014_armv7l",
    "manylinux_2_17_i686.manylinux2014_i686",
    "manylinux_2_17_x86_64.manylinux2014_x86_64",
    "manylinux_2_28_aarch64",
    "manylinux_2_31_riscv64",
    "musllinux_1_1_i686",
    "musllinux_1_1_x86_64",
    "win32",
    "win_amd64",
    "win_arm64",
)


def best(machine: Machine) -> str:
    scores = {tag: machine.score(f"uv-1.0-py3-none-{tag}.whl") for tag in WHEELS}
    return max(scores, key=lambda tag: scores[tag]) if any(scores.values()) else ""


@pytest.mark.parametrize(
    ("machine", "tag"),
    [
        (Machine("linux", "x86_64", (2, 36)), "manylinux_2_17_x86_64.manylinux2014_x86_64"),
        (Machine("linux", "x86_64", (2, 12)), "musllinux_1_1_x86_64"),  # static: it needs no C library
        (Machine("linux", "x86_64"), "musllinux_1_1_x86_64"),
        (
            Machine("linux", "aarch64", (2, 17)),
            "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64",
        ),
        (Machine("linux", "aarch64"), "manylinux_2_17_aarch64.manylinux2014_aarch64.musllinux_1_1_aarch64"),
        (Machine("linux", "i686"), "musllinux_1_1_i686"),
        (Machine("linux", "armv7l", (2, 31)), "manylinux_2_17_armv7l.manylinux2014_armv7l"),
        (Machine("linux", "armv6l", (2, 31)), "linux_armv6l"),
        (Machine("linux", "riscv64", (2, 36)), "manylinux_2_31_riscv64"),
        (Machine("linux", "riscv64", (2, 27)), ""),
        (Machine("linux", "mips", (2, 36)), ""),
        (Machine("macosx", "x86_64", (12, 6)), "macosx_10_12_x86_64"),
        (Machine("macosx", "x86_64", (10, 9)), ""),
        (Machine("macosx", "arm64", (15, 1)), "macosx_11_0_arm64"),
        (Machine("win", "32"), "win32"),
        (Machine("win", "amd64"), "win_amd64"),
        (Machine("win", "arm64"), "win_arm64"),
    ],
)
def test_the_wheel_that_runs_there_is_chosen(machine: Machine, tag: str) -> None:
    assert best(machine) == tag


def test_this_machine_has_one() -> None:
    assert best(this_machine())
