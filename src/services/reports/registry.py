"""REPORTERS: every report, found by its file. A new file in services/reports/reporters is a new report."""

from __future__ import annotations

import importlib
import pkgutil

from services.reports import reporters
from services.reports.report import Reporter


def _discover() -> dict[str, Reporter]:
    names = [module.name for module in pkgutil.iter_modules(reporters.__path__)]
    found = [importlib.import_module(f"{reporters.__name__}.{name}").REPORTER for name in names]
    return {reporter.name: reporter for reporter in sorted(found, key=lambda reporter: reporter.title)}


REPORTERS: dict[str, Reporter] = _discover()
