"""REPORTERS: every report, found by its file. A new file here is a new report."""

from __future__ import annotations

import importlib
import pkgutil

from services.reports.report import Reporter


def _discover() -> dict[str, Reporter]:
    modules = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.endswith("_test")]
    found = [importlib.import_module(f"{__name__}.{name}").REPORTER for name in modules]
    return {reporter.name: reporter for reporter in sorted(found, key=lambda reporter: reporter.title)}


REPORTERS: dict[str, Reporter] = _discover()
