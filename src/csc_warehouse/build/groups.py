"""A month of many authorities in groups, and the candidate that is gathered of them.

Whatever is told of an authority is made of its own records, so that a group of authorities is built
and checked as if the month had no others, in a candidate of its own:

    CSC_HOME/work/groups/<the release id that the group would have alone>/

By that name a group is found again that has nothing new: of a month that comes out once more only
the group of the authority that was late is built. The release is gathered of all groups, and has
the same rows as if it had been built at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import duckdb

from csc_warehouse import home_settings
from csc_warehouse.build.candidate import Candidate, blank, choose
from csc_warehouse.files import private_directory
from csc_warehouse.places import Home
from csc_warehouse.sql import literal, statement

#: What a candidate is, and how long its tables took: not a row an authority or a rule.
_OF_A_CANDIDATE = {("ops", "release"), ("ops", "model_run")}


def groups_of(home: Home, candidate: Candidate) -> list[Candidate]:
    """The candidates that `candidate` is built of: itself where its authorities are one group.

    Groups have about as many authorities each, in the order of their codes, and no more than the
    settings say.
    """
    codes = candidate.la_codes
    count = -(-len(codes) // home_settings.read(home).build.authorities_in_a_group)
    if count == 1:
        return [candidate]
    bounds = [number * len(codes) // count for number in range(count + 1)]
    return [group_of(home, codes[first:end], candidate.month) for first, end in pairwise(bounds)]


def group_of(home: Home, la_codes: Sequence[str], month: str) -> Candidate:
    """The candidate of one group of authorities."""
    alone = choose(home, la_codes, month)
    return replace(alone, directory=home.groups / alone.release_id)


def gather(home: Home, candidate: Candidate, groups: Sequence[Candidate]) -> None:
    """Make the analyst database of `candidate` of those of its `groups`, which are checked.

    Its warehouse is that of no loads: what is restricted stays in those of the groups.
    """
    first, *others = groups
    shutil.rmtree(candidate.directory, ignore_errors=True)
    private_directory(candidate.directory)
    warehouse = blank(home.dbt_scratch) / candidate.warehouse_db.name
    shutil.copyfile(warehouse, candidate.warehouse_db)
    shutil.copyfile(first.analyst_db, candidate.analyst_db)
    with candidate.connection() as connection:
        for group in others:
            connection.execute(f"attach {literal(group.analyst_db)} as gathered (read_only)")
            _add(connection, candidate, group)
            connection.execute("detach gathered")
        for schema, table in connection.execute(
            statement(__package__, "released_table")
        ).fetchall():
            connection.execute(
                f"update analyst.{schema}.{table} set release_id = ?", [candidate.release_id]
            )
        connection.execute(statement(__package__, "gathered_row_count"))
        connection.execute("checkpoint analyst")


def remove_others(home: Home, groups: Sequence[Candidate]) -> None:
    """Remove all groups of authorities but these: what they were built for is out."""
    kept = {group.directory for group in groups}
    for path in home.groups.glob("*"):
        if path not in kept:
            shutil.rmtree(path)


def _add(connection: duckdb.DuckDBPyConnection, candidate: Candidate, group: Candidate) -> None:
    """Add the rows of `group`, attached as `gathered`, to those that are there already."""
    tables = connection.execute(statement(__package__, "gathered_table")).fetchall()
    for schema, table, has_authority in tables:
        if (schema, table) in _OF_A_CANDIDATE:
            continue
        names = {"schema": schema, "table": table, "has_authority": has_authority}
        if has_authority:
            connection.execute(
                f"delete from analyst.{schema}.{table} where list_contains(?, la_code)",
                [group.la_codes],
            )
        connection.execute(
            statement(__package__, "gathered_row", **names),
            {"own": group.la_codes, "all": candidate.la_codes} if has_authority else None,
        )
    connection.execute(statement(__package__, "gathered_run"))
