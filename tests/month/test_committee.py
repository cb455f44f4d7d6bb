"""Every figure of five committee documents that records can carry, through the whole road.

One test a figure, named after its row in the list of figures (`1.11` is `test_1_11_…`); which
council and which command gives it, and why some can't be given, is in docs/committee-figures.md.
Beside each figure stands the easy misreading of it, which has to give another number (MISREAD).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

import csc_fictional
from csc_warehouse.disclosure.relations import Identity, read_identities, read_relations
from csc_warehouse.places import PROJECT_ROOT, Home
from csc_warehouse.run_month import steps
from library import identities
from library.built import built
from library.committee import (
    PERFORMANCE,
    QUARTER,
    REQUEST,
    UPDATE,
    WINDOW,
    YEAR,
    Figures,
    expected_unaccompanied,
    net_of_the_year,
    share_for_harm,
    share_of_health_and_schools,
    shown,
)
from library.misread import MISREAD

MONTHS = {
    REQUEST: "2022-06",
    QUARTER: "2022-09",
    YEAR: "2023-03",
    UPDATE: "2022-06",
    PERFORMANCE: "2024-03",
}
#: What the update's minutes say of the region, in the form in which the DfE publishes it.
REGION = """\
time_period,time_identifier,geographic_level,country_code,country_name,region_code,region_name,\
old_la_code,new_la_code,la_name,category,rereferral_percent
2022,Reporting year,Regional,E92000001,England,E12000002,North West,,,,\
Referrals and Re-referrals,21.6
"""
FIGURES = PROJECT_ROOT / "docs" / "committee-figures.md"
CATALOGUE = PROJECT_ROOT.parent / "shared" / "indicators.md"


@pytest.fixture(scope="module")
def analyst_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One release of the five councils, each as at the end of its own month."""
    home = Home(tmp_path_factory.mktemp("committee"))
    csc_fictional.generate_committee(home.landing)
    published = home.landing / "published"
    published.mkdir()
    (published / "referrals_and_rereferrals.csv").write_text(REGION, encoding="utf-8")
    for la_code, month in MONTHS.items():
        steps.land(home, la_code, month)
    return built(home, None, max(MONTHS.values())).analyst_db


@pytest.fixture(scope="module")
def figures(analyst_db: Path) -> Figures:
    return Figures(analyst_db)


# The report that announces the re-referral item (30 June 2022)


def test_0_1_children_referred_again_after_discharge(figures: Figures) -> None:
    row = figures.between(REQUEST, "RE-REF-DIS", "2020-01-01", "2022-06-30")
    assert (row["numerator"], row["denominator"]) == (211, 2150)


# Quarter 2 of 2022/23


def test_1_1_quarter_two_is_july_to_september(figures: Figures) -> None:
    assert figures.rows(
        "select distinct period_start_date from indicators.rpt_indicator "
        "where la_code = ? and period_type = 'quarter' and period_end_date = '2022-09-30'",
        QUARTER,
    ) == [(date(2022, 7, 1),)]


def test_1_2_contacts_comparable_to_the_year_before(figures: Figures) -> None:
    now = figures.value(QUARTER, "CON-01", "quarter", "2022-09-30")
    then = figures.value(QUARTER, "CON-01", "quarter", "2021-09-30")
    assert abs(now - then) / then < 0.05


def test_1_3_referrals_of_the_quarter_and_of_the_year_before(figures: Figures) -> None:
    assert figures.value(QUARTER, "REF-01", "quarter", "2022-09-30") == 534
    assert figures.value(QUARTER, "REF-01", "quarter", "2021-09-30") == 600


def test_1_4_assessments_in_time_from_90_to_94_percent(figures: Figures) -> None:
    assert figures.value(QUARTER, "ASM-02", "quarter", "2021-09-30") == 90
    assert figures.value(QUARTER, "ASM-02", "quarter", "2022-09-30") == 94


def test_1_5_children_on_a_plan(figures: Figures) -> None:
    assert figures.value(QUARTER, "CPP-01", "month_end", "2022-09-30") == 83


def test_1_6_children_on_a_plan_last_year(figures: Figures) -> None:
    assert figures.value(QUARTER, "CPP-01", "month_end", "2021-09-30") == 106
    change = figures.comparison(QUARTER, "CPP-01", "month_end", "2022-09-30")
    assert change["change_absolute"] == -23
    assert shown(change["change_relative_pct"], 1) == "-21.7"


