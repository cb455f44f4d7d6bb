"""A council's own crosswalk: what its case system writes for a code, in a file of its own.

`CSC_HOME/council/<la_code>/codes.csv`, one row per spelling. It comes before every spelling of
`seeds/crosswalks/code_alias.csv`, and before the code itself: 6 may be the lookup number of a
school where nationally it is the police. A change of its rows makes another release of every month
that is built from then on and in which they hold.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import council
from csc_warehouse.council import Column, CouncilTable
from csc_warehouse.errors import DataRefused
from csc_warehouse.places import SEEDS, Home
from csc_warehouse.sql import statement


@dataclass(frozen=True, order=True)
class Spelling:
    """What an authority writes for a code; `received` in capitals, punctuation as one space."""

    la_code: str
    code_set: str
    received: str
    code: str


@cache
def table() -> CouncilTable:
    """The file of spellings, as the others that a council may have."""
    code_sets = frozenset(code_set for code_set, _ in _labels())
    text = partial(Column, type="varchar")
    return CouncilTable(
        name=council.CODES,
        seed="",
        description="What the case system writes for a national code: one row per spelling.",
        key=("code_set", "received"),
        columns=(
            text(
                name="code_set",
                description="The code set, as in reference.code: referral_source, sex ...",
                is_needed=True,
                known=code_sets,
            ),
            text(
                name="received",
                description="What the case system writes; case and punctuation do not matter",
                is_needed=True,
            ),
            text(
                name="code",
                description="The national code that it stands for, as in reference.code",
                is_needed=True,
            ),
            text(name="note", description="Why, or who says so", is_needed=False),
            Column("valid_from", "date", "The first month end at which it holds", False),
            Column("valid_to", "date", "The first day on which it no longer holds", False),
        ),
        example=("referral_source", "104", "2A", "School; lookup list of the case system", "", ""),
    )


def read(home: Home, la_codes: Collection[str], as_at_date: date) -> list[Spelling]:
    """The spellings of `la_codes` that hold on the day, in order; those without a file have none.

    Raises DataRefused naming file, row and what to do, for the first row that says nothing clear.
    """
    if any((home.root / "crosswalks").glob("*.csv")):
        raise DataRefused(
            f"{home.root / 'crosswalks'} is read no more. Move each file of it to "
            f"{home.root / 'council'}/<la_code>/{council.CODES}.csv."
        )
    found: dict[tuple[str, str, str], Spelling] = {}
    for row in council.rows_of(home, table(), la_codes, as_at_date):
        if row.values["valid_to"] is not None:
            continue  # It ended by that day.
        spelling = _spelling(row)
        before = found.setdefault((row.la_code, spelling.code_set, spelling.received), spelling)
        if before != spelling:
            raise DataRefused(
                f"{row.place}: a line before says another code for the same received value of "
                f"{spelling.code_set}. Keep one of them."
            )
    return sorted(found.values())


def _spelling(row: council.Row) -> Spelling:
    code_set, received, code = (str(row.values[name]) for name in ("code_set", "received", "code"))
    codes = _known_codes()[code_set]
    if code.upper() not in codes:
        raise DataRefused(
            f"{row.place}: the code is none of {code_set}. "
            f"Its codes: {', '.join(sorted(codes.values()))}."
        )
    compared = _compared(received)
    if not compared:
        raise DataRefused(
            f"{row.place}: received has no letter and no digit. Say what the case system writes, "
            "or take the line out."
        )
    return Spelling(row.la_code, code_set, compared, codes[code.upper()])


def identities(spellings: Collection[Spelling]) -> list[str]:
    """What a release depends on: a hash of each authority's spellings.

    The order of the rows, their notes and repeats are no part of it.
    """
    return [
        f"crosswalk {la_code} {_hash(each for each in spellings if each.la_code == la_code)}"
        for la_code in sorted({each.la_code for each in spellings})
    ]


def create_table(connection: duckdb.DuckDBPyConnection, spellings: Collection[Spelling]) -> None:
    """Make `crosswalk.council_code` anew in the connection's own database."""
    connection.execute("create schema if not exists crosswalk")
    connection.execute(
        statement(__package__, "council_code"),
        {
            "la_codes": [each.la_code for each in spellings],
            "code_sets": [each.code_set for each in spellings],
            "received": [each.received for each in spellings],
            "codes": [each.code for each in spellings],
        },
    )


def count_unmapped(connection: duckdb.DuckDBPyConnection) -> None:
    """Write dq.unmapped_code from the built candidate: how much no code is known for, not what."""
    connection.execute("delete from analyst.dq.unmapped_code")
    connection.execute(statement(__package__, "unmapped_code"))


def unmapped(restricted_db: Path, la_codes: Collection[str] | None) -> list[dict[str, Any]]:
    """What stands for no code in a release: one row per authority, code set and received value.

    `columns` are those that hold it, `row_count` the rows, `suggestions` up to three codes with
    their labels, the likeliest first. `received` is None for text that is longer than a label.
    """
    labels = _labels()
    with duckdb.connect(str(restricted_db), read_only=True) as connection:
        found = connection.execute(
            statement(__package__, "unmapped_value"),
            {"la_codes": None if la_codes is None else list(la_codes)},
        ).fetchall()
    return [
        {
            "la_code": la_code,
            "code_set": code_set,
            "received": received,
            "columns": columns,
            "row_count": int(rows),
            "suggestions": {code: labels[code_set, code] for code in codes if code is not None},
        }
        for la_code, code_set, received, columns, rows, codes in found
    ]


def file_rows(unmapped_codes: Collection[dict[str, Any]]) -> str:
    """The rows for the crosswalk files as CSV, the likeliest code filled in: to be looked over."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in unmapped_codes:
        if row["received"] is not None:
            codes = [*row["suggestions"], ""]
            words = [f"{code} {label}" for code, label in row["suggestions"].items()]
            writer.writerow([row["code_set"], row["received"], codes[0], "; ".join(words), "", ""])
    return text.getvalue()


def _labels() -> dict[tuple[str, str], str]:
    """The national label of each code."""
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as file:
        return {(row["code_set"], row["code"]): row["label"] for row in csv.DictReader(file)}


def _hash(spellings: Iterator[Spelling]) -> str:
    digest = hashlib.sha256()
    for each in spellings:
        digest.update(f"{each.code_set}|{each.received}|{each.code}\n".encode())
    return digest.hexdigest()[:12]


def _known_codes() -> dict[str, dict[str, str]]:
    """The codes of each code set, by their capitals."""
    known: dict[str, dict[str, str]] = {}
    for code_set, code in _labels():
        known.setdefault(code_set, {})[code.upper()] = code
    return known


def _compared(text: str) -> str:
    """As the macro `compared` does: capitals, apostrophes out, other signs as one space."""
    bare = text.upper().replace("'", "").replace("’", "")
    return re.sub("[^A-Z0-9]+", " ", bare).strip()
