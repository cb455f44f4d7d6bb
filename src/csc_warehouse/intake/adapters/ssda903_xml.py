"""The XML form of the SSDA903: children with a header, episodes and groups of other records.

The file is read as a stream; a document type declaration is refused, so that no entity can be
declared. An element that holds others is a row of the table that its elements fit: the names of
groups differ (AREVIEW, AMISSING, OC2, PERMANENCE), those of the values don't, but for CHILDID and
PL, which are aliases of CHILD and PLACE. A child's id, birth date and sex belong to all its rows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from xml.parsers import expat

import numpy as np
import pyarrow as pa

from csc_warehouse.intake.adapters.matching import table_by_headers
from csc_warehouse.intake.adapters.tabular import (
    Batch,
    Limits,
    Reject,
    Sheet,
    Unreadable,
    column_count_limit,
)
from csc_warehouse.lake.declarations import load_source

BLOCK = 1 << 20
BATCH_ROWS = 50_000
DEEPEST = 20
HEADER, EPISODES, UASC = "header", "episodes", "uasc"
NAMED_TABLES = {"HEADER": HEADER, "EPISODE": EPISODES}
OF_THE_CHILD = ("CHILDID", "CHILD", "DOB", "SEX")
"""Values of a child's header that stand in its other rows too."""
REFERENCE_DATE = "REFERENCEDATE"

NO_DTD = (
    "it has a document type declaration, which a return never needs and which can hide other files "
    "or expand without end",
    "Export it again without one.",
)
NOT_903 = (
    "it is not an SSDA903 return (an XML file of CHILD elements with HEADER and EPISODE)",
    "Put the return of the year there.",
)
STRAY = "text stands between the elements"
FIX_STRAY = "Remove the text, or put it into the element where it belongs."
UNKNOWN = "the element is not one of the return"
FIX_UNKNOWN = "Check its name; where it is a new module of the return, ask for it to be declared."

Values = dict[str, str]


@dataclass
class _Group:
    """An open element: its name and line, and the values of the elements in it."""

    name: str
    line: int
    values: Values = field(default_factory=dict)
    holds_elements: bool = False


@dataclass(frozen=True)
class Return:
    """A file's tables, and the year in which its collection year ends, where its header says."""

    sheets: tuple[Sheet, ...]
    year: int | None


def read_return(path: Path, name: str, limits: Limits) -> Return:
    """Read the file; raises `Unreadable` where it is no return, breaks off or is too large."""
    return _Reader(name, limits).read(path)


class TableSheet:
    """One table of the file."""

    encoding: str | None = None
    delimiter: str | None = None
    left_out: str | None = None

    def __init__(self, file: str, table: str) -> None:
        self.label = f"{file}#{table}"
        self.title = table
        self._names: dict[str, None] = {}
        self._rows: list[Values] = []
        self._lines: list[int] = []
        self._batches: list[tuple[pa.Table, np.ndarray[tuple[int], np.dtype[np.int64]]]] = []
        self.rejects: list[Reject] = []
        self.count = 0

    @property
    def headers(self) -> tuple[str, ...]:
        """The names of the values, in the order in which they first came."""
        return tuple(self._names)

    @headers.setter
    def headers(self, names: tuple[str, ...]) -> None:
        self._names = dict.fromkeys(names)

    def add(self, line: int, values: Values) -> None:
        """Keep a row. Of several rows on a line, the next have the numbers after it."""
        last = self._lines[-1] if self._lines else self._last_number()
        self._lines.append(max(line, last + 1))
        self._rows.append(values)
        self._names.update(dict.fromkeys(values))
        self.count += 1
        if len(self._rows) >= BATCH_ROWS:
            self.flush()

    def _last_number(self) -> int:
        return int(self._batches[-1][1][-1]) if self._batches else 0

    def flush(self) -> None:
        """Pack what is held."""
        if self._rows:
            table = pa.table(
                {
                    name: pa.array([row.get(name) for row in self._rows], pa.string())
                    for name in self._names
                }
            )
            self._batches.append((table, np.array(self._lines, dtype=np.int64)))
            self._rows, self._lines = [], []

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """The rejected pieces first, then the rows."""
        names = {name: self.headers[position] for name, position in positions.items()}
        if self.rejects:
            empty = pa.schema([(name, pa.string()) for name in names]).empty_table()
            yield Batch(empty, np.empty(0, dtype=np.int64), tuple(self.rejects))
        for table, numbers in self._batches:
            columns = {
                name: table.column(header)
                if header in table.column_names
                else pa.nulls(table.num_rows, pa.string())
                for name, header in names.items()
            }
            yield Batch(pa.table(columns), numbers, ())


