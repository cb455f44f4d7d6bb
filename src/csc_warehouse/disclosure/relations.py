"""How the counts of one indicator hang together with those of another, beside what names say."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csc_warehouse.disclosure.cells import Part
from csc_warehouse.settings import SEEDS

SAME_AS = "same_as"
PART_OF = "part_of"
AT_MOST = "at_most"


@dataclass(frozen=True)
class Relation:
    """`part` is the same count as, counts a part of, or is at most, `related_part`.

    It holds for the same period and breakdown value. Of `part_of` the difference is a count too
    (the children that are in one and not in the other), and is protected like one.
    """

    part: Part
    relation: str
    related_part: Part


@cache
def read_relations(
    path: Path = SEEDS / "indicators" / "indicator_relation.csv",
) -> tuple[Relation, ...]:
    """The relations of the seed; raises ValueError for an unknown word in it."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["relation"] not in (SAME_AS, PART_OF, AT_MOST):
            raise ValueError(f"{path.name}: there is no relation {row['relation']}.")
    return tuple(
        Relation(
            (row["indicator_code"], row["part"]),
            row["relation"],
            (row["related_indicator_code"], row["related_part"]),
        )
        for row in rows
    )
