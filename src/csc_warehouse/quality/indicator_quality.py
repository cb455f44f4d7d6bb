"""How far each indicator can be trusted: what its records lack, and what failed behind it.

An indicator is marked, never hidden, where a critical failure touches what it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from csc_warehouse.quality.results import ERROR, FAIL
from csc_warehouse.settings import DBT_PROJECT


@cache
def marts_of_indicators(project: Path = DBT_PROJECT) -> Mapping[str, tuple[str, ...]]:
    """The marts that each indicator's SQL reads, by indicator_name."""
    return {
        path.stem.removeprefix("ind_"): tuple(
            sorted(set(re.findall(r"ref\('((?:fct|dim)_\w+)'\)", path.read_text("utf-8"))))
        )
        for path in sorted((project / "models" / "indicators").rglob("ind_*.sql"))
    }


def write_indicator_quality(connection: duckdb.DuckDBPyConnection, la_codes: Sequence[str]) -> None:
    """Replace dq.indicator_quality: a row per authority and available indicator.

    `records`: the records behind the indicator in the year up to the month; `completeness_pct`:
    the share of them that no open failure puts in doubt. `critical_failures`: results that stop
    a release and name the indicator, its marts or nothing in particular: then it `is_marked`.
    """
    connection.execute("delete from analyst.dq.indicator_quality")
    marts = [(name, mart) for name, names in marts_of_indicators().items() for mart in names]
    connection.execute(
        "create or replace temp table indicator_mart (indicator_name varchar, mart varchar)"
    )
    connection.execute(
        "insert into indicator_mart select unnest(?), unnest(?)",
        [[name for name, _ in marts], [mart for _, mart in marts]],
    )
    # Not fct_indicator_detail: how a record is described takes as long again to look up.
    counted = " union all ".join(
        f"select la_code, indicator_code, event_date, is_in_doubt from analyst.indicators.{view}"
        for (view,) in connection.execute(
            "select view_name from duckdb_views() where schema_name = 'indicators' "
            "and starts_with(view_name, 'int_indicator_counted_') order by view_name"
        ).fetchall()
    )
    connection.execute(
        f"""
        insert into analyst.dq.indicator_quality
        with indicator as (
            select distinct la_code, indicator_code, indicator_name
            from analyst.indicators.rpt_indicator
            where availability = 'available' and breakdown = 'all'
        ),
        behind as (
            select detail.la_code, detail.indicator_code, count(*) as records,
                count(*) filter (where detail.is_in_doubt) as records_in_doubt
            from ({counted}) as detail
            inner join authority on authority.la_code = detail.la_code
            where detail.event_date > authority.as_at_date - interval 12 month
            group by detail.la_code, detail.indicator_code
        ),
        failing as (
            select failing.la_code, protecting.indicator_code, count(*) as open_failures,
                count(distinct failing.rule_id) as failing_rules
            from analyst.dq.failing_record as failing
            inner join analyst.dq.expectation_indicator as protecting
                on protecting.rule_id = failing.rule_id
            group by failing.la_code, protecting.indicator_code
        ),
        critical as (
            select indicator.la_code, indicator.indicator_code, count(*) as critical_failures,
                string_agg(distinct result.rule_id, ', ' order by result.rule_id) as rules
            from indicator
            inner join analyst.dq.expectation_result as result
                on result.la_code = indicator.la_code and result.status in (?, ?)
            where list_contains(
                    string_split(coalesce(result.indicators, ''), ','), indicator.indicator_code)
                or result.table_name in (
                    select mart from indicator_mart
                    where indicator_mart.indicator_name = indicator.indicator_name)
                or result.gate = 'raw' and coalesce(result.indicators, '') = ''
                    and coalesce(result.column_name, '') = ''
            group by indicator.la_code, indicator.indicator_code
        )
        select
            indicator.la_code, indicator.indicator_code, indicator.indicator_name,
            coalesce(behind.records, 0), coalesce(behind.records_in_doubt, 0),
            case when behind.records > 0 then
                100.0 * (behind.records - behind.records_in_doubt) / behind.records end,
            coalesce(failing.open_failures, 0), coalesce(failing.failing_rules, 0),
            coalesce(critical.critical_failures, 0), critical.rules is not null, critical.rules
        from indicator
        left join behind
            on behind.la_code = indicator.la_code
            and behind.indicator_code = indicator.indicator_code
        left join failing
            on failing.la_code = indicator.la_code
            and failing.indicator_code = indicator.indicator_code
        left join critical
            on critical.la_code = indicator.la_code
            and critical.indicator_code = indicator.indicator_code
        where list_contains(?, indicator.la_code)
        order by indicator.la_code, indicator.indicator_code
        """,
        [FAIL, ERROR, list(la_codes)],
    )
