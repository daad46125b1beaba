"""Imports of src read the source each time: bytecode by time stamp serves old code after two quick saves."""

from __future__ import annotations

import sys
from importlib.machinery import FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType


class SourceLoader(SourceFileLoader):
    """Compiles the file as it is now; neither reads nor writes __pycache__."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def import_fresh_from(folder: Path) -> None:
    """Put a folder first on sys.path, its modules and packages without bytecode; all others keep theirs."""
    top = str(folder)

    def finder(path: str) -> FileFinder:
        if path != top and not path.startswith(top + "/") and not path.startswith(top + "\\"):
            raise ImportError
        return FileFinder(path, (SourceLoader, [".py"]))

    sys.path_hooks.insert(0, finder)
    sys.path_importer_cache.clear()
    sys.path.insert(0, top)
