"""Issues over months: a failing record from the first release that has it to the one without it.

Each published release leaves its issues in the lake (`history`); the next month goes on from them,
so that a month costs the same however many are kept. What people decided is in `decisions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from csc_warehouse.quality import decisions
from csc_warehouse.quality.history import base_files
from csc_warehouse.quality.tables import TABLES, Candidate, sql_text
from csc_warehouse.settings import Home

#: How long a resolved issue is remembered: the same record failing again until then is reopened.
REMEMBERED_MONTHS = 24

#: How many months the managers' summary goes back.
SUMMARY_MONTHS = 36


def write_issues(connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate) -> None:
    """Write dq.issue: what fails now, beside the issues of the release before.

    A failing record is an issue from the first month that it is seen: `open` while it fails,
    `accepted` while somebody's decision covers it, `resolved` once it no longer fails, `reopened`
    if it fails again after that. Its age is counted in months from the day it was last opened, up
    to now or to the month that it was last seen.
    """
    base = base_files(home, "issue", candidate)
    connection.execute(f"create or replace temp table base_issue ({TABLES['issue']})")
    if base:
        connection.execute(f"insert into base_issue by name select * from {_rows_of(base)}")
    decisions.write(connection, home, candidate)
    connection.execute("delete from analyst.dq.issue")
    connection.execute(
        """
        insert into analyst.dq.issue by name
        with
        failing as (
            select
                md5(concat_ws('|', rule_id, la_code, table_name, record_key, column_name))
                    as issue_key,
                rule_id,
                la_code,
                table_name,
                record_key,
                max(child_key) as child_key,
                column_name
            from found
            group by rule_id, la_code, table_name, record_key, column_name
        ),

        accepted as (
            select
                item.issue_key,
                max(decision.accepted_until) as accepted_until
            from decided_issue as item
            inner join analyst.dq.issue_decision as decision
                on item.decision_id = decision.decision_id
            inner join authority on decision.la_code = authority.la_code
            where decision.accepted_until > authority.as_at_date
            group by item.issue_key
        ),

        spells as (
            select
                coalesce(failing.issue_key, base.issue_key) as issue_key,
                coalesce(failing.rule_id, base.rule_id) as rule_id,
                coalesce(failing.la_code, base.la_code) as la_code,
                coalesce(failing.table_name, base.table_name) as table_name,
                coalesce(failing.record_key, base.record_key) as record_key,
                coalesce(failing.child_key, base.child_key) as child_key,
                coalesce(failing.column_name, base.column_name) as column_name,
                coalesce(base.first_seen_month, $month) as first_seen_month,
                case
                    when failing.issue_key is null then base.opened_month
                    when base.state <> 'resolved' then base.opened_month
                    else $month
                end as opened_month,
                case
                    when failing.issue_key is not null then $month
                    else base.last_seen_month
                end as last_seen_month,
                case
                    when failing.issue_key is null then coalesce(base.resolved_month, $month)
                end as resolved_month,
                failing.issue_key is not null as is_failing,
                accepted.accepted_until,
                base.owner_team,
                base.worker_key
            from failing
            full join base_issue as base on failing.issue_key = base.issue_key
            left join accepted on failing.issue_key = accepted.issue_key
        )

        select
            spells.issue_key,
            spells.rule_id,
            spells.la_code,
            spells.table_name,
            spells.record_key,
            spells.child_key,
            spells.column_name,
            spells.first_seen_month,
            spells.opened_month,
            spells.last_seen_month,
            spells.resolved_month,
            case
                when not spells.is_failing then 'resolved'
                when spells.accepted_until is not null then 'accepted'
                when spells.opened_month > spells.first_seen_month then 'reopened'
                else 'open'
            end as state,
            spells.accepted_until,
            coalesce(expectation.owner, 'data-quality lead') as owner,
            spells.owner_team,
            spells.worker_key,
            date_diff(
                'month',
                cast(spells.opened_month || '-01' as date),
                cast(spells.last_seen_month || '-01' as date)
            ) as age_months
        from spells
        left join analyst.dq.expectation as expectation on spells.rule_id = expectation.rule_id
        where
            spells.is_failing
            or date_diff(
                'month',
                cast(spells.resolved_month || '-01' as date),
                cast($month || '-01' as date)
            ) < $remembered
        order by spells.issue_key
        """,
        {"month": candidate.month, "remembered": REMEMBERED_MONTHS},
    )
    connection.execute("drop table base_issue")
    connection.execute("drop table decided_issue")


def _rows_of(files: Sequence[Path]) -> str:
    """SQL: the rows of Parquet files, whose folders say nothing that they don't."""
    names = ", ".join(map(sql_text, files))
    return f"read_parquet([{names}], union_by_name = true, hive_partitioning = false)"


def write_months(connection: duckdb.DuckDBPyConnection, home: Home, candidate: Candidate) -> None:
    """Write dq.issue_month: what was new, reopened and resolved in each month, and what stood then.

    A month's `open_count` and `accepted_count` are those of the month before, plus what was new and
    reopened, less what was resolved.
    """
    base = base_files(home, "issue_month", candidate)
    connection.execute("delete from analyst.dq.issue_month")
    if base:
        connection.execute(
            f"""
            insert into analyst.dq.issue_month by name
            select * from {_rows_of(base)}
            where month < $month and date_diff(
                'month', cast(month || '-01' as date), cast($month || '-01' as date)
            ) < $kept
            """,
            {"month": candidate.month, "kept": SUMMARY_MONTHS},
        )
    connection.execute(
        """
        insert into analyst.dq.issue_month by name
        select
            la_code,
            $month as month,
            rule_id,
            coalesce(owner_team, 'not known') as owner_team,
            count(*) filter (where first_seen_month = $month) as new_count,
            count(*) filter (where opened_month = $month and first_seen_month < $month)
                as reopened_count,
            count(*) filter (where resolved_month = $month) as resolved_count,
            count(*) filter (where state in ('open', 'reopened')) as open_count,
            count(*) filter (where state = 'accepted') as accepted_count
        from analyst.dq.issue
        where state <> 'resolved' or resolved_month = $month
        group by la_code, rule_id, coalesce(owner_team, 'not known')
        order by la_code, rule_id, owner_team
        """,
        {"month": candidate.month},
    )
