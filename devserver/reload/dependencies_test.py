from __future__ import annotations

import pytest

from devserver.reload.dependencies import dependents, imports_of

KNOWN = {"dom", "views", "views.home", "views.parts", "models", "models.base", "models.volume"}


@pytest.mark.parametrize(
    ("text", "imported"),
    [
        ("import dom", {"dom"}),
        ("import views.parts as parts", {"views.parts"}),
        ("from views import parts", {"views.parts"}),
        ("from views.parts import head", {"views.parts"}),
        ("import json, os.path", set()),
        ("class In:\n    from models import base", {"models", "models.base"}),
        ("if 1 > 2:\n    from models import base", {"models", "models.base"}),
        ("def late():\n    from models import base", set()),
        ("if TYPE_CHECKING:\n    from models import base\nimport dom", {"dom"}),
        ("if not TYPE_CHECKING:\n    import dom", {"dom"}),
        ("from . import parts", {"views.parts"}),
        ("from .parts import head", {"views.parts"}),
    ],
)
def test_what_a_module_imports(text: str, imported: set[str]) -> None:
    code = compile(text, "/src/views/home.py", "exec")
    assert imports_of("views.home", code, KNOWN) == imported | {"views"}


def test_who_imports_by_name_may_import_all_of_its_package() -> None:
    code = compile("import pkgutil\npkgutil.iter_modules(__path__)", "/src/models/__init__.py", "exec")
    assert imports_of("models", code, KNOWN) == {"models.base", "models.volume"}


def test_names_beyond_the_first_256_are_read() -> None:
    many = "\n".join(f"name_{number} = 1" for number in range(300))
    code = compile(f"{many}\nimport dom\nfrom views import parts", "/src/a.py", "exec")
    assert imports_of("a", code, KNOWN) == {"dom", "views", "views.parts"}


def test_dependents_are_found_through_others_and_in_circles() -> None:
    imports = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set[str]()}
    assert dependents(["c"], imports) == {"a", "b", "c"}
    assert dependents(["d"], imports) == {"d"}
    assert dependents(["new"], imports) == {"new"}
