"""A council's own crosswalk: what its case system writes for a code, in a file of its own.

`CSC_HOME/crosswalks/<la_code>.csv`, one row per spelling: `code_set,received,code,note`. It comes
before every spelling of `seeds/crosswalks/code_alias.csv`, and before the code itself: 6 may be the
lookup number of a school where nationally it is the police. A change of its rows makes another
release of every month that is built from then on.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.errors import DataRefused
from csc_warehouse.settings import SEEDS, Home
from csc_warehouse.sql import statement

#: The columns of the file with what they hold; `note` may be left out.
COLUMNS = {
    "code_set": "The code set, as in reference.code: referral_source, placement_type ...",
    "received": "What the case system writes; case and punctuation do not matter",
    "code": "The national code that it stands for, as in reference.code",
    "note": "Why, or who says so; may stay empty",
}
_NEEDED = ("code_set", "received", "code")
#: Of these rows `code` is what a team is called where a release is read: no code, a name.
TEAM_NAME = "team_name"
LONGEST_NAME = 60


@dataclass(frozen=True, order=True)
class Spelling:
    """What an authority writes for a code; `received` in capitals, punctuation as one space."""

    la_code: str
    code_set: str
    received: str
    code: str


def folder(home: Home) -> Path:
    """Where the files lie; it need not exist."""
    return home.root / "crosswalks"


def read(home: Home, la_codes: Collection[str]) -> list[Spelling]:
    """The spellings of `la_codes`, in order; those without a file have none.

    Raises DataRefused naming file, row and what to do, for the first row that says nothing clear.
    """
    found: list[Spelling] = []
    for path in sorted(folder(home).glob("[!.~]*.csv")):
        if not re.fullmatch("[0-9]{3}", path.stem):
            raise DataRefused(
                f"{path} is not named after an authority. Call it by the three digits, 991.csv, "
                "or move it away."
            )
        if path.stem in la_codes:
            found += _read_file(path)
    return sorted(found)


def identities(home: Home, la_codes: Collection[str]) -> list[str]:
    """What a release of `la_codes` depends on: a hash of each authority's spellings, if any.

    The order of the rows, their notes and repeats are no part of it.
    """
    spellings = read(home, la_codes)
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
            writer.writerow([row["code_set"], row["received"], codes[0], "; ".join(words)])
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


def _read_file(path: Path) -> list[Spelling]:
    known = _known_codes()
    rows = csv.DictReader(_text(path).splitlines())
    headers = [(name or "").strip().lower() for name in rows.fieldnames or []]
    missing = [name for name in _NEEDED if name not in headers]
    if missing:
        raise DataRefused(
            f"{path} has no column {', '.join(missing)}. Its first line must be "
            f"{','.join(COLUMNS)}, as `csc template crosswalk` writes it."
        )
    rows.fieldnames = headers
    found: dict[tuple[str, str], Spelling] = {}
    for row in rows:
        values = [(row[name] or "").strip() for name in _NEEDED]
        if not any(values):
            continue
        place = f"{path}, line {rows.line_num}"
        code_set, received, code = values
        if code_set == TEAM_NAME and not 0 < len(code) <= LONGEST_NAME:
            raise DataRefused(
                f"{place}: the code must be what the team is called in a release, up to "
                f"{LONGEST_NAME} characters."
            )
        codes = {code.upper(): code} if code_set == TEAM_NAME else known.get(code_set)
        if codes is None:
            raise DataRefused(
                f"{place}: there is no such code set. The known ones: {', '.join(sorted(known))}."
            )
        if code.upper() not in codes:
            raise DataRefused(
                f"{place}: the code is none of {code_set}. "
                f"Its codes: {', '.join(sorted(codes.values()))}."
            )
        compared = _compared(received)
        if not compared:
            raise DataRefused(
                f"{place}: received has no letter and no digit. Say what the case system writes, "
                "or take the line out."
            )
        spelling = Spelling(path.stem, code_set, compared, codes[code.upper()])
        before = found.setdefault((code_set, compared), spelling)
        if before != spelling:
            raise DataRefused(
                f"{place}: a line before says another code for the same received value of "
                f"{code_set}. Keep one of them."
            )
    return list(found.values())


def _text(path: Path) -> str:
    """The file's text: UTF-8, else as Excel on Windows saves it."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


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
