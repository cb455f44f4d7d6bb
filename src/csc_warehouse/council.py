"""What a council decides itself: dated rows in `CSC_HOME/council/<la_code>/<name>.csv`.

Each file adds to a seed, or stands in the place of the seed's rows of that authority: the seed's
YAML says so under `meta: council`, and its columns, types and tests say what a row may hold. A row
that begins after the month is no part of the month's release, nor is an end after it: what a
council decides today leaves its past months as they are.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from csc_warehouse.errors import DataRefused, WrongUse
from csc_warehouse.places import EXPECTATIONS, SEEDS, Home

#: What a value is, in a column of the type that the seed declares.
Value = str | float | int | date | None

#: The files of spellings and of localities: declared in build/crosswalks and build/localities. What
#: is in them stays with the loading account, where a seed is in the release.
CODES, LOCALITIES = "codes", "localities"

#: What may lie in a council's folder beside its files.
_NOT_READ = (".md", ".txt")
_DATED = ("valid_from", "valid_to")
#: So many values are listed where another was written.
_MOST_LISTED = 20


@dataclass(frozen=True)
class Column:
    """A column of a file: `type` as the seed declares it, `known` the only values, if there are.

    A number lies between `least` and `most`.
    """

    name: str
    type: str
    description: str
    is_needed: bool
    known: frozenset[str] | None = None
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True)
class CouncilTable:
    """A file that a council may have: the `seed` it adds to, and what makes two rows the same.

    Rows of one `key` may follow each other in time; those of the file stand in the place of all
    that the seed has for the authority under that key.
    """

    name: str
    seed: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    example: tuple[str, ...]

    @property
    def headers(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def is_dated(self) -> bool:
        return set(_DATED) <= set(self.headers)


@dataclass(frozen=True)
class Row:
    """A row of a file: `values` by column, in the order of the table; `place` is file and line."""

    la_code: str
    table: CouncilTable
    values: Mapping[str, Value]
    place: str

    @property
    def key(self) -> tuple[Value, ...]:
        return tuple(self.values[name] for name in self.table.key)

    def day(self, column: str) -> date | None:
        """The date in a column; None where it is empty or the file has no such column."""
        found = self.values.get(column)
        return found if isinstance(found, date) else None

    @property
    def compared_key(self) -> tuple[str, ...]:
        """What two rows about the same thing have in common: case does not matter."""
        return tuple(str(value).lower() for value in self.key)


def folder(home: Home, la_code: str) -> Path:
    """Where the files of an authority lie; it need not exist."""
    return home.root / "council" / la_code


@cache
def tables() -> dict[str, CouncilTable]:
    """Each file that a council may have, by its name without `.csv`."""
    found = {}
    for path in sorted(SEEDS.glob("*/_*.yml")):
        for seed in yaml.safe_load(path.read_text(encoding="utf-8")).get("seeds", []):
            declared = seed.get("config", {}).get("meta", {}).get("council")
            if declared:
                table = _table(seed, declared)
                found[table.name] = table
    return dict(sorted(found.items()))


def table_named(name: str) -> CouncilTable:
    """The file of that name. Raises WrongUse naming those that there are."""
    if name not in tables():
        known = ", ".join(sorted([*tables(), CODES, LOCALITIES]))
        raise WrongUse(f"There is no file {name} that a council decides by. Known: {known}.")
    return tables()[name]


def template(table: CouncilTable) -> str:
    """The file without rows: what it is for and what its columns hold as comments, an example."""
    told = [
        f"# {' '.join(table.description.split())}",
        *(
            f"# {column.name}: {' '.join(column.description.split())}"
            f"{'' if column.is_needed else ' (may stay empty)'}"
            for column in table.columns
        ),
        f"# Lines that begin with # are not read. Put it into council/<la_code>/{table.name}.csv.",
    ]
    example = f"# {_as_csv(table.example)}"
    return "\n".join([*told, _as_csv(table.headers), example]) + "\n"


def read(home: Home, la_codes: Collection[str], as_at_date: date) -> list[Row]:
    """The rows of `la_codes` that a release as at that day is made of; none without a file.

    Raises DataRefused naming file, line and what to do, for the first row that says nothing clear.
    """
    return [row for name in tables() for row in rows_of(home, tables()[name], la_codes, as_at_date)]


def rows_of(
    home: Home, table: CouncilTable, la_codes: Collection[str], as_at_date: date
) -> list[Row]:
    """Those of one file, in the same way."""
    for path in sorted((home.root / "council").glob("[!.~]*")):
        if path.name not in _of_seed("authority", "la_code"):
            raise DataRefused(
                f"{path} is not named after an authority. Call the folder by the three digits of "
                "its DfE code, 991, or move it away."
            )
    rows = [
        row
        for la_code in sorted(la_codes)
        for path in _files(home, la_code)
        if path.stem == table.name
        for row in _read_file(path, table, la_code)
    ]
    return [known for row in rows if (known := _as_known_at(row, as_at_date))]


def identities(rows: Iterable[Row]) -> list[str]:
    """What a release depends on: a hash for each authority and file, of what its rows say.

    The order of the rows is no part of it.
    """
    by_file: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        said = "|".join("" if value is None else str(value) for value in row.values.values())
        by_file.setdefault((row.la_code, row.table.name), []).append(said)
    return [
        f"council {la_code} {name} "
        f"{hashlib.sha256(chr(10).join(sorted(said)).encode()).hexdigest()[:12]}"
        for (la_code, name), said in sorted(by_file.items())
    ]


# --- The files ------------------------------------------------------------------------------------


def _lines_of(path: Path) -> tuple[list[str], Iterator[tuple[int, list[str]]]]:
    """The headers of a file in small letters, and its other rows with their lines.

    Lines that begin with # and empty rows are left out; UTF-8, else as Excel on Windows saves it.
    """
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    reader = csv.reader("" if line.startswith(("#", '"#')) else line for line in text.splitlines())
    rows = ((reader.line_num, [value.strip() for value in row]) for row in reader)
    filled = ((line, row) for line, row in rows if any(row))
    _, headers = next(filled, (0, []))
    return [name.lower() for name in headers], filled


def _files(home: Home, la_code: str) -> list[Path]:
    """The files of an authority, each with the name of something that a council decides."""
    known = [*tables(), CODES, LOCALITIES]
    found = []
    for path in sorted(folder(home, la_code).glob("[!.~]*")):
        if path.suffix.lower() in _NOT_READ:
            continue
        if path.suffix != ".csv" or path.stem not in known:
            raise DataRefused(
                f"{path} is none of the files that a council decides by: "
                f"{', '.join(f'{name}.csv' for name in sorted(known))}. Rename it, or move it away."
            )
        found.append(path)
    return found


def _read_file(path: Path, table: CouncilTable, la_code: str) -> list[Row]:
    headers, lines = _lines_of(path)
    needed = [column.name for column in table.columns if column.is_needed]
    missing = [name for name in needed if name not in headers]
    if missing:
        raise DataRefused(
            f"{path} has no column {', '.join(missing)}. "
            f"`csc template {table.name}` writes its first line."
        )
    unknown = sorted(set(headers) - set(table.headers))
    if unknown:
        raise DataRefused(
            f"{path}: nobody reads the column {', '.join(unknown)}. "
            f"The columns: {', '.join(table.headers)}."
        )
    rows: list[Row] = []
    of_same: dict[tuple[str, ...], list[Row]] = {}
    for line, written in lines:
        place = f"{path}, line {line}"
        if len(written) != len(headers):
            raise DataRefused(
                f"{place}: {len(written)} values under {len(headers)} headers. "
                "Put a value that has a comma between double quotes."
            )
        texts = dict(zip(headers, written, strict=True))
        values = {
            column.name: _value(column, texts.get(column.name, ""), place)
            for column in table.columns
        }
        row = Row(la_code, table, values, place)
        for before in of_same.setdefault(row.compared_key, []):
            if _meet(before, row):
                raise DataRefused(
                    f"{place}: line {before.place.rpartition(' ')[2]} holds at the same time for "
                    f"the same {', '.join(table.key) or 'authority'}. Let one end "
                    "(valid_to) before the other begins, or keep one."
                )
        of_same[row.compared_key].append(row)
        rows.append(row)
    return rows


def _value(column: Column, text: str, place: str) -> Value:
    """The text as the column's type. Raises DataRefused with the place and what would do."""
    if not text:
        if column.is_needed:
            raise DataRefused(f"{place}: {column.name} is empty. {column.description}.")
        return None
    if column.known is not None and text not in column.known:
        shown = sorted(column.known)
        listed = f" It may be: {', '.join(shown)}." if len(shown) <= _MOST_LISTED else ""
        raise DataRefused(f"{place}: {column.name} has no value {text}.{listed}")
    wanted = {"date": "a date such as 2026-04-01", "integer": "a whole number"}
    what = wanted.get(column.type, "a number")
    try:
        value: Value = _READERS[column.type](text)
    except ValueError:
        raise DataRefused(f"{place}: {column.name} must be {what}.") from None
    if isinstance(value, int | float) and not column.least <= value <= column.most:
        bounds = f"of at least {column.least:g}"
        bounds += f" and at most {column.most:g}" if column.most < math.inf else ""
        raise DataRefused(f"{place}: {column.name} must be {what} {bounds}.")
    return value


