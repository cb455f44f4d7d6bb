"""Sources beside each other: the same stories by the dataset, the census and Annex A."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from csc_fictional import generate
from csc_warehouse.build import candidate as candidates
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps

LA = "996"
MONTH, CENSUS_MONTH = "2022-09", "2022-03"
MODELS = ("dim_date", "int_source_pairs", "int_source_records", "rpt_source_reconciliation")


@pytest.fixture(scope="module")
def reconciled(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str, str], Any]:
    """The rows of an authority that delivers three sources, by measure, other source and period."""
    home = Home(tmp_path_factory.mktemp("reconciled"))
    for source, month in (("ssd", MONTH), ("annex_a", MONTH), ("cin_census", CENSUS_MONTH)):
        generate(LA, month, month, 0.05, 7, source, home.landing, faults=False, dialect="clean")
    for month in (CENSUS_MONTH, MONTH):
        steps.land(home, LA, month)
    for step in (steps.check_raw, steps.build_staging):
        step(home, [LA], MONTH)
    candidate = candidates.choose(home, [LA], MONTH)
    candidate.dbt.build(*MODELS)
    with candidate.connection(read_only=True) as connection:
        cursor = connection.execute("from analyst.indicators.rpt_source_reconciliation")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
    return {(row["measure"], row["other_source_system"], row["period_type"]): row for row in rows}


def test_each_pair_is_compared_on_the_days_that_both_cover(
    reconciled: dict[tuple[str, str, str], Any],
) -> None:
    assert {row["source_system"] for row in reconciled.values()} == {"ssd"}
    days = {
        key[1:]: (row["period_start_date"], row["period_end_date"])
        for key, row in reconciled.items()
    }
    assert days == {
        ("cin_census", "year"): (date(2021, 4, 1), date(2022, 3, 31)),
        ("cin_census", "days_in_common"): (date(2021, 4, 1), date(2022, 3, 31)),
        ("annex_a", "days_in_common"): (date(2022, 4, 1), date(2022, 9, 30)),
    }
    # No return says when a looked-after child was referred, and Annex A has no missing spells.
    assert ("children_looked_after", "cin_census", "year") not in reconciled
    assert ("missing_episodes_started", "annex_a", "days_in_common") not in reconciled


def test_the_same_stories_are_reconciled(reconciled: dict[tuple[str, str, str], Any]) -> None:
    assert all(row["other_value"] > 0 for row in reconciled.values())
    assert {row["only_in_other"] for row in reconciled.values()} == {0}
    differing = {key[:2] for key, row in reconciled.items() if row["only_in_source"]}
    # What was recorded in the half year since the census was made.
    assert differing <= {("referrals", "cin_census")}
    for row in reconciled.values():
        assert row["difference"] == row["only_in_source"]
        assert row["is_large_difference"] == (row["difference_pct"] > row["largest_difference_pct"])
