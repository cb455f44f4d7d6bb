"""A made-up extract under a real authority's code, in a home that nobody keeps.

It finds what is published of the authority, and what its council decides itself. No made-up child
carries the code anywhere else.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from csc_warehouse import council
from csc_warehouse.ask import releases
from csc_warehouse.build import candidate as candidates
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.hand_month import drop_hand_month

LA, MONTH = "890", "2022-09"
DECIDED = {
    "targets": (
        "indicator_code,green_from,amber_from,valid_from,source\nREF-03,12,15,2022-04-01,Plan"
    ),
    "names": "authority_name,valid_from\nThe council of this test,2022-04-01",
    "teams": "team,team_name,valid_from\nT1,Displayed team,2022-04-01",
    "owners": "owner,owner_name,valid_from\nfront door team manager,Hub lead,2022-04-01",
    "disclosure_threshold": "threshold,set_by,source,valid_from\n9,Governance,Policy,2022-04-01",
    "step_changes": (
        "indicator_code,step_date,reason,declared_by\nREF-01,2022-05-01,One front door,Head\n"
        "REF-01,2022-11-01,Another,Head"
    ),
}
#: One row of the DfE's file of referrals, of November 2025 (Open Government Licence v3.0).
PUBLISHED = (
    "time_period,time_identifier,geographic_level,country_code,country_name,region_code,"
    "region_name,old_la_code,new_la_code,la_name,category,referral_count,rereferral_count,"
    "rereferral_percent,no_further_action_count,no_further_action_percent,not_in_need_count,"
    "not_in_need_percent,referral_child_count,rereferral_child_count,rereferral_child_percent\n"
    "2022,Reporting year,Local authority,E92000001,England,E12000002,North West,890,E06000009,"
    "Blackpool,Referrals and Re-referrals,3122,900,28.8,0,0,1231,39.4,2603,702,27\n"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The hand-made month, under the real code, with what its council decides; published."""
    home = Home(tmp_path_factory.mktemp("real"))
    drop_hand_month(home, la_code=LA)
    statistics = home.landing / "published" / "referrals.csv"
    statistics.parent.mkdir()
    statistics.write_text(PUBLISHED, encoding="utf-8")
    steps.land(home, LA, MONTH)
    undecided = candidates.choose(home, [LA], MONTH).release_id
    for name, text in DECIDED.items():
        path = council.folder(home, LA) / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n", encoding="utf-8")
    steps.run_month(home, [LA], MONTH)
    assert releases.current(home).release_id != undecided
    return home


@pytest.fixture(scope="module")
def release(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(releases.current(home).analyst_db), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return connection.execute(sql).fetchall()


def test_its_region_neighbours_and_children_are_known(release: duckdb.DuckDBPyConnection) -> None:
    assert rows(release, "select region_name, is_fictional from marts.dim_authority") == [
        ("North West", False)
    ]
    assert rows(
        release,
        "select model_version, count(*), bool_or(is_stand_in) "
        "from reference.bridge_statistical_neighbour group by all order by all",
    ) == [("2021", 10, False), ("2025", 10, False)]
    per_10000 = rows(
        release,
        "select denominator from indicators.rpt_indicator where indicator_code = 'CLA-02' "
        "and period_type = 'month_end' and breakdown = 'all' and value is not null",
    )
    assert per_10000
    assert per_10000[-1][0] > 20_000


def test_what_is_published_of_it_stands_beside_its_figures(
    release: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        release,
        "select value, origin from reference.published_figure where geography_code = '890' "
        "and measure_id = 'rereferral_percent' and is_used",
    ) == [(28.8, "landed")]
    beside = rows(
        release,
        "select region_name, region_value, england_value, statistical_neighbours_count_used "
        "from indicators.rpt_comparison where indicator_code = 'REF-03' "
        "and period_end_date = date '2022-09-30' and period_type = 'rolling_12_months'",
    )
    assert [row[0] for row in beside] == ["North West"]
    assert all(value is not None for value in beside[0])
    assert beside[0][3] >= 9


def test_what_its_council_decides_holds(home: Home, release: duckdb.DuckDBPyConnection) -> None:
    assert rows(release, "select authority_name from marts.dim_authority") == [
        ("The council of this test",)
    ]
    assert rows(
        release,
        "select distinct target_value, target_source from indicators.rpt_comparison "
        "where indicator_code = 'REF-03' and period_end_date >= date '2022-04-01'",
    ) == [(12.0, "Plan")]
    # Without a target of its own it has none: demonstrations are for the fictional.
    assert rows(
        release,
        "select count(target_value) from indicators.rpt_comparison "
        "where indicator_code <> 'REF-03'",
    ) == [(0,)]
    # What is declared for after the month is no part of it.
    assert rows(release, "select indicator_code, step_date from reference.step_change") == [
        ("REF-01", date(2022, 5, 1))
    ]
    report = releases.current(home).report
    pages = "".join(path.read_text(encoding="utf-8") for path in report.parent.rglob("*.html"))
    assert "Counts of 1 to 9 are hidden" in pages
    shown = list(report.parent.rglob("figures.csv"))
    with shown[0].open(encoding="utf-8-sig", newline="") as file:
        counts = [
            float(row["numerator"])
            for row in csv.DictReader(file)
            if row["numerator"] and row["aggregation"].startswith("count")
        ]
    assert not [count for count in counts if 0 < count <= 9]


def test_a_failure_is_the_owners_whom_the_council_names(
    release: duckdb.DuckDBPyConnection,
) -> None:
    owners = {
        owner for (owner,) in rows(release, "select distinct owner from dq.expectation_result")
    }
    assert "Hub lead" in owners
    assert "front door team manager" not in owners
