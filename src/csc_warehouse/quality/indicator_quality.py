"""How far each indicator can be trusted: what its records lack, and what failed behind it.

An indicator is marked, never hidden, where a critical failure touches what it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from csc_warehouse.places import DBT_PROJECT
from csc_warehouse.quality.results import ERROR, FAIL
from csc_warehouse.sql import statement


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
    views = connection.execute(
        "select view_name from duckdb_views() where schema_name = 'internal' "
        "and starts_with(view_name, 'int_indicator_counted_') order by view_name"
    ).fetchall()
    connection.execute(
        statement(__package__, "indicator_quality", counted_views=[view for (view,) in views]),
        {"stopping": [FAIL, ERROR], "la_codes": list(la_codes)},
    )
