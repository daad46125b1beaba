"""What holds for every task, whichever there are."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

import tasks
from tooling.polo_task import LETTERS, PoloTask

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / "tests" / "every_task.py"
TASKS = sorted(tasks.namespace.tasks.items())
NAMES = [name for name, _ in TASKS]
Endings = dict[tuple[str, str], dict[str, Any]]


def every_task(what: str, root: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-B", str(PROGRAM), what, str(root)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files without what was made here, so that what a task writes is seen."""
    folder = tmp_path_factory.mktemp("polo")
    for name in ("src", "tooling", "devserver", "infra"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*_test.py", "dist")
        )
    for name in ("tasks.py", "pyproject.toml", "requirements.dev.txt", "template.yaml", "local_data.json"):
        shutil.copy(ROOT / name, folder)
    return folder


def content(folder: Path) -> dict[str, tuple[int, int]]:
    files = (file for file in folder.rglob("*") if file.is_file())
    return {str(file.relative_to(folder)): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}


@pytest.fixture(scope="module")
def endings() -> Endings:
    return {(each["task"], each["kind"]): each for each in every_task("endings", ROOT)}


ONE_LINE = {
    "polo": (1, "no such thing. Way out: mend it\n"),
    "interrupt": (130, "interrupted. Way out: the same command again\n"),
    "permission": (1, "/some/file: Permission denied. Way out: see who owns it, and may write there\n"),
    "full": (1, "/some/file: No space left on device. Way out: free space on that disk\n"),
    "database": (
        1,
        "the read model under data/.cache: database or disk is full. Way out: free space on that disk\n",
    ),
    "exit": (3, "as it says\n"),
    "pipe": (141, ""),
}


@pytest.mark.parametrize("kind", ONE_LINE)
def test_whatever_a_user_does_is_one_line_and_an_exit_code_in_every_task(endings: Endings, kind: str) -> None:
    found = {name: (endings[name, kind]["code"], endings[name, kind]["err"]) for name in NAMES}
    assert found == dict.fromkeys(NAMES, ONE_LINE[kind])


def test_every_task_says_whether_it_reads_or_changes() -> None:
    undeclared = [name for name, task in TASKS if not isinstance(task, PoloTask)]
    assert undeclared == []
    without_plan = [name for name, task in TASKS if task.effect == "changes" and not task.plan]
    assert without_plan == []


def test_every_task_stands_in_the_list_by_name_and_its_body_elsewhere() -> None:
    rooms = [file for tree in ("devserver", "tooling") for file in (ROOT / tree).rglob("*tasks.py")]
    task = re.compile(r"^@(?:reads|changes)\((?:.|\n)*?^def (\w+)\(", re.MULTILINE)
    defined = [name for file in rooms for name in task.findall(file.read_text(encoding="utf-8"))]
    text = (ROOT / "tasks.py").read_text(encoding="utf-8")
    listed = text.partition("TASKS = (\n")[2].partition("\n)\n")[0]
    assert sorted(re.findall(r"^    (\w+),", listed, re.MULTILINE)) == sorted(defined)
    assert len(defined) == len(NAMES)
    assert "def " not in text


def test_under_dry_no_task_writes_starts_or_asks_anything(copy: Path) -> None:
    before = content(copy)
    found = every_task("dry", copy)
    dry = {each["task"]: each for each in found if each["dry"]}
    assert [*dry] == NAMES
    assert {name: each["seen"] for name, each in dry.items() if each["seen"]} == {}
    assert {name: (each["code"], each["err"]) for name, each in dry.items()} == dict.fromkeys(NAMES, (0, ""))
    for name, task in TASKS:
        assert not task.plan or "--dry: nothing was started, asked or written" in dry[name]["out"], name
    (real,) = (each for each in found if not each["dry"])
    assert real["seen"]  # so the test would notice
    after = content(copy)
    assert {name for name in after if after[name] != before.get(name)} == {"template.yaml"}


def test_a_letter_has_one_meaning_in_all_tasks() -> None:
    meanings: dict[str, set[str]] = defaultdict(set)
    for _, task in TASKS:
        for argument in task.get_arguments():
            for name in argument.names:
                if len(name) == 1:
                    meanings[name].add(argument.attr_name or argument.name)
    assert {
        letter: names for letter, names in meanings.items() if not names <= {*LETTERS.get(letter, ())}
    } == {}
    several = {letter: names for letter, names in LETTERS.items() if len(names) > 1}
    assert several == {"p": ("profile", "profiles"), "r": ("resources", "rule", "report")}
    assert "h" not in LETTERS  # is --help's