class _Reader:
    """Turns the elements of one file into rows: the parser calls `_start`, `_text` and `_end`."""

    def __init__(self, name: str, limits: Limits) -> None:
        self._name = name
        self._limits = limits
        self._sheets: dict[str, TableSheet] = {}
        self._open: list[_Group] = []
        self._chunks: list[str] = []
        self._held = 0
        self._child_depth: int | None = None
        self._header = _Group("HEADER", 0)
        self._groups: list[_Group] = []
        self._is_return = False
        self._year: int | None = None
        self._parser = expat.ParserCreate()

    def read(self, path: Path) -> Return:
        """Parse the file."""
        parser = self._parser
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.EntityDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            with path.open("rb") as file:
                while block := file.read(BLOCK):
                    parser.Parse(block, False)
                parser.Parse(b"", True)
        except expat.ExpatError as error:
            place = f"line {error.lineno}, column {error.offset + 1}"
            reason = expat.ErrorString(error.code)
            raise Unreadable(
                f"it is not well-formed XML at {place} ({reason})", "Export it again."
            ) from None
        except (LookupError, ValueError):
            raise Unreadable("its encoding is not known", "Export it again as UTF-8.") from None
        if not self._is_return:
            raise Unreadable(*NOT_903)
        for sheet in self._sheets.values():
            sheet.flush()
            column_count_limit(sheet.headers, self._limits)
        return Return(tuple(self._sheets.values()), self._year)

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        self._stray()
        if self._open:
            self._open[-1].holds_elements = True
        line = self._parser.CurrentLineNumber
        self._open.append(_Group(name.rpartition(":")[2].upper(), line))
        if len(self._open) > DEEPEST:
            raise Unreadable(
                f"its elements are nested more than {DEEPEST} deep", "Export it again."
            )
        if self._open[-1].name == "CHILD" and self._child_depth is None:
            self._child_depth = len(self._open)
            self._header, self._groups = _Group("HEADER", line), []

    def _text(self, data: str) -> None:
        if self._chunks or not data.isspace():
            self._held = self._held + len(data) if self._chunks else len(data)
            self._chunks.append(data)
            if self._held > self._limits.record_bytes:
                raise Unreadable(
                    f"a value is longer than {self._limits.record_bytes} characters",
                    "Look for an element that is not closed.",
                )

    def _end(self, _name: str) -> None:
        group = self._open.pop()
        if not group.holds_elements and self._open:
            value = "".join(self._chunks).strip()
            self._chunks.clear()
            if value:
                self._add_value(group, value)
            return
        self._stray()
        if self._child_depth is None:
            return
        if len(self._open) < self._child_depth:
            self._header.values |= group.values
            self._close_child()
            self._child_depth = None
        elif group.name == "HEADER":
            self._is_return = True
            self._header.line = group.line
            self._header.values |= group.values
        elif group.values:
            self._is_return |= group.name == "EPISODE"
            self._groups.append(group)

    def _add_value(self, element: _Group, value: str) -> None:
        if self._child_depth is None:
            if element.name == REFERENCE_DATE and value[:4].isdigit():
                self._year = int(value[:4])
        elif len(self._open) >= self._child_depth:
            self._open[-1].values.setdefault(element.name, value)

    def _close_child(self) -> None:
        """A child has ended: its header is a row of up to four tables, each group one of its."""
        header = self._header.values
        child = {name: header[name] for name in OF_THE_CHILD if name in header}
        rows: dict[str, Values] = {}
        for name, value in header.items():
            table = _owners().get(name.lower(), HEADER)
            if name == "UASC":
                if value in ("1", "Y", "true"):
                    rows.setdefault(UASC, {})
            else:
                rows.setdefault(table, {})[name] = value
        for table, values in rows.items():
            own = values if table == HEADER else _of_table(child, table) | values
            self._keep(table, self._header.line, own)
        for group in self._groups:
            found = NAMED_TABLES.get(group.name) or _table_of(frozenset(group.values))
            if found is None:
                self._reject(group.line, UNKNOWN, FIX_UNKNOWN, f"<{group.name}>")
            else:
                self._keep(found, group.line, _of_table(child, found) | group.values)

    def _keep(self, table: str, line: int, values: Values) -> None:
        sheet = self._sheet(table)
        sheet.add(line, values)
        if sheet.count > self._limits.rows:
            raise Unreadable(
                f"it holds more than {self._limits.rows} rows", "Export it in several files."
            )

    def _sheet(self, table: str) -> TableSheet:
        return self._sheets.setdefault(table, TableSheet(self._name, table))

    def _stray(self) -> None:
        if self._chunks:
            text = "".join(self._chunks).strip()
            self._chunks.clear()
            self._reject(self._parser.CurrentLineNumber, STRAY, FIX_STRAY, text)

    def _reject(self, line: int, reason: str, what_to_do: str, raw: str) -> None:
        self._sheet(HEADER).rejects.append(Reject(line, reason, what_to_do, raw))


@cache
def _owners() -> dict[str, str]:
    """The table of each column that only one table has."""
    tables = load_source("ssda903").tables
    shared = Counter(column.name for table in tables for column in table.delivered)
    return {
        column.name: table.name
        for table in tables
        for column in table.delivered
        if shared[column.name] == 1
    }


@cache
def _table_of(names: frozenset[str]) -> str | None:
    """The table that a group's values fit, with the child that they belong to."""
    table = table_by_headers(load_source("ssda903"), ["CHILD", "DOB", *sorted(names)])
    return (
        table.name if table and names & {column.name.upper() for column in table.columns} else None
    )


def _of_table(child: Values, table: str) -> Values:
    """A child's values as the other tables have them: only that of the unaccompanied has sex."""
    if table == UASC:
        return child
    left_out = ("SEX", "DOB") if table == EPISODES else ("SEX",)
    return {name: value for name, value in child.items() if name not in left_out}


def _refuse_doctype(*_declaration: object) -> None:
    raise Unreadable(*NO_DTD)