def test_1_7_allocation_of_unaccompanied_children_was_31(figures: Figures) -> None:
    assert figures.value(QUARTER, "UASC-03", "month_end", "2022-06-30") == 31


def test_1_8_quota_of_unaccompanied_children_is_45(figures: Figures) -> None:
    assert figures.value(QUARTER, "UASC-03", "month_end", "2022-09-30") == 45


def test_1_9_unaccompanied_children_in_care(figures: Figures) -> None:
    assert figures.value(QUARTER, "UASC-01", "month_end", "2022-09-30") == 35
    assert shown(figures.value(QUARTER, "UASC-04", "month_end", "2022-09-30"), 1) == "77.8"


def test_1_10_ten_more_unaccompanied_children_may_be_expected(figures: Figures) -> None:
    assert expected_unaccompanied(figures, "2022-09-30") == 10


def test_1_11_missing_episodes(figures: Figures) -> None:
    assert figures.value(QUARTER, "MIS-01", "quarter", "2022-09-30") == 218


def test_1_12_children_missing(figures: Figures) -> None:
    assert figures.value(QUARTER, "MIS-02", "quarter", "2022-09-30") == 28
    assert shown(figures.value(QUARTER, "MIS-04", "quarter", "2022-09-30"), 1) == "7.8"


def test_1_13_four_of_the_28_were_under_16(figures: Figures) -> None:
    assert figures.split(QUARTER, "MIS-03", "quarter", "2022-09-30", "age_band") == {
        "under 16": 4,
        "16 and over": 24,
    }


def test_1_14_referrals_dropped_by_11_percent(figures: Figures) -> None:
    change = figures.comparison(QUARTER, "REF-01", "quarter", "2022-09-30")
    assert change["change_absolute"] == -66
    assert change["change_relative_pct"] == pytest.approx(-11)


def test_1_15_interviews_offered_within_72_hours(figures: Figures) -> None:
    assert figures.row(QUARTER, "RHI-06", "quarter", "2022-09-30") == (100, 200, 200)


def test_1_16_every_child_offered_an_interview(figures: Figures) -> None:
    assert figures.row(QUARTER, "RHI-01", "quarter", "2022-09-30") == (100, 200, 200)


def test_1_17_interviews_accepted(figures: Figures) -> None:
    assert figures.value(QUARTER, "RHI-02", "quarter", "2022-09-30") == 72


def test_1_18_interviews_accepted_last_year(figures: Figures) -> None:
    assert figures.value(QUARTER, "RHI-02", "quarter", "2021-09-30") == 56


def test_1_19_sixteen_points_and_not_percent(figures: Figures) -> None:
    change = figures.comparison(QUARTER, "RHI-02", "quarter", "2022-09-30")
    assert change["change_percentage_points"] == pytest.approx(16)
    assert shown(change["change_relative_pct"], 1) == "28.6"


@pytest.mark.parametrize("code", ["CON-01", "REF-01"])
def test_1_20_down_in_the_summer_holidays_and_up_in_september(figures: Figures, code: str) -> None:
    for year in (2021, 2022):
        july, august, september = (
            figures.value(QUARTER, code, "month", f"{year}-{end}")
            for end in ("07-31", "08-31", "09-30")
        )
        assert august < july < september or august < september
        assert august < july


def test_1_21_fewer_referrals_and_more_early_help(figures: Figures) -> None:
    """By the share of contacts and by how many they were: a share rises where contacts fall."""
    now = figures.row(QUARTER, "EH-02", "quarter", "2022-09-30")
    then = figures.row(QUARTER, "EH-02", "quarter", "2021-09-30")
    assert (now[1:], then[1:]) == ((370, 1960), (230, 2000))
    assert figures.value(QUARTER, "REF-01", "quarter", "2022-09-30") < figures.value(
        QUARTER, "REF-01", "quarter", "2021-09-30"
    )


def test_1_22_repeat_referrals_are_low(figures: Figures) -> None:
    change = figures.comparison(QUARTER, "REF-03", "year", "2022-03-31")
    assert change["value"] < change["england_value"]