def inv(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tasks.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, **options)


@pytest.mark.parametrize("flag", ["--help", "-h"])
def test_help_after_a_name_helps(flag: str) -> None:
    for name, task in TASKS:
        done = inv(name, flag) if name in ("aws", "destroy") else None
        assert done is None or (done.returncode, done.stderr) == (0, "")
        assert done is None or task.__doc__.split("\n")[0].split()[0] in done.stdout


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["synk"], "No idea what 'synk' is! Did you mean sync?"),
        (["--help", "polcy"], "No idea what 'polcy' is! Did you mean policy?"),
        (["sync", "--profle", "x"], "No idea what '--profle' is! Did you mean --profiles"),
        (["--list-depth", "deep", "--list"], "that is no value of this option"),
        (["--config", "nowhere.yaml", "policy"], "--config nowhere.yaml: there is no such file"),
        (["--list-format", "round", "--list"], "round"),
        (["--print-completion-script", "csh"], "csh"),
        (["destroy"], "required positional arguments: 'env'"),
        (["sync", "-p"], "needed value"),
    ],
)
def test_a_command_line_that_is_wrong_is_one_line(given: list[str], said: str) -> None:
    done = inv(*given)
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_task_may_be_written_in_any_case() -> None:
    done = inv("Sync", "--dry", "DESTROY", "-e", "dev")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("would") == 2


def test_dry_and_echo_count_wherever_they_stand() -> None:
    assert inv("destroy", "--dry", "-e", "prod").stdout == inv("--dry", "destroy", "-e", "prod").stdout
    wrong = inv("--dry", "destroy", "-e", "prood")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    assert "did you mean prod?" in wrong.stderr


def test_echo_prints_the_commands_that_are_started(copy: Path) -> None:
    quiet, loud = (
        subprocess.run(
            [sys.executable, "-B", str(copy / "tasks.py"), *flags, "tailwind"],
            capture_output=True,
            text=True,
            check=True,
        )
        for flags in ((), ("--echo",))
    )
    assert quiet.stdout == ""
    assert "tailwindcss" in loud.stdout
    assert str(copy / "src" / "static" / "dist" / "main.css") in shlex.split(
        re.sub(r"\x1b\[[0-9;]*m", "", loud.stdout)
    )


def test_programs_are_started_in_one_place() -> None:
    """Else --echo would not print them."""
    before_invoke, looks = "first_install", "processes"
    allowed = {"commands", before_invoke, looks}
    starts = re.compile(r"subprocess\.(run|Popen|call|check_call|check_output)\(|os\.(system|spawn|popen)")
    files = [file for file in (ROOT / "tooling").rglob("*.py") if not file.stem.endswith("_test")]
    found = {
        file.stem for file in [*files, ROOT / "tasks.py"] if starts.search(file.read_text(encoding="utf-8"))
    }
    assert found - allowed == set()


def test_a_chain_ends_with_the_first_failure_and_shares_no_variables(copy: Path) -> None:
    text = (copy / "tasks.py").read_text()
    (copy / "chain.py").write_text(
        text.replace(
            "if PROGRAM:\n    main",
            "from invoke.context import Context\nfrom tooling.polo_task import end, reads\n"
            "@reads()\ndef first(c: Context, fail: bool = False) -> None:\n    '''.'''\n    import os\n"
            "    os.environ['LEFT'] = 'behind'\n    end(4 if fail else 0)\n"
            "@reads()\ndef second(c: Context) -> None:\n    '''.'''\n    import os\n"
            "    print('second', os.environ.get('LEFT'))\n"
            "namespace.add_task(first)\nnamespace.add_task(second)\nif PROGRAM:\n    main",
        )
    )
    command = [sys.executable, "-B", str(copy / "chain.py")]
    done = subprocess.run([*command, "first", "second"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "second None\n")
    done = subprocess.run([*command, "first", "--fail", "second"], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (4, "", "")


@pytest.mark.skipif(os.name == "nt", reason="pipes and devices of Unix")
@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        ("{inv} --list | true", 141, ""),
        ("{inv} synk 2>&1 | true", 141, ""),
        ("{inv} policy > /dev/full", 1, "No space left on device. Way out: free space on that disk"),
        ("{inv} --list > /dev/full", 1, "No space left on device. Way out: free space on that disk"),
        ("ulimit -f 8; {inv} demo --output {folder}/demo.json", 1, "File too large"),
        ("{inv} demo --output /proc/nowhere/demo.json", 1, "No such file or directory"),
        ("{inv} demo --output {folder}", 1, "Is a directory"),
    ],
)
def test_real_pipes_and_disks(line: str, code: int, said: str, tmp_path: Path) -> None:
    program = f"{sys.executable} {ROOT / 'tasks.py'}"
    script = line.format(inv=program, folder=tmp_path) + "; exit ${PIPESTATUS[0]}"
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    done = subprocess.run(["/bin/bash", "-c", script], capture_output=True, text=True, env=unmeasured)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stderr.count("\n") == bool(said)
    assert not [*tmp_path.iterdir()]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="looks into /proc")
