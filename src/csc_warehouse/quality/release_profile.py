"""The profiles of the marts gate: the release's tables, beside those of the month before."""

from __future__ import annotations

import duckdb

from csc_warehouse.quality.history import history_files
from csc_warehouse.quality.tables import Candidate, sql_text
from csc_warehouse.settings import Home


def profile_release(
    connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate
) -> None:
    """Make `table_volume` (rows of each mart now and in the newest earlier month's release) and
    `fault_share` (records of each conformed table, and those with an open failure)."""
    tables = connection.execute(
        "select distinct table_name from duckdb_columns() where database_name = 'analyst' "
        "and schema_name = 'marts' and column_name = 'la_code' order by table_name"
    ).fetchall()
    volumes = " union all ".join(
        f"select la_code, '{name}' as table_name, count(*) as row_count from analyst.marts.{name} "
        "group by la_code"
        for (name,) in tables
    )
    connection.execute(
        "create temp table table_volume_now as "
        + (volumes or "select '' as la_code, '' as table_name, 0 as row_count where false")
    )
    connection.execute(
        "create temp table volume_before "
        "(la_code varchar, month varchar, table_name varchar, row_count bigint)"
    )
    files = history_files(home, "volume", candidate, earlier_months_only=True)
    if files:
        connection.execute(
            "insert into volume_before select la_code, month, table_name, row_count "
            f"from read_parquet([{', '.join(sql_text(path) for path in files)}])"
        )
    # Of several releases of that month the one with the nearest count: a mistaken one that was
    # corrected is no yardstick.
    connection.execute(
        """
        create temp table table_volume as
        with newest as (
            select la_code, max(month) as month from volume_before group by la_code
        ),
        before as (
            select volume_before.* from volume_before
            inner join newest
                on newest.la_code = volume_before.la_code and newest.month = volume_before.month
        ),
        paired as (
            select
                authority.la_code, names.table_name, coalesce(now.row_count, 0) as row_count,
                before.row_count as previous_row_count, before.month as previous_month,
                row_number() over (
                    partition by authority.la_code, names.table_name
                    order by abs(coalesce(now.row_count, 0) - before.row_count), before.row_count
                ) as nearest
            from authority
            cross join (
                select table_name from table_volume_now union select table_name from before
            ) as names
            left join table_volume_now as now
                on now.la_code = authority.la_code and now.table_name = names.table_name
            left join before
                on before.la_code = authority.la_code and before.table_name = names.table_name
        )
        select la_code, table_name, row_count, previous_row_count, previous_month
        from paired where nearest = 1
        """
    )
    conformed = connection.execute(
        "select distinct table_name from duckdb_columns() where schema_name = 'intermediate' "
        "and table_name like 'int_%_conformed' and column_name = 'record_key' order by table_name"
    ).fetchall()
    records = " union all ".join(
        f"select la_code, '{name}' as table_name, count(*) as records "
        f"from intermediate.{name} group by la_code"
        for (name,) in conformed
    )
    connection.execute(
        "create temp table fault_share as "
        "with records as ("
        + (records or "select '' as la_code, '' as table_name, 0 as records where false")
        + "), faulty as (select la_code, table_name, count(distinct record_key) as faulty "
        "from analyst.dq.failing_record where gate = 'staging' group by la_code, table_name) "
        "select records.la_code, records.table_name, records.records, "
        "coalesce(faulty.faulty, 0) as faulty from records left join faulty "
        "on faulty.la_code = records.la_code and faulty.table_name = records.table_name"
    )
