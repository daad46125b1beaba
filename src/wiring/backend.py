"""Where the estate is, chosen once: files of this machine, or the tables of a deployment."""

from __future__ import annotations

from services.read.builds import FOREVER
from settings import Settings
from wiring.services import Backend, Log


def backend_of(settings: Settings, log: Log = str, patience: float = FOREVER) -> Backend:
    """The services over that estate; only those of the one that is used are imported.

    log, patience: as Backend has them.
    """
    if settings.local:
        from wiring.local import LocalBackend

        return LocalBackend(settings, log, patience)
    from wiring.table import TableBackend

    return TableBackend(settings, log, patience)
