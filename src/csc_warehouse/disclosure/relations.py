"""How the counts of one indicator hang together with those of another, beside what names say.

Two seeds say it: `indicator_relation` of two counts, `indicator_identity` of more. Neither is kept
by memory: `make attack` works out from the records behind the figures, and from the figures, what
must stand in them, and says what is missing.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from csc_warehouse.disclosure.cells import Part
from csc_warehouse.places import SEEDS

SAME_AS = "same_as"
PART_OF = "part_of"
AT_MOST = "at_most"
TELLS = "tells"


@dataclass(frozen=True)
class Relation:
    """`part` is the same count as, counts a part of, is at most, or tells, `related_part`.

    It holds for the same period and breakdown value. Of `part_of` the difference is a count too
    (the children that are in one and not in the other), and is protected like one. What tells is a
    value: agency workers in full-time equivalents, of whom most work full time.
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
        if row["relation"] not in (SAME_AS, PART_OF, AT_MOST, TELLS):
            raise ValueError(f"{path.name}: there is no relation {row['relation']}.")
    return tuple(
        Relation(
            (row["indicator_code"], row["part"]),
            row["relation"],
            (row["related_indicator_code"], row["related_part"]),
        )
        for row in rows
    )


@dataclass(frozen=True)
class Identity:
    """The counts of `parts` make up `whole`, for the same period and breakdown value.

    What they leave over is a count too, and is protected like one. Where it `is_balance`, `whole`
    is a stock at a month end, and the parts are what came (1) since another month end, and what
    went (-1); nothing is left over.
    """

    whole: Part
    parts: tuple[tuple[Part, float], ...]
    is_balance: bool = False


#: A term of an identity: a sign, a code, perhaps its denominator, perhaps as it was before.
_TERM = re.compile(r"([+-])\s*([\w-]+?)(\.denominator)?( before)?\s*(?=[+-]\s|$)")


@cache
def read_identities(
    path: Path = SEEDS / "indicators" / "indicator_identity.csv",
) -> tuple[Identity, ...]:
    """The identities of the seed; raises ValueError with the line of one that can't be read."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            _identity(row["identity"], f"{path.name}, line {line}")
            for line, row in enumerate(csv.DictReader(file), start=2)
        )


def _identity(text: str, place: str) -> Identity:
    """`A = B + C.denominator` or `A = A before + B - C`."""
    left, _, right = text.partition(" = ")
    terms = _TERM.findall(f"+ {right}")
    wholes = _TERM.findall(f"+ {left}")
    said = "".join("".join(term) for term in [*wholes, *terms]).replace(" ", "")
    if len(wholes) != 1 or said != f"+{left}+{right}".replace(" ", ""):
        raise ValueError(f"{place}: {text} is not an identity such as A = B + C.denominator.")
    whole = _part(*wholes[0][1:3])
    before = [_part(code, part) for _, code, part, was in terms if was]
    if before not in ([], [whole]) or (not before and any(term[0] == "-" for term in terms)):
        raise ValueError(f"{place}: {text} takes away, or has a stock before, and is no balance.")
    return Identity(
        whole,
        tuple(
            (_part(code, part), 1.0 if sign == "+" else -1.0)
            for sign, code, part, was in terms
            if not was
        ),
        bool(before),
    )


def _part(code: str, denominator: str) -> Part:
    return code, "denominator" if denominator else "numerator"
