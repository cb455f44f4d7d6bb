"""Whether two releases are the same: every table both ways, and what readers open."""

from __future__ import annotations

from pathlib import Path

import duckdb

from csc_warehouse.files import sha256_of
from csc_warehouse.sql import literal

#: Says how long something took.
TIMED = {"ops.model_run": "* exclude (seconds)"}
#: What readers open of a release: made of its tables alone.
PAGES = ("report/members", "report/officers", "worklist")
_FAMILIES = {
    "whole number": ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UBIGINT", "UINTEGER"),
    "number": ("FLOAT", "DOUBLE", "DECIMAL"),
}


def family(kind: str) -> str:
    """What a type is, whatever its width."""
    bare = kind.partition("(")[0]
    return next((name for name, kinds in _FAMILIES.items() if bare in kinds), bare)


def differences(one: Path, other: Path) -> tuple[int, int, list[str]]:
    """How many tables and rows two analyst databases have, and what is not the same in them."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach {literal(path)} as {name} (read_only)")
        shape: dict[str, dict[str, list[tuple[str, str]]]] = {"one": {}, "other": {}}
        for database, table, column, kind in connection.execute(
            "select database_name, schema_name || '.' || table_name, column_name, data_type "
            "from duckdb_columns() where database_name in ('one', 'other') and not internal "
            "order by all"
        ).fetchall():
            shape[database].setdefault(table, []).append((column, family(kind)))
        found = [
            f"{table} is in one alone" for table in shape["one"].keys() ^ shape["other"].keys()
        ]
        rows = 0
        for table in sorted(shape["one"].keys() & shape["other"].keys()):
            if shape["one"][table] != shape["other"][table]:
                found.append(f"{table} has other columns or types")
            columns = TIMED.get(table, "*")
            count, more, fewer = connection.execute(
                f"with a as (select {columns} from one.{table}), "
                f"b as (select {columns} from other.{table}) "
                "select (select count(*) from a), "
                "(select count(*) from (from a except all from b)), "
                "(select count(*) from (from b except all from a))"
            ).fetchone() or (0, 0, 0)
            rows += count
            if more or fewer:
                found.append(f"{table}: {more} rows of {count} in one alone, {fewer} in the other")
    return len(shape["one"]), rows, found


def other_pages(one: Path, other: Path) -> tuple[int, list[str]]:
    """How many files readers open, and those that are not the same in two releases."""
    hashes = [
        {
            str(path.relative_to(release)): sha256_of(path)
            for part in PAGES
            for path in (release / part).rglob("*")
            if path.is_file()
        }
        for release in (one, other)
    ]
    names = hashes[0].keys() | hashes[1].keys()
    return len(names), [
        name for name in sorted(names) if hashes[0].get(name) != hashes[1].get(name)
    ]
