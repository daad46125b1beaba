from __future__ import annotations

from pathlib import Path

import pytest

from devserver.reload.environment import cache_folder, data_label, function_environment

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text("ENV=from-dotenv\nLOGOUT_URL=/dotenv\nEMPTY\n")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "local_data.json").touch()
    return tmp_path


def test_the_shell_wins_over_dotenv_and_that_over_defaults(root: Path) -> None:
    environment = function_environment(root, {"ENV": "from-shell"})
    assert environment["ENV"] == "from-shell"
    assert environment["LOGOUT_URL"] == "/dotenv"
    assert environment["USE_LOCAL_DATA"] == "true"
    assert environment["POWERTOOLS_SERVICE_NAME"] == "polo"
    assert "EMPTY" not in environment


def test_synced_data_is_shown_unless_there_is_none_or_the_demo_is_wanted(root: Path) -> None:
    synced, demo = str(root / "data" / "local_data.json"), str(root / "local_data.json")
    assert function_environment(root, {})["LOCAL_DATA_PATH"] == synced
    assert function_environment(root, {"LOCAL_DATA_PATH": "/x"})["LOCAL_DATA_PATH"] == "/x"
    assert function_environment(root, {"LOCAL_DATA_PATH": "/x"}, demo=True)["LOCAL_DATA_PATH"] == demo
    assert function_environment(root, {"LOCAL_DATA_PATH": ""})["LOCAL_DATA_PATH"] == synced
    Path(synced).unlink()  # the read model shows the demo until there is one
    assert function_environment(root, {})["LOCAL_DATA_PATH"] == synced
    assert data_label(function_environment(root, {}), root) == "demo data"


def test_without_a_dotenv_file_there_are_the_defaults(tmp_path: Path) -> None:
    assert function_environment(tmp_path, {})["ENV"] == "dev"


@pytest.mark.parametrize(
    ("name", "value", "label"),
    [
        ("LOCAL_DATA_PATH", f"{ROOT}/local_data.json", "demo data"),
        ("LOCAL_DATA_PATH", f"{ROOT}/src/settings.py", "src/settings.py"),
        ("LOCAL_DATA_PATH", "/etc/hosts", "/etc/hosts"),
        ("USE_LOCAL_DATA", "false", "DynamoDB"),
    ],
)
def test_the_label_says_whose_data_it_is(name: str, value: str, label: str) -> None:
    environment = {"USE_LOCAL_DATA": "true", "LOCAL_DATA_PATH": f"{ROOT}/local_data.json", name: value}
    assert data_label(environment, ROOT) == label


def test_a_moved_demo_is_shown_where_the_committed_one_would_be(root: Path) -> None:
    synced, moved = root / "data" / "local_data.json", root / "data" / ".cache" / "demo" / "local_data.json"
    asked: list[Path] = []

    def demo_file() -> Path:
        asked.append(moved)
        return moved

    def shown(shell: dict[str, str], demo: bool = False) -> str:
        return function_environment(root, shell, demo, demo_file=demo_file)["LOCAL_DATA_PATH"]

    for shell in ({}, {"LOCAL_DATA_PATH": "/x"}):
        assert shown(shell) == shell.get("LOCAL_DATA_PATH", str(synced))
    synced.rename(root / "data" / "local_costs.json")
    assert shown({}) == str(synced), "who has costs of their own sees them"
    (root / "data" / "local_costs.json").unlink()
    assert shown({"LOCAL_DATA_PATH": "/x"}) == "/x"
    assert shown({"USE_LOCAL_DATA": "false"}) == str(synced)
    assert not asked, "it takes a while to make"
    assert shown({}) == shown({"LOCAL_DATA_PATH": "/x"}, demo=True) == str(moved)
    moved.parent.mkdir(parents=True)
    moved.touch()
    assert data_label(function_environment(root, {}, demo_file=demo_file), root) == "demo data"


def test_the_folder_of_caches_is_that_of_the_shell_or_of_dotenv(root: Path) -> None:
    assert cache_folder(root, {}) == root / "data" / ".cache"
    (root / ".env").write_text("CACHE_PATH=/dotenv\n")
    assert cache_folder(root, {}) == Path("/dotenv")
    assert cache_folder(root, {"CACHE_PATH": "/shell"}) == Path("/shell")