def _date(text: str) -> date:
    """A date as people write it here, and as Excel does when it saves a CSV."""
    if re.fullmatch(r"\d{1,2}/\d{1,2}/\d{4}", text):
        return datetime.strptime(text, "%d/%m/%Y").date()
    return date.fromisoformat(text)


_READERS: Mapping[str, Callable[[str], Any]] = {
    "varchar": str,
    "double": float,
    "integer": int,
    "date": _date,
}


def _meet(one: Row, other: Row) -> bool:
    """Whether two rows hold on the same day; of a file without dates, they always do."""
    if not one.table.is_dated:
        return True
    begins = [row.day("valid_from") or date.min for row in (one, other)]
    ends = [row.day("valid_to") or date.max for row in (one, other)]
    return max(begins) < min(ends)


def _as_known_at(row: Row, day: date) -> Row | None:
    """The row as it stood on the day; None where it had not begun."""
    begins = row.day("valid_from") or row.day("step_date")
    if begins and begins > day:
        return None
    ends = row.day("valid_to")
    if ends and ends > day:
        return replace(row, values={**row.values, "valid_to": None})
    return row


# --- What the seeds declare -----------------------------------------------------------------------


def _table(seed: Mapping[str, Any], declared: Mapping[str, Any]) -> CouncilTable:
    types = seed["config"]["column_types"]
    described = {column["name"]: column for column in seed["columns"]}
    columns = tuple(
        _column(name, kind, described.get(name, {}))
        for name, kind in types.items()
        if name != "la_code"
    )
    example = tuple(str(declared["example"].get(column.name, "")) for column in columns)
    return CouncilTable(
        name=declared["file"],
        seed=seed["name"],
        description=seed["description"],
        key=tuple(declared.get("key", ())),
        columns=columns,
        example=example,
    )