def test_1_23_most_are_16_and_over_and_many_nearly_18(figures: Figures) -> None:
    ages = figures.split(QUARTER, "MIS-02", "quarter", "2022-09-30", "age_in_years")
    assert ages == {"14": 2, "15": 2, "16": 10, "17": 14}
    weeks = figures.split(QUARTER, "MIS-02", "quarter", "2022-09-30", "weeks_to_18")
    assert weeks == {"under 4 weeks": 8, "26 to 51 weeks": 6, "52 weeks and over": 14}


def test_1_24_why_they_went(figures: Figures) -> None:
    reasons = dict(
        figures.rows(
            "select missing_reason_code, count(*) from marts.fct_missing_episode where la_code = ? "
            "and end_date between '2022-07-01' and '2022-09-30' "
            "and missing_reason_code is not null group by all",
            QUARTER,
        )
    )
    assert sum(reasons.values()) == 144
    assert reasons["FRIENDS"] > reasons["LATE"]


# The year 2022/23


def test_2_1_children_looked_after(figures: Figures) -> None:
    assert figures.value(YEAR, "CLA-01", "month_end", "2023-03-31") == 291


def test_2_2_young_people_in_aftercare(figures: Figures) -> None:
    assert figures.value(YEAR, "CL-01", "month_end", "2023-03-31") == 260


def test_2_3_stable_and_good_beside_statistical_neighbours(figures: Figures) -> None:
    change = figures.comparison(YEAR, "CLA-02", "month_end", "2023-03-31")
    assert change["value"] < change["statistical_neighbours_value"]


def test_2_4_spike_in_june_and_july_by_unaccompanied_children(figures: Figures) -> None:
    starts = figures.series(YEAR, "CLA-03", "month", "2022-03-31")
    assert starts == [5, 5, 17, 17, 5, 5, 5, 5, 5, 5, 5, 5]
    for end in ("2022-06-30", "2022-07-31"):
        assert figures.split(YEAR, "CLA-03", "month", end, "uasc") == {
            "unaccompanied": 13,
            "not unaccompanied": 4,
        }


def test_2_5_nine_to_eleven_percent_have_a_disability(figures: Figures) -> None:
    shares = figures.series(YEAR, "CLA-07", "month_end", "2022-03-31")
    assert len(shares) == 12
    assert (shown(min(shares)), shown(max(shares))) == ("9", "11")


def test_2_6_missing_episodes_are_reducing(figures: Figures) -> None:
    months = figures.series(YEAR, "MIS-01", "month", "2022-03-31")
    assert len(months) == 12
    assert months == sorted(months, reverse=True)


def test_2_7_initial_health_assessments_to_be_improved(figures: Figures) -> None:
    change = figures.comparison(YEAR, "HLT-01", "year", "2023-03-31")
    assert shown(change["value"]) == "49"
    assert change["value"] < change["target_value"]


def test_2_8_all_placed_within_20_miles(figures: Figures) -> None:
    """All whose distance is known; that of unaccompanied children is not, as they have no home."""
    assert figures.row(YEAR, "PLC-05K", "month_end", "2023-03-31") == (0, 0, 255)
    assert figures.split(YEAR, "PLC-05U", "month_end", "2023-03-31", "uasc") == {
        "unaccompanied": 36
    }


def test_2_9_most_care_leavers_keep_in_touch(figures: Figures) -> None:
    assert figures.row(YEAR, "CL-02", "month_end", "2023-03-31")[1:] == (239, 260)


def test_2_10_unaccompanied_under_16_with_foster_carers(figures: Figures) -> None:
    assert figures.row(YEAR, "UASC-05", "month_end", "2023-03-31") == (100, 8, 8)
    assert figures.rows(
        "select placement_type, cast(age_in_years as integer) < 16, count(*) "
        "from indicators.fct_indicator_detail where la_code = ? and indicator_code = 'UASC-01' "
        "and event_date = '2023-03-31' group by all order by all",
        YEAR,
    ) == [("Foster placement", True, 8), ("Semi-independent or independent", False, 28)]


def test_2_11_the_youngest_is_14(figures: Figures) -> None:
    assert figures.value(YEAR, "UASC-06", "month_end", "2023-03-31") == 14


def test_2_12_eight_are_under_16(figures: Figures) -> None:
    assert figures.value(YEAR, "UASC-07", "month_end", "2023-03-31") == 8


