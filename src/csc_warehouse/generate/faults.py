"""Planted faults (first version: none)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse.generate.dialects import Dialect, text
from csc_warehouse.generate.layout import TableLayout
from csc_warehouse.generate.setting import Setting
from csc_warehouse.generate.story import Truth


@dataclass(frozen=True)
class Plan:
    """What to plant."""

    items: tuple[Any, ...] = ()

    def active(self, table: TableLayout, last_day: int) -> list[Any]:
        """The faults of a table that a month shows."""
        del table, last_day
        return []


def make_plan(setting: Setting, truth: Truth) -> Plan:
    """Choose the faults of a year's stories."""
    del setting, truth
    return Plan()


def join_plans(plans: Iterable[Plan]) -> Plan:
    """One plan of several."""
    return Plan(tuple(item for plan in plans for item in plan.items))


def plant(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    table: TableLayout,
    planted: list[Any],
    dialect: Dialect,
    path: Path,
    last_day: int,
) -> list[tuple[str, ...]]:
    """Write a table with its faults."""
    del table, planted, last_day
    copy_to(connection, query, path, dialect.null_token)
    return []


def copy_to(
    connection: duckdb.DuckDBPyConnection, query: str, path: Path, null_token: str
) -> None:
    """Write a query's rows (without `_rid`) as CSV: UTF-8, comma, header, quotes where needed."""
    connection.execute(
        f"copy (select * exclude (_rid) from ({query}) as rows_of_table) to {text(str(path))}"
        f" (format csv, header, delimiter ',', nullstr {text(null_token)})"
    )