def _column(name: str, kind: str, declared: Mapping[str, Any]) -> Column:
    known: frozenset[str] | None = None
    tests = declared.get("data_tests", [])
    for test in tests:
        if isinstance(test, dict) and "accepted_values" in test:
            known = frozenset(map(str, test["accepted_values"]["arguments"]["values"]))
        if isinstance(test, dict) and "relationships" in test:
            arguments = test["relationships"]["arguments"]
            known = _of_seed(re.sub(r"ref\('(\w+)'\)", r"\1", arguments["to"]), arguments["field"])
    meta = declared.get("config", {}).get("meta", {})
    if "of_rules" in meta:
        known = _of_rules(meta["of_rules"])
    return Column(
        name,
        kind,
        declared.get("description", ""),
        "not_null" in tests,
        known,
        meta.get("least", -math.inf),
        meta.get("most", math.inf),
    )


@cache
def _of_seed(seed: str, column: str) -> frozenset[str]:
    """The values of a seed's column."""
    (path,) = SEEDS.glob(f"*/{seed}.csv")
    with path.open(encoding="utf-8", newline="") as file:
        return frozenset(row[column] for row in csv.DictReader(file))


@cache
def _of_rules(entry: str) -> frozenset[str]:
    """What the expectations have under `entry`, such as their ids or owners."""
    written = re.compile(rf"^[- ] *(?:\w+: *{{)?{entry}: *(.+?) *$", re.MULTILINE)
    return frozenset(
        found.strip("'\"")
        for path in EXPECTATIONS.glob("*/*.yml")
        for found in written.findall(path.read_text(encoding="utf-8"))
    )


def _as_csv(values: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()
