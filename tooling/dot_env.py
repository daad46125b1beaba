""".env, the variables of a checkout."""

from __future__ import annotations

from pathlib import Path

from errors import SettingsError


def read_dot_env(root: Path) -> None:
    """Set what .env says and the shell does not. Raises SettingsError, and OSError when it can't be read."""
    from dotenv import load_dotenv  # only who needs it pays for it

    file = root / ".env"
    try:
        load_dotenv(file)
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file} is not UTF-8: byte {error.start}", "save it as UTF-8") from None
