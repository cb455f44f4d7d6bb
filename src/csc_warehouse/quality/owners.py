"""Whose issue it is: the team and the worker who were involved when the record's event happened."""

from __future__ import annotations

import duckdb


def assign_owners(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill owner_team and worker_key of the issues that fail now.

    Those of the record itself, where it names them; else of the involvement open on the day of the
    record (the first date that its table declares), the latest to start, a reviewing officer's only
    where there is no other; else of the child's latest referral up to then. An issue without any
    stays with the owner that its rule names, and so does one whose team is not in the list of
    teams: what else stands in such a column is nobody's to publish.
    """
    tables = [
        str(row[0])
        for row in connection.execute(
            "select distinct table_name from analyst.dq.issue where state <> 'resolved' "
            "and table_name in (select table_name from duckdb_tables() "
            "where database_name = current_database() and schema_name = 'intermediate') "
            "order by table_name"
        ).fetchall()
    ]
    if not tables:
        return
    connection.execute(
        "create or replace temp table issue_event as "
        + " union all ".join(_events_sql(connection, table) for table in tables)
    )
    connection.execute(_ASSIGN)
    connection.execute("drop table issue_event")


def _events_sql(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() where database_name = "
        "current_database() and schema_name = 'intermediate' and table_name = ? "
        "order by column_index",
        [table],
    ).fetchall()
    names = [name for name, _ in columns]
    dates = [name for name, kind in columns if kind in ("DATE", "TIMESTAMP")]
    day = f"cast(record.{dates[0]} as date)" if dates and "persons" not in table else "null"
    team = "record.team" if "team" in names else "cast(null as varchar)"
    worker = "record.worker_key" if "worker_key" in names else "cast(null as varchar)"
    return f"""
        select
            issue.issue_key,
            issue.la_code,
            issue.child_key,
            coalesce({day}, authority.as_at_date) as event_date,
            {team} as team,
            {worker} as worker_key
        from analyst.dq.issue as issue
        inner join intermediate.{table} as record
            on issue.record_key = record.record_key and issue.la_code = record.la_code
        inner join authority on issue.la_code = authority.la_code
        where issue.table_name = '{table}' and issue.state <> 'resolved'
    """


_ASSIGN = """
    update analyst.dq.issue as issue
    set owner_team = owners.team_name, worker_key = owners.worker_key
    from (
        with
        assignments as (
            select
                la_code, child_key, team, worker_key, start_date, end_date,
                case
                    when
                        upper(role_code) = 'IRO'
                        or upper(role_code) like '%REVIEWING%'
                        or upper(role_code) like '%CHAIR%'
                        then 3
                    else 1
                end as preference,
                record_key
            from intermediate.int_involvements_conformed
            where start_date is not null

            union all

            select
                la_code, child_key, team, worker_key, referral_date, null, 2, record_key
            from intermediate.int_referrals_conformed
            where referral_date is not null
        ),

        ranked as (
            select
                event.issue_key,
                event.la_code,
                coalesce(event.team, assignment.team) as team,
                coalesce(event.worker_key, assignment.worker_key) as worker_key,
                row_number() over (
                    partition by event.issue_key
                    order by
                        assignment.preference nulls last,
                        assignment.start_date desc,
                        assignment.record_key desc
                ) as place
            from issue_event as event
            left join assignments as assignment
                on
                    event.la_code = assignment.la_code
                    and event.child_key = assignment.child_key
                    and assignment.start_date <= event.event_date
                    and (assignment.end_date is null or assignment.end_date > event.event_date)
        )

        select
            ranked.issue_key,
            max(team.team_name) as team_name,
            max(ranked.worker_key) as worker_key
        from ranked
        left join intermediate.int_teams_matched as matched
            on
                ranked.la_code = matched.la_code
                and lower(trim(ranked.team)) = matched.team_text
        left join analyst.marts.dim_team as team on matched.team_key = team.team_key
        where ranked.place = 1
        group by ranked.issue_key
    ) as owners
    where issue.issue_key = owners.issue_key
"""
