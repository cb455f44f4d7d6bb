"""What a load brought, said for people: its first line is the sum, the others what to look at.

No line has a value of a record, or a name of a file that may be a person's. The same lines are on
the screen and in a task's log.
"""

from __future__ import annotations

from collections.abc import Iterable

from csc_warehouse import lake
from csc_warehouse.intake.naming import told
from csc_warehouse.intake.written_dates import mixed
from csc_warehouse.lake import declarations
from csc_warehouse.places import Home
from csc_warehouse.quality import needs

#: So many of one kind are named; of more, how many there are.
NAMED = 5


def account(home: Home, load: lake.LoadManifest) -> list[str]:
    """The lines of one load, the sum first."""
    files = {file.name.partition("#")[0] for file in load.files}
    erased = f" + {load.rows_erased:,} erased" if load.rows_erased else ""
    return [
        f"{load.la_code} {load.source_system}: {_many(len(files), 'file')}, "
        f"{load.rows_in:,} rows in = {load.rows_kept:,} kept + "
        f"{load.rows_quarantined:,} quarantined{erased} "
        f"(load {load.load_id})",
        *(f"  {line}" for line in _to_look_at(home, load)),
    ]


def _to_look_at(home: Home, load: lake.LoadManifest) -> Iterable[str]:
    yield from (f"note: {note}" for note in load.notes)
    aside = [
        f"{_told(load, file)}: {file.reason}. {file.what_to_do or ''}".rstrip()
        for file in load.files
        if file.outcome == lake.FILE_QUARANTINED
    ]
    yield from _named("put aside", aside)
    if load.rows_quarantined or aside:
        yield f"what was put aside, with its reasons: {home.quarantine / load.load_id}"
    indicators = _indicators(load.source_system)
    absent = {
        table.name: len(indicators[table.name, ""])
        for table in declarations.load_source(load.source_system).tables
        if load.table(table.name) is None and (table.name, "") in indicators
    }
    yield from _named("tables not delivered", _by_need(absent))
    missing = {
        f"{table.name}.{column}": len(indicators[table.name, column])
        for table in load.tables
        for column in table.columns_missing
        if (table.name, column) in indicators
    }
    yield from _named("columns not delivered", _by_need(missing))
    yield from _named("headers that nobody knows", list(_unknown(load)))
    yield from _named("dates", list(_dates(load)))
    yield from _named("no record in the month", list(_without_event(load)))


def _unknown(load: lake.LoadManifest) -> Iterable[str]:
    declared = declarations.load_source(load.source_system)
    for table in load.tables:
        for header in table.columns_unknown:
            close = declarations.nearest(header, table.columns_missing)
            near = f" (perhaps {close})" if close else ""
            yield f"{declared.table(table.name).name}: {header}{near}"


def _dates(load: lake.LoadManifest) -> Iterable[str]:
    for file in load.files:
        two_forms = mixed(file.dates)
        for column in dict.fromkeys(form.column for form in file.dates):
            forms = [form for form in file.dates if form.column == column]
            if column in two_forms or not all(form.is_read for form in forms):
                said = ", ".join(
                    f"{form.rows:,} as {form.form}" + ("" if form.is_read else " (not read)")
                    for form in forms
                )
                yield f"{_told(load, file)}, {column}: {said}"


def _told(load: lake.LoadManifest, file: lake.FileEntry) -> str:
    labels = [each.name for each in load.files]
    return told(file.name, labels, size=file.bytes, month=load.extract_month)


def _without_event(load: lake.LoadManifest) -> Iterable[str]:
    for item in load.events:
        if item.table and item.rows and not item.rows_in_month:
            newest = f"; the newest is of {item.newest}" if item.newest else ""
            yield f"{item.table} ({item.rows_in_year:,} in twelve months{newest})"


def _indicators(source: str) -> dict[tuple[str, str], set[str]]:
    """The indicators that read a table (column '') or a column of it."""
    found: dict[tuple[str, str], set[str]] = {}
    for name, table, column, code in needs():
        if name == source:
            found.setdefault((table, ""), set()).add(code)
            found.setdefault((table, column), set()).add(code)
    return found


def _by_need(counts: dict[str, int]) -> list[str]:
    """What is missing, that first which most indicators read."""
    order = sorted(counts, key=lambda name: (-counts[name], name))
    return [f"{name} ({_many(counts[name], 'indicator')})" for name in order]


def _named(what: str, items: list[str]) -> Iterable[str]:
    if not items:
        return
    more = len(items) - NAMED
    yield f"{what}: " + "; ".join(items[:NAMED]) + (f"; and {more} more" if more > 0 else "")


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
