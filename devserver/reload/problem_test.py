from __future__ import annotations

from pathlib import Path

import pytest

from devserver.reload.problem import Problem, problem_of
from devserver.reload.sources import Codes
from tooling.blocks.blocks import BlockError


def raised(root: Path, text: str) -> Problem:
    file = root / "src" / "part.py"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    with pytest.raises(Exception) as caught:  # noqa: PT011, B017
        exec(Codes().of_file(str(file)), {})  # noqa: S102
    return problem_of(caught.value, root)


def test_a_syntax_error_is_where_python_sees_it(tmp_path: Path) -> None:
    problem = raised(tmp_path, "a = 1\nb = (\n")
    assert (problem.message, problem.file, problem.line) == (
        "SyntaxError: '(' was never closed",
        "src/part.py",
        2,
    )


def test_an_error_is_at_the_innermost_line_of_src(tmp_path: Path) -> None:
    problem = raised(tmp_path, "import json\n\njson.loads('x')\n")
    assert (problem.file, problem.line) == ("src/part.py", 3)
    assert problem.message.startswith("JSONDecodeError: Expecting value")
    assert "json.loads('x')" in problem.text


def test_an_infra_block_says_its_place_itself(tmp_path: Path) -> None:
    error = BlockError("src/lambda_x.py:4: routes: 'nowhere' is not a path")
    problem = problem_of(error, tmp_path)
    assert (problem.file, problem.line, str(problem)) == ("src/lambda_x.py", 4, str(error))


def test_what_has_no_place_in_src_has_none(tmp_path: Path) -> None:
    assert problem_of(KeyError("x"), tmp_path).file == ""


def test_the_traceback_leaves_out_how_modules_are_imported(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "broken_part.py").write_text("def")
    folder = str(tmp_path / "src")
    problem = raised(tmp_path, f"import sys\nsys.path.insert(0, {folder!r})\nimport broken_part\n")
    assert (problem.file, problem.line) == ("src/broken_part.py", 1)
    assert "import broken_part" in problem.text
    assert "importlib" not in problem.text
    assert "devserver/reload/sources.py" not in problem.text
