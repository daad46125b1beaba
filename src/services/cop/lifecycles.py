"""Until when AWS supports what is run on it: dates from its own tables, as read in 2026-11.

docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, AmazonRDS/latest/UserGuide/extended-support-charges
.html and its release calendars, eks/latest/userguide/kubernetes-versions.html.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# Lambda runtime -> the day that it is deprecated
RUNTIMES = {
    "nodejs": date(2016, 10, 31),
    "nodejs4.3": date(2020, 3, 5),
    "nodejs6.10": date(2019, 8, 12),
    "nodejs8.10": date(2020, 3, 6),
    "nodejs10.x": date(2021, 7, 30),
    "nodejs12.x": date(2023, 3, 31),
    "nodejs14.x": date(2023, 12, 4),
    "nodejs16.x": date(2024, 6, 12),
    "nodejs18.x": date(2025, 9, 1),
    "nodejs20.x": date(2026, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "nodejs24.x": date(2028, 4, 30),
    "python2.7": date(2021, 7, 15),
    "python3.6": date(2022, 7, 18),
    "python3.7": date(2023, 12, 4),
    "python3.8": date(2024, 10, 14),
    "python3.9": date(2025, 12, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
    "java8": date(2024, 1, 8),
    "go1.x": date(2024, 1, 8),
    "provided": date(2024, 1, 8),
    "dotnetcore1.0": date(2019, 6, 27),
    "dotnetcore2.0": date(2019, 5, 30),
    "dotnetcore2.1": date(2022, 1, 5),
    "dotnetcore3.1": date(2023, 4, 3),
    "dotnet5.0": date(2022, 5, 10),
    "dotnet6": date(2024, 12, 20),
    "dotnet7": date(2024, 5, 14),
    "dotnet8": date(2026, 11, 10),
    "ruby2.5": date(2021, 7, 30),
    "ruby2.7": date(2023, 12, 7),
    "ruby3.2": date(2026, 3, 31),
    "ruby3.3": date(2027, 3, 31),
}


@dataclass(frozen=True)
class Support:
    """paid_from: the first day that extended support costs. doubled_from: the first day of its third year."""

    paid_from: date
    doubled_from: date | None = None


# (engine, beginning of its version) -> extended support
ENGINES = {
    ("mysql", "5.7"): Support(date(2024, 3, 1), date(2026, 3, 1)),
    ("mysql", "8.0"): Support(date(2026, 8, 1), date(2028, 8, 1)),
    ("postgres", "11"): Support(date(2024, 4, 1), date(2026, 3, 1)),
    ("postgres", "12"): Support(date(2025, 3, 1), date(2027, 3, 1)),
    ("postgres", "13"): Support(date(2026, 3, 1), date(2028, 3, 1)),
    ("postgres", "14"): Support(date(2027, 3, 1), date(2029, 3, 1)),
    ("aurora-mysql", "5.7"): Support(date(2024, 12, 1)),
    ("aurora-postgresql", "11"): Support(date(2024, 4, 1), date(2026, 4, 1)),
    ("aurora-postgresql", "12"): Support(date(2025, 3, 1), date(2027, 3, 1)),
    ("aurora-postgresql", "13"): Support(date(2026, 3, 1), date(2028, 3, 1)),
    ("aurora-postgresql", "14"): Support(date(2027, 3, 1), date(2029, 3, 1)),
}

# EKS version -> the last day of standard support
KUBERNETES = {
    "1.21": date(2023, 2, 16),
    "1.22": date(2023, 6, 4),
    "1.23": date(2023, 10, 11),
    "1.24": date(2024, 1, 31),
    "1.25": date(2024, 5, 1),
    "1.26": date(2024, 6, 11),
    "1.27": date(2024, 7, 24),
    "1.28": date(2024, 11, 26),
    "1.29": date(2025, 3, 23),
    "1.30": date(2025, 7, 23),
    "1.31": date(2025, 11, 26),
    "1.32": date(2026, 3, 23),
    "1.33": date(2026, 7, 29),
    "1.34": date(2026, 12, 2),
    "1.35": date(2027, 3, 27),
}


def support_of(engine: str, version: str) -> Support | None:
    """The extended support of a database engine's version; None for one that has no such date."""
    names = (number for of, number in ENGINES if of == engine)
    found = next((number for number in names if f"{version}.".startswith(f"{number}.")), None)
    return ENGINES[engine, found] if found else None
