"""What is said of the registered indicators and how their breakdowns stand, for command and report.

Part of what a release is made of: its pages are searched and sorted by it.
"""

from __future__ import annotations

import re

import duckdb

from csc_warehouse.sql import statement


def words_of(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """What is said of each indicator, by code, in lower case: the text in which people search."""
    rows = connection.execute(
        f"select indicator_code, text from ({statement(__package__, 'indicator_words')})"
    ).fetchall()
    return dict(rows)


def band_order(value: str) -> tuple[int, int, int, str]:
    """Where a value of a breakdown stands among others, for sorting.

    Bands by their first number, what lies below it first; the rest by name; `not known` last.
    """
    first = re.search("[0-9]+", value)
    if value == "not known":
        return (2, 0, 0, value)
    if first is None:
        return (1, 0, 0, value)
    return (0, int(first[0]), 0 if value.startswith(("under", "up to")) else 1, value)