def test_2_13_two_are_14_and_one_came_at_13(figures: Figures) -> None:
    assert figures.split(YEAR, "UASC-07", "month_end", "2023-03-31", "age_in_years") == {
        "14": 2,
        "15": 6,
    }
    assert figures.split(YEAR, "UASC-07", "month_end", "2023-03-31", "entry_age")["13"] == 1


def test_2_14_fifty_two_percent_in_education_lower_than_neighbours(figures: Figures) -> None:
    assert figures.row(YEAR, "CL-05", "month_end", "2023-03-31") == (52, 52, 100)
    change = figures.comparison(YEAR, "CL-05", "month_end", "2023-03-31")
    assert change["value"] < change["statistical_neighbours_value"]


def test_2_15_consistent_improvement_over_time(figures: Figures) -> None:
    values = [
        figures.value(YEAR, "CL-05", "month_end", f"{year}-03-31") for year in (2021, 2022, 2023)
    ]
    assert values == [46, 49, 52]


# The re-referral update (30 June 2022)


def test_3_1_fewer_than_one_in_ten_referred_again(figures: Figures) -> None:
    row = figures.between(UPDATE, "RE-REF-DIS", *WINDOW)
    assert row["denominator"] == 4300
    assert row["value"] < 10


def test_3_2_children_referred_again(figures: Figures) -> None:
    assert figures.between(UPDATE, "RE-REF-DIS", *WINDOW)["numerator"] == 422


def test_3_3_closed_again_since(figures: Figures) -> None:
    assert figures.between(UPDATE, "RE-REF-CLO", *WINDOW)["value"] == 233


def test_3_4_care_leavers_among_them(figures: Figures) -> None:
    assert figures.between(UPDATE, "RE-REF-CL", *WINDOW)["value"] == 110


def test_3_5_open_at_the_end_of_care(figures: Figures) -> None:
    assert figures.between(UPDATE, "RE-REF-OPEN", *WINDOW)["value"] == 42


def test_3_5_under_a_care_order_in_a_home_or_with_a_parent(figures: Figures) -> None:
    """Why they remained open, by the legal status and the placement of the last day of care."""
    assert {
        breakdown: dict(
            figures.rows(
                f"select {breakdown}, count(distinct child_key) "
                "from indicators.fct_indicator_detail where la_code = ? "
                "and indicator_code = 'RE-REF-OPEN' group by all",
                UPDATE,
            )
        )
        for breakdown in ("legal_status", "placement_type")
    } == {
        "legal_status": {"Care order": 42},
        "placement_type": {"Placed with parents": 21, "Children's home or secure": 21},
    }


def test_3_6_re_referrals_within_six_months(figures: Figures) -> None:
    """Comparable with similar authorities: higher than most of them, and lower than the highest."""
    change = figures.comparison(UPDATE, "REF-03", "rolling_6_months", "2022-06-30")
    assert change["value"] == 27.3
    assert (
        change["statistical_neighbours_minimum"]
        < change["value"]
        < change["statistical_neighbours_maximum"]
    )


def test_3_7_above_the_average_of_the_region(figures: Figures) -> None:
    """In the same row; the DfE's own figure for that year is 22.0%."""
    change = figures.comparison(UPDATE, "REF-03", "rolling_6_months", "2022-06-30")
    assert (change["value"], change["region_name"], change["region_value"]) == (
        27.3,
        "North West",
        21.6,
    )
    assert change["comparator_difference"] == "The published figure is of a year."


def test_3_8_four_week_average(figures: Figures) -> None:
    assert figures.row(UPDATE, "REF-05", "rolling_4_weeks", "2022-06-30") == (20, 30, 150)


def test_3_9_by_family_it_is_lower(figures: Figures) -> None:
    assert figures.value(UPDATE, "REF-06", "rolling_6_months", "2022-06-30") < figures.value(
        UPDATE, "REF-03", "rolling_6_months", "2022-06-30"
    )


def test_3_10_most_were_in_need_of_support(figures: Figures) -> None:
    statuses = figures.counts(
        UPDATE, "REF-07", "rolling_12_months", "2022-06-30", "status_after_referral"
    )
    assert set(statuses) >= {"child in need, assessed", "child protection plan", "looked after"}
    assert statuses["child in need, assessed"] > sum(statuses.values()) / 2
    assert share_for_harm(figures, "REF-07") < 35


