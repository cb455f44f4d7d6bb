"""Finding the declared table that a set of headers belongs to."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.lake.declarations import SourceDeclaration, TableDeclaration


def table_by_headers(
    declared: SourceDeclaration, headers: Sequence[str]
) -> TableDeclaration | None:
    """The one table that `headers` fit best, or None where none or more than one does.

    Columns that only one table has decide; then how much of the table and of the headers match.
    At least two columns and half of the headers must be known.
    """
    shared = Counter(column.name for table in declared.tables for column in table.delivered)
    scored = []
    for table in declared.tables:
        matched = table.match_headers(headers)
        if len(matched) < 2 or 2 * len(matched) < len(headers):
            continue
        own = sum(1 for name in matched if shared[name] == 1)
        both = len(set(headers)) + len(table.delivered) - len(matched)
        scored.append((own, len(matched) / both, table))
    scored.sort(key=lambda item: (item[0], item[1]), reverse=True)
    if not scored or (len(scored) > 1 and scored[0][:2] == scored[1][:2]):
        return None
    return scored[0][2]


def header_of(declared: SourceDeclaration, limits: Limits) -> Callable[[Sequence[str]], bool]:
    """Asks whether cells are the header of a table of the source; more than may be are none."""
    return lambda cells: (
        len(cells) <= limits.columns and table_by_headers(declared, cells) is not None
    )


def table_named(declared: SourceDeclaration, name: str) -> TableDeclaration | None:
    """The declared table whose name stands in a file name, the longest one first."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower())
    for table in sorted(declared.tables, key=lambda table: -len(table.name)):
        if re.search(rf"(^|_){re.escape(table.name)}(_|$)", words):
            return table
    return None
