"""What is wrong with a file that can't be read becomes one error, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from errors import DataFileError
from services.store.schema import OtherSchema


class NotJson(Exception):
    """Where and why, as "12:5: why"."""


@contextmanager
def readable(
    path: Path, way_out: str, what: str = "what Polo writes", *, missing: str = ""
) -> Iterator[None]:
    """Around what reads a file and makes something of it: whatever is wrong with it is a DataFileError.

    way_out: for content that is not `what` Polo writes. missing: for a file that is not there, which is a
    FileNotFoundError where it may be missing.
    """
    try:
        yield
    except FileNotFoundError:
        if not missing:
            raise
        raise DataFileError(f"{path} does not exist", missing) from None
    except OSError as error:
        if path.is_dir():
            raise DataFileError(f"{path} is a folder", "move it away") from None
        raise DataFileError(f"{path}: {error.strerror or error}", "make it readable") from None
    except NotJson as error:
        raise DataFileError(f"{path}:{error}", way_out) from None
    except OtherSchema as error:
        raise DataFileError(f"{path}:1:1: {error.args[0]}", error.way_out or way_out) from None
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise DataFileError(f"{path}:1:1: not {what} ({reason(error)})", way_out) from None


def reason(error: Exception) -> str:
    """What is wrong with content that Polo does not write."""
    if isinstance(error, KeyError):
        return f"no {error}"
    return str(error) or "nested too deeply"