def test_3_10_parents_had_complex_needs(figures: Figures) -> None:
    assert shown(figures.value(UPDATE, "REF-07P", "rolling_12_months", "2022-06-30")) == "70"


def test_3_12_excluded_children_referred_again(figures: Figures) -> None:
    """Of the 422; REF-08 asks of all that were referred within twelve months of a referral."""
    assert figures.between(UPDATE, "RE-REF-EX", *WINDOW)["value"] == 37


def test_3_13_before_and_after_the_strategy_of_november_2021(figures: Figures) -> None:
    """Early help that ended in the two winters: what followed within six months is known."""
    before = figures.between(UPDATE, "EH-05", "2021-05-01", "2021-06-30")
    since = figures.between(UPDATE, "EH-05", "2022-05-01", "2022-06-30")
    assert (before["value"], since["value"]) == (40, 15)
    assert figures.value(UPDATE, "EH-01", "quarter", "2022-03-31") > figures.value(
        UPDATE, "EH-01", "quarter", "2021-03-31"
    )


def test_3_14_more_children_assessed(figures: Figures) -> None:
    now = figures.value(UPDATE, "ASM-01", "quarter", "2022-03-31")
    assert now > figures.value(UPDATE, "ASM-01", "quarter", "2021-03-31")


def test_3_15_slightly_more_in_the_summer_holidays(figures: Figures) -> None:
    shares = figures.split(UPDATE, "REF-03", "quarter", "2021-09-30", "school_term")
    assert shares["school holiday"] > shares["term time"]


def test_3_16_half_years_can_be_asked_for(figures: Figures) -> None:
    row = figures.between(PERFORMANCE, "REF-03", "2022-10-01", "2023-03-31")
    assert row["denominator"] > 300


def test_3_17_more_children_in_care_may_be_expected(figures: Figures) -> None:
    """If the next twelve months are as the last: those who came less those who left."""
    assert figures.value(UPDATE, "CLA-01", "month_end", "2022-06-30") == 110
    assert net_of_the_year(figures) == 110 - figures.value(
        UPDATE, "CLA-01", "month_end", "2021-06-30"
    )
    assert net_of_the_year(figures) > 0


def test_3a_half_of_the_social_workers_have_been_here_for_three_years(figures: Figures) -> None:
    assert figures.value(UPDATE, "WRK-07", "month_end", "2022-06-30") == 3
    assert set(figures.split(UPDATE, "WRK-07", "month_end", "2022-06-30", "duration")) >= {
        "2 years to under 5",
        "5 years to under 10",
        "10 years and over",
    }


# The performance update of 2023/24


def test_4_1_contacts_the_highest_on_record(figures: Figures) -> None:
    assert figures.value(PERFORMANCE, "CON-01", "year", "2024-03-31") == 8401
    assert max(figures.series(PERFORMANCE, "CON-01", "year", "2018-03-31")) == 8401


def test_4_2_contacts_up_by_58_percent_on_2020_21(figures: Figures) -> None:
    now = figures.value(PERFORMANCE, "CON-01", "year", "2024-03-31")
    base = figures.value(PERFORMANCE, "CON-01", "year", "2021-03-31")
    assert shown(100 * (now - base) / base) == "58"


def test_4_3_more_complex_on_average(figures: Figures) -> None:
    now = figures.value(PERFORMANCE, "CON-05", "year", "2024-03-31")
    assert now > figures.value(PERFORMANCE, "CON-05", "year", "2023-03-31")


def test_4_4_referrals(figures: Figures) -> None:
    assert figures.value(PERFORMANCE, "REF-01", "year", "2024-03-31") == 768


def test_4_5_fewer_referrals_than_the_year_before(figures: Figures) -> None:
    change = figures.comparison(PERFORMANCE, "REF-01", "year", "2024-03-31")
    assert change["change_absolute"] < 0


def test_4_6_referrals_up_by_49_percent_on_2021_22(figures: Figures) -> None:
    now = figures.value(PERFORMANCE, "REF-01", "year", "2024-03-31")
    base = figures.value(PERFORMANCE, "REF-01", "year", "2022-03-31")
    assert shown(100 * (now - base) / base) == "49"


