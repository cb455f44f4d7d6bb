"""The worklist that teams work through: a page and a sheet for each, and a summary for managers.

It names children and records by the case system's own ids, so it stands beside `restricted.duckdb`
and never in the report: `<release>/worklist/`. Its pages look as those of the report and
link to them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from csc_warehouse.files import private_directory
from csc_warehouse.report.figures import Release
from csc_warehouse.report.pages import Audience, environment

AUDIENCE = Audience(
    "worklist",
    "For those who correct records",
    "Restricted: it names children by the case system’s ids.",
    is_public=False,
)

#: Pages show so many records; the workbook has them all.
PAGE_RECORDS = 2_000

#: Of the indicators that a rule protects, those named beside a record: the most uncertain first.
NAMED_INDICATORS = 3

_COLUMNS = {
    "child_id": "Child",
    "record": "Record",
    "record_id": "Record id",
    "field": "Field",
    "why": "What is wrong",
    "how_to_resolve": "What to do",
    "indicators": "Figures that it leaves in doubt",
    "state": "State",
    "first_seen": "First seen",
    "age": "Months open",
    "worker": "Worker (key)",
    "source_file": "File",
    "row_number": "Row",
}


@dataclass(frozen=True)
class Team:
    """A team's failing records, the oldest first, as dictionaries with the keys of `_COLUMNS`."""

    la_code: str
    name: str
    page: str
    records: list[dict[str, Any]]

    @property
    def oldest(self) -> int:
        return max(int(record["age"]) for record in self.records)

    @property
    def accepted(self) -> int:
        return sum(record["state"] == "accepted" for record in self.records)

    @property
    def failing(self) -> int:
        return len(self.records) - self.accepted


def write(release: Release, analyst_db: Path, restricted_db: Path, folder: Path) -> None:
    """Write `folder`: index.html, a page a team and worklist.xlsx, from a release's databases."""
    private_directory(folder)
    with duckdb.connect() as connection:
        connection.execute("attach $path as analyst (read_only)", {"path": str(analyst_db)})
        connection.execute("attach $path as restricted (read_only)", {"path": str(restricted_db)})
        connection.execute("use analyst")
        teams = list(_teams(connection))
        months = _dictionaries(connection, _MONTHS)
        rules = _dictionaries(connection, _RULES)
    names = {each.la_code: each.name for each in release.authorities}
    shared = {"release": release, "audience": AUDIENCE, "names": names}
    template = environment().get_template("worklist_team.html.j2")
    for team in teams:
        text = template.render(team=team, limit=PAGE_RECORDS, **shared)
        (folder / team.page).write_text(text, encoding="utf-8")
    template = environment().get_template("worklist.html.j2")
    text = template.render(teams=teams, months=months, rules=rules, **shared)
    (folder / "index.html").write_text(text, encoding="utf-8")
    _write_workbook(folder / "worklist.xlsx", release, teams, months)


def _teams(connection: duckdb.DuckDBPyConnection) -> Iterator[Team]:
    records: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for record in _dictionaries(connection, _RECORDS.format(named=NAMED_INDICATORS)):
        records.setdefault((record.pop("la_code"), record.pop("team")), []).append(record)
    taken: set[str] = set()
    for (la_code, name), found in sorted(records.items()):
        stem = f"{la_code}-" + (re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "team")
        page = next(
            each
            for number in range(1, 1_000)
            if (each := f"{stem}{'' if number == 1 else f'-{number}'}.html") not in taken
        )
        taken.add(page)
        yield Team(la_code, name, page, found)


def _dictionaries(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _write_workbook(
    path: Path, release: Release, teams: list[Team], months: list[dict[str, Any]]
) -> None:
    with xlsxwriter.Workbook(str(path), {"in_memory": False, "strings_to_formulas": False}) as book:
        # Nothing of the clock: the same release makes the same file.
        created = datetime.combine(release.as_at_date, time())
        book.set_properties({"title": "Records to correct", "created": created})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True})
        sheet = book.add_worksheet("Summary")
        sheet.write(0, 0, f"Records to correct, as at {release.as_at_date}", bold)
        sheet.write(1, 0, "Restricted: it names children by the case system's ids.")
        headings = ("Authority", "Team", "Failing", "Accepted", "Oldest (months)")
        sheet.write_row(3, 0, headings, bold)
        for row, team in enumerate(teams, start=4):
            counts = (team.failing, team.accepted, team.oldest)
            sheet.write_row(row, 0, (team.la_code, team.name, *counts))
        sheet.set_column(0, 0, 12)
        sheet.set_column(1, 1, 44)
        sheet.set_column(2, 4, 16)
        sheet = book.add_worksheet("Months")
        sheet.write_row(
            0, 0, ("Authority", "Month", "New", "Reopened", "Resolved", "Failing"), bold
        )
        for row, month in enumerate(months, start=1):
            sheet.write_row(row, 0, tuple(month[name] for name in _MONTH_COLUMNS))
        names: set[str] = {"summary", "months"}
        for team in teams:
            sheet = book.add_worksheet(_sheet_name(f"{team.la_code} {team.name}", names))
            sheet.write_row(0, 0, tuple(_COLUMNS.values()), bold)
            for row, record in enumerate(team.records, start=1):
                for column, name in enumerate(_COLUMNS):
                    value = record[name]
                    is_long = name in ("why", "how_to_resolve", "indicators")
                    sheet.write(row, column, value, wrapped if is_long else None)
            sheet.freeze_panes(1, 1)
            sheet.autofilter(0, 0, len(team.records), len(_COLUMNS) - 1)
            sheet.set_column(0, 3, 18)
            sheet.set_column(4, 6, 48)
            sheet.set_column(7, len(_COLUMNS) - 1, 14)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel takes: 31 characters, none of `[]:*?/\\`, once."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", name)
    for number in range(1, 1_000):
        ending = "" if number == 1 else f" {number}"
        found = plain[: 31 - len(ending)] + ending
        if found.lower() not in taken:
            taken.add(found.lower())
            return found
    raise ValueError(f"There are a thousand sheets called {plain[:20]}.")


