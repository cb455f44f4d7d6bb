"""How small a count must be to be hidden: seeds/report/disclosure_threshold.csv.

A release holds that seed with the rows of its councils, and is read by them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from csc_warehouse.places import SEEDS

SEED = SEEDS / "report" / "disclosure_threshold.csv"


@dataclass(frozen=True)
class Setting:
    """The largest count that an authority ("" for all others) hides, and from when to when."""

    la_code: str
    threshold: int
    valid_from: date
    valid_to: date | None

    def holds_at(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


@cache
def read_settings(seed: Path = SEED) -> tuple[Setting, ...]:
    """The rows of the seed. Raises ValueError with the line of a threshold that hides nothing."""
    found = []
    with seed.open(encoding="utf-8", newline="") as file:
        for line, row in enumerate(csv.DictReader(file), start=2):
            if int(row["threshold"]) < 1:
                raise ValueError(f"{seed.name}, line {line}: the threshold must be 1 or more.")
            found.append(
                Setting(
                    row["la_code"],
                    int(row["threshold"]),
                    date.fromisoformat(row["valid_from"]),
                    date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                )
            )
    return tuple(found)


def threshold_of(la_code: str, day: date, settings: tuple[Setting, ...] = ()) -> int:
    """The largest count that `la_code` hides on `day`: its own setting, else that of all others.

    `settings` are those of a release, the seed's without. Raises LookupError where none holds.
    """
    holding = [each for each in settings or read_settings() if each.holds_at(day)]
    for wanted in (la_code, ""):
        for setting in holding:
            if setting.la_code == wanted:
                return setting.threshold
    raise LookupError(f"{SEED.name} has no threshold for {la_code} on {day}.")