def test_4_7_children_in_care(figures: Figures) -> None:
    assert figures.value(PERFORMANCE, "CLA-01", "month_end", "2024-03-31") == 358


def test_4_8_assessments_in_time(figures: Figures) -> None:
    assert figures.value(PERFORMANCE, "ASM-02", "year", "2024-03-31") == 95
    assert figures.value(PERFORMANCE, "ASM-02", "year", "2023-03-31") < 95


def test_4_9_children_moved_more_often(figures: Figures) -> None:
    now = figures.value(PERFORMANCE, "PLC-01", "month_end", "2024-03-31")
    assert now > figures.value(PERFORMANCE, "PLC-01", "month_end", "2023-03-31")


def test_4_10_who_assists(figures: Figures) -> None:
    assert shown(share_of_health_and_schools(figures)) == "77"


def test_4_11_more_children_return_home(figures: Figures) -> None:
    now = figures.row(PERFORMANCE, "PRM-05", "year", "2024-03-31")
    then = figures.row(PERFORMANCE, "PRM-05", "year", "2023-03-31")
    assert (now[1], then[1]) == (21, 12)


def test_4_12_care_leavers_with_an_adviser(figures: Figures) -> None:
    assert figures.row(PERFORMANCE, "CL-07", "month_end", "2024-03-31")[1:] == (118, 120)


def test_4a_carers_or_children_asked_for_two_moves_in_five(figures: Figures) -> None:
    """Needs that a placement could not go on meeting."""
    assert figures.row(PERFORMANCE, "PLC-16", "year", "2024-03-31") == (41, 41, 100)


def test_4b_children_wait_for_a_match(figures: Figures) -> None:
    assert figures.value(PERFORMANCE, "PRM-09", "month_end", "2024-03-31") == 7


# The easy misreadings


@pytest.mark.parametrize("row", MISREAD)
def test_the_easy_misreading_gives_another_number(figures: Figures, row: str) -> None:
    reading = MISREAD[row]
    figure, misread = reading.figure(figures), reading.misread(figures)
    assert figure is not None and misread is not None
    assert figure != misread, f"{reading.takes}: {misread} too"


# The list itself


def figure_rows() -> dict[str, str]:
    """Row of the list: what docs/committee-figures.md says of it."""
    return dict(
        re.findall(
            r"^\| (\d(?:\.\d+|[a-z])) \|[^|]*\| (.*) \|$",
            FIGURES.read_text(encoding="utf-8"),
            re.M,
        )
    )


def test_every_row_is_tested_and_misread_or_has_its_reason() -> None:
    tested = {
        match[1].replace("_", ".")
        for name in globals()
        if (match := re.match(r"test_(\d(?:_\d+|[a-z]))_", name))
    }
    reasons = {row for row, says in figure_rows().items() if says.startswith("Not from records:")}
    assert tested | reasons == set(figure_rows())
    assert not tested & reasons
    assert tested == set(MISREAD)


def test_the_list_is_that_of_the_catalogue() -> None:
    if not CATALOGUE.is_file():
        pytest.skip("shared/indicators.md is not at hand: the list of figures is not compared")
    listed = re.findall(r"^\| (\d\.\d+) \|", CATALOGUE.read_text(encoding="utf-8"), re.M)
    # A letter marks what members asked or were told beside the figures.
    assert set(listed) == {row for row in figure_rows() if "." in row}


def test_nothing_downstream_knows_the_figures(figures: Figures) -> None:
    """No failing record either: the figures are sure."""
    assert figures.rows("select distinct rule_id from dq.failing_record") == []


def test_disclosure_control_knows_every_sum_of_their_figures(analyst_db: Path) -> None:
    """A miner that knows no definition finds nothing in four of the five that does not follow."""
    places = [
        identities.figures(analyst_db, la_code) for la_code in identities.authorities(analyst_db)
    ]
    proposed = set[identities.Sum]().union(*map(identities.proposed, places))
    mined = identities.confirmed(proposed, places, fewest=4)
    assert len(mined) > 40

    def unknown(known: Sequence[Identity]) -> list[str]:
        missing = identities.missing(mined, read_relations(), known, places)
        return [identities.said(each) for each in missing]

    assert unknown(read_identities()) == []
    assert "CLA-01 - CLA-01 before - CLA-03 + CLA-04" in unknown(())