@pytest.mark.parametrize("milliseconds", range(0, 300, 25))
def test_ctrl_c_at_any_instant_is_one_line(milliseconds: int) -> None:
    command = [sys.executable, str(ROOT / "inv"), "policy"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and b"tasks.py" not in Path(f"/proc/{process.pid}/cmdline").read_bytes():
            time.sleep(0.001)  # the launcher, which is a bare Python starting
        time.sleep(milliseconds / 1000)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert "Traceback" not in err
    assert process.returncode in (0, 130)
    assert err == ("interrupted. Way out: the same command again\n" if process.returncode else "")


def test_sync_says_something_before_it_imports_what_takes_long(copy: Path) -> None:
    code = (
        "import sys; sys.path[:0] = [sys.argv[1], sys.argv[1] + '/src']\n"
        "import tasks\n"
        "from invoke.context import Context\n"
        "class Out:\n"
        "    def write(self, text):\n"
        "        sys.stderr.write(f'{sorted({*HEAVY} & {*sys.modules})} {text}'); sys.exit()\n"
        "HEAVY = ('botocore', 'msgspec', 'rich', 'services.models')\n"
        "sys.stdout = Out()\n"
        "tasks.sync(Context())\n"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code, str(copy)], capture_output=True, text=True)
    assert done.stderr.startswith("[] Asking which accounts answer")


@pytest.mark.skipif(os.name == "nt", reason="completion of Unix shells")
@pytest.mark.parametrize(
    ("words", "found"),
    [("./inv rel", ["releases"]), ("./inv sync --prof", ["--profiles"]), ("./inv zip swe", ["sweep"])],
)
def test_bash_completes_for_inv_wherever_it_is(words: str, found: list[str], tmp_path: Path) -> None:
    (tmp_path / "inv").write_text(f'#!/bin/sh\nexec {sys.executable} {ROOT / "tasks.py"} "$@"\n')
    (tmp_path / "inv").chmod(0o755)
    script = (
        "source <(./inv --print-completion-script bash); complete -p ./inv inv >/dev/null || exit 1\n"
        f"COMP_WORDS=({words}); _complete_inv ./inv ${{COMP_WORDS[-1]}}; printf '%s\\n' ${{COMPREPLY[@]}}"
    )
    done = subprocess.run(["/bin/bash", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stderr, done.stdout.split()) == (0, "", found)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_ask_the_program_that_was_typed(shell: str) -> None:
    script = inv("--print-completion-script", shell).stdout
    assert "words[1]" in script
    assert not re.search(r"\binv .*--complete", script)


@pytest.mark.parametrize(
    ("variables", "env", "said"),
    [
        ({"AWS_ENDPOINT_URL": "nonsense"}, b"", "Invalid endpoint: nonsense. Way out: set endpoint_url"),
        ({"AWS_PROFILE": "nope"}, b"", "The config profile (nope) could not be found"),
        ({"AWS_CONFIG_FILE": "{copy}/pyproject.toml"}, b"", ""),
        ({}, b"A=\xff", ".env is not UTF-8: byte 2. Way out: save it as UTF-8"),
        ({"LOCAL_AWS_PORT": "x"}, b"", "LOCAL_AWS_PORT is 'x'"),
    ],
)
def test_variables_and_files_that_are_wrong_are_one_line(
    copy: Path, variables: dict[str, str], env: bytes, said: str
) -> None:
    (copy / ".env").write_bytes(env)
    given = {name: value.format(copy=copy) for name, value in variables.items()}
    keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "eu-west-1"}
    shell = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    task = ["outputs", "-e", "local" if "LOCAL_AWS_PORT" in given else "dev"]
    command = [sys.executable, "-B", str(copy / "tasks.py"), *task]
    offline = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }
    done = subprocess.run(command, capture_output=True, text=True, env={**shell, **keys, **offline, **given})
    (copy / ".env").unlink()
    assert done.returncode == 1
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