# How far each figure could move stands beside the rule, the newest of its widest standard period.
_RECORDS = """
    with
    spoiled as (
        select
            link.rule_id,
            report.la_code,
            link.indicator_code,
            report.value,
            report.lower_bound,
            report.upper_bound,
            row_number() over (
                partition by link.rule_id, report.la_code
                order by
                    (report.upper_bound - report.lower_bound) / nullif(report.value, 0)
                        desc nulls last,
                    link.indicator_code
            ) as place
        from (select distinct rule_id, indicator_code from dq.expectation_indicator) as link
        inner join indicators.rpt_indicator as report
            on link.indicator_code = report.indicator_code
        inner join marts.dim_authority as authority
            on
                report.la_code = authority.la_code
                and report.period_end_date = authority.as_at_date
        where
            report.breakdown = 'all'
            and report.period_type in ('month_end', 'rolling_12_months')
            and report.lower_bound < report.upper_bound
    ),

    named as (
        select
            rule_id,
            la_code,
            string_agg(
                indicator_code || ' ' || printf('%.1f', value) || ' (could be '
                || printf('%.1f', lower_bound) || ' to ' || printf('%.1f', upper_bound) || ')',
                '; ' order by place
            ) as indicators
        from spoiled
        where place <= {named}
        group by rule_id, la_code
    ),

    child_ids as (
        select la_code, child_key, string_agg(person_id, ', ' order by person_id) as child_id
        from restricted.child_link
        group by la_code, child_key
    ),

    record_ids as (
        select
            la_code,
            table_name,
            record_key,
            max(record_id) as record_id,
            max(source_file) as source_file,
            max(row_number) as row_number
        from restricted.record_link
        group by la_code, table_name, record_key
    )

    select
        issue.la_code,
        coalesce(issue.owner_team, issue.owner) as team,
        coalesce(child_ids.child_id, 'not known') as child_id,
        replace(regexp_replace(issue.table_name, '^int_|_conformed$', '', 'g'), '_', ' ')
            as record,
        record_ids.record_id,
        replace(issue.column_name, '_', ' ') as field,
        expectation.why,
        expectation.how_to_resolve,
        coalesce(named.indicators, '') as indicators,
        issue.state,
        issue.first_seen_month as first_seen,
        issue.age_months as age,
        coalesce(left(issue.worker_key, 8), '') as worker,
        record_ids.source_file,
        record_ids.row_number,
        issue.rule_id,
        expectation.severity
    from dq.issue as issue
    inner join dq.expectation as expectation on issue.rule_id = expectation.rule_id
    left join child_ids
        on issue.la_code = child_ids.la_code and issue.child_key = child_ids.child_key
    left join record_ids
        on
            issue.la_code = record_ids.la_code
            and issue.table_name = record_ids.table_name
            and issue.record_key = record_ids.record_key
    left join named on issue.rule_id = named.rule_id and issue.la_code = named.la_code
    where issue.state <> 'resolved'
    order by
        issue.la_code, team, issue.age_months desc, issue.first_seen_month, issue.rule_id,
        child_id, record_id, issue.issue_key
"""

_MONTH_COLUMNS = ("la_code", "month", "new", "reopened", "resolved", "failing")

_MONTHS = """
    select
        la_code,
        month,
        cast(sum(new_count) as bigint) as new,
        cast(sum(reopened_count) as bigint) as reopened,
        cast(sum(resolved_count) as bigint) as resolved,
        cast(sum(open_count) as bigint) as failing,
        cast(sum(accepted_count) as bigint) as accepted
    from dq.issue_month
    group by la_code, month
    order by la_code, month desc
"""

_RULES = """
    select
        month.la_code,
        month.rule_id,
        expectation.why,
        cast(sum(month.new_count) as bigint) as new,
        cast(sum(month.reopened_count) as bigint) as reopened,
        cast(sum(month.resolved_count) as bigint) as resolved,
        cast(sum(month.open_count) as bigint) as failing,
        cast(sum(month.accepted_count) as bigint) as accepted
    from dq.issue_month as month
    inner join dq.expectation as expectation on month.rule_id = expectation.rule_id
    where month.month = (select month from ops.release)
    group by month.la_code, month.rule_id, expectation.why
    order by month.la_code, failing desc, month.rule_id
"""
