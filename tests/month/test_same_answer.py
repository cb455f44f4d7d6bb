"""The annual returns give the figures of the standard dataset, for the same fictional children.

One build: 994 by the standard dataset, 995 the same by four looked-after children returns, 996 the
same by two children in need censuses.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from csc_fictional import generate
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.built import built

LAST = "2022-03"
RETURNS, CENSUSES = range(2019, 2023), range(2021, 2023)
NOT_ONLY_IN_CARE = {"AWA-01", "MIS-01", "MIS-02", "MIS-03", "MIS-04", "MIS-05"}
"""The return has the missing periods of looked-after children, the standard dataset everyone's."""
BY_RETURNS = {
    "CL-02S", "CL-03S", "CL-04S", "CL-05S", "CL-06S", "CL-12", "CLA-01", "CLA-02", "CLA-03",
    "CLA-03R", "CLA-04", "CLA-04R", "CLA-05", "CLA-06", "CLA-08", "CLA-09", "CLA-10", "MIS-06",
    "PLC-01", "PLC-02", "PLC-03", "PLC-04", "PLC-07", "PLC-08", "PLC-09", "PLC-10", "PRM-01",
    "PRM-02", "PRM-03", "PRM-04A", "PRM-05", "PRM-07", "PRM-08", "REV-01", "REV-02", "UASC-01",
    "UASC-01R", "UASC-02", "UASC-02R", "UASC-03", "UASC-04", "UASC-05", "UASC-05S", "UASC-06",
    "UASC-06E", "UASC-06EM", "UASC-06M", "UASC-07",
}  # fmt: skip
BY_CENSUSES = {
    "ASM-01", "ASM-02", "ASM-02R", "ASM-04", "ASM-07", "ASM-08", "CIN-01", "CIN-01R", "CIN-02",
    "CON-05", "CPP-01", "CPP-01R", "CPP-02", "CPP-02R", "CPP-03", "CPP-03R", "CPP-04", "CPP-06",
    "CPP-07",
    "CPP-10", "ICPC-01", "ICPC-02", "ICPC-02R", "RE-REF-CLO", "RE-REF-DIS", "RE-REF-DIS12",
    "RE-REF-DIS6", "REF-01", "REF-01R", "REF-02", "REF-03", "REF-04", "REF-05", "REF-09",
    "REF-10", "S47-01", "S47-01R", "S47-02",
}  # fmt: skip
NOT_IN_A_CENSUS = {"CON-01", "HLT-01", "CLA-01", "PLC-01", "MIS-01", "CL-01"}

Figures = dict[tuple[str, str, date], tuple[Any, ...]]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A candidate of one March of the three authorities."""
    home = Home(tmp_path_factory.mktemp("returns"))
    made = tmp_path_factory.mktemp("made")
    generate("994", LAST, LAST, 0.05, 7, "ssd", made, faults=False, dialect="clean")
    generate("994", f"{RETURNS[0]}-03", LAST, 0.05, 7, "ssda903", made, faults=False)
    generate("994", f"{CENSUSES[0]}-03", LAST, 0.05, 7, "cin_census", made, faults=False)
    for path in (made / "994").glob("*/cin_census/*.xml"):
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("<LEA>994<", "<LEA>996<"), encoding="utf-8")
    drop = [("994", LAST, "ssd")]
    drop += [("995", f"{year}-03", "ssda903") for year in RETURNS]
    drop += [("996", f"{year}-03", "cin_census") for year in CENSUSES]
    for la_code, month, source in drop:
        shutil.copytree(made / "994" / month / source, home.landing / la_code / month / source)
        steps.land(home, la_code, month)
    return built(home, None, LAST, judged=False).analyst_db


def figures(release: Path, la_code: str) -> Figures:
    """Numerator, denominator and availability of the periods that end in the last year."""
    with duckdb.connect(str(release), read_only=True) as connection:
        found = connection.execute(
            "select indicator_code, period_type, period_end_date, numerator, denominator, "
            "availability from indicators.rpt_indicator where la_code = ? and breakdown = 'all' "
            "and period_end_date between '2021-04-30' and '2022-03-31'",
            [la_code],
        ).fetchall()
    return {row[:3]: row[3:] for row in found}


def available(found: Figures) -> Figures:
    return {key: row for key, row in found.items() if row[2] == "available"}


def differing(one: Figures, other: Figures) -> dict[Any, Any]:
    """What `one` has available and `other` counts otherwise."""
    return {
        key: (row[:2], other[key][:2])
        for key, row in available(one).items()
        if row[:2] != other[key][:2]
    }


def test_the_returns_give_the_figures_of_the_standard_dataset(release: Path) -> None:
    """Every period of the collection year, of every indicator that the returns carry."""
    of_ssd, of_returns = figures(release, "994"), figures(release, "995")
    found = available(of_returns)
    assert {key[0] for key in found} >= BY_RETURNS | NOT_ONLY_IN_CARE
    different = differing(of_returns, of_ssd)
    assert {key: row for key, row in different.items() if key[0] not in NOT_ONLY_IN_CARE} == {}
    assert sum(row[0] or 0 for row in found.values()) > 500
    fewer = [row[0] <= of_ssd[key][0] for key, row in found.items() if key[0] == "MIS-01"]
    assert all(fewer)


def test_the_censuses_give_the_figures_of_the_standard_dataset(release: Path) -> None:
    """Every period of the census year, of every indicator that the censuses carry, and no other."""
    of_ssd, of_censuses = figures(release, "994"), figures(release, "996")
    found = available(of_censuses)
    assert {key[0] for key in found} >= BY_CENSUSES
    assert {key[0] for key in found} & NOT_IN_A_CENSUS == set()
    assert differing(of_censuses, of_ssd) == {}
    assert sum(row[0] or 0 for row in found.values()) > 500


@pytest.mark.parametrize(
    ("la_code", "indicator_code", "first_day"),
    [
        ("996", "REF-01", date(2020, 4, 1)),
        # Re-referrals look back twelve months, moves of a child eleven before the month.
        ("996", "REF-03", date(2021, 4, 1)),
        ("995", "CLA-01", date(2018, 4, 30)),
        ("995", "PLC-01", date(2019, 3, 31)),
    ],
)
def test_what_no_year_covers_is_not_available(
    release: Path, la_code: str, indicator_code: str, first_day: date
) -> None:
    """Censuses from 2020-21 on, and returns from 2018-19 on, say nothing of the years before."""
    with duckdb.connect(str(release), read_only=True) as connection:
        found = connection.execute(
            "select min(period_start_date), max(period_end_date) from indicators.rpt_indicator "
            "where la_code = ? and indicator_code = ? and breakdown = 'all' "
            "and availability = 'available' and period_type in ('month', 'month_end')",
            [la_code, indicator_code],
        ).fetchall()
    assert found == [(first_day, date(2022, 3, 31))]
