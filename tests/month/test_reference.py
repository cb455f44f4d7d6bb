"""The published indicators against the plain-Python reference, on random boundary histories.

First the reference itself, clause by clause; then the whole road, over 200 histories of some thirty
children each. More: `CSC_HISTORIES=1000 pytest tests/month/test_reference.py -k differential`.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from csc_warehouse.places import Home
from library import same_months
from library.reference import dates
from library.reference.dates import Period
from library.reference.extract import read_extract
from library.reference.figures import Figure, all_figures, figures_of, first_month_end_checked
from library.reference.histories import COLUMNS, many_histories, random_histories
from library.reference.published import (
    RowKey,
    built_of,
    children_out_of_step,
    durations_of,
    movements_of,
    rows_of,
)
from library.reference.random_children import MONTH_ENDS, random_child, write_children
from library.reference.rules import (
    CP_VISIT_WORKING_DAYS,
    INDICATORS,
    Authority,
    duration,
    open_since,
)
from library.reference.stocks import STOCKS, Movement, movement

AS_AT = date(2022, 9, 30)
SEPTEMBER = (date(2022, 9, 1), AS_AT)
MONTHS = ("2022-09", "2024-02")

Rows = list[dict[str, str]]


class Folder:
    """An extract of a few rows, written by short column names (without the table's prefix)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tables: dict[str, Rows] = {}

    def add(self, table: str, **values: str) -> Folder:
        columns = COLUMNS[table].split()
        row = {}
        for name, value in values.items():
            (column,) = [c for c in columns if c.split("_", 1)[1] == name]
            row[column] = value
        self.tables.setdefault(table, []).append(row)
        return self

    def person(self, person: str, dob: str = "2012-01-01", **values: str) -> Folder:
        return self.add("ssd_person", person_id=person, dob=dob, **values)

    def referral(self, key: str, on: str, closed: str = "", nfa: str = "N", person: str = "P"):
        return self.add(
            "ssd_cin_episodes",
            referral_id=key,
            person_id=person,
            referral_date=on,
            close_date=closed,
            referral_nfa=nfa,
        )

    def episode(
        self,
        start: str,
        end: str = "",
        person: str = "P",
        reason: str = "S",
        care: str = "K",
        ceased: str = "",
    ) -> Folder:
        return self.add(
            "ssd_cla_episodes",
            cla_episode_id=f"E{start}{end}{reason}",
            person_id=person,
            cla_episode_start_date=start,
            cla_episode_ceased_date=end,
            cla_episode_start_reason=reason,
            cla_episode_ceased_reason=ceased,
            cla_id=care,
        )

    def legal(self, status: str, start: str, end: str = "", person: str = "P") -> Folder:
        return self.add(
            "ssd_legal_status",
            legal_status_id=f"L{status}{start}",
            person_id=person,
            legal_status=status,
            legal_status_start_date=start,
            legal_status_end_date=end,
        )

    def placement(
        self, start: str, end: str = "", kind="U6", postcode="", reason="", person="P", distance=""
    ) -> Folder:
        return self.add(
            "ssd_cla_placement",
            cla_placement_id=f"PL{start}{end}{kind}",
            person_id=person,
            cla_id="K",
            cla_placement_start_date=start,
            cla_placement_end_date=end,
            cla_placement_type=kind,
            cla_placement_postcode=postcode,
            cla_placement_change_reason=reason,
            cla_placement_distance=distance,
        )

    def spell(self, start: str, end: str = "", kind="M", offered="", accepted="") -> Folder:
        return self.add(
            "ssd_missing",
            table_id=f"X{start}{end}{kind}{offered}",
            person_id="P",
            missing_episode_start_date=start,
            missing_episode_end_date=end,
            missing_episode_type=kind,
            missing_rhi_offered=offered,
            missing_rhi_accepted=accepted,
        )

    def leaver(self, contact: str, eligibility: str, in_touch="YES", **values: str) -> Folder:
        return self.add(
            "ssd_care_leavers",
            table_id=f"T{len(self.tables.get('ssd_care_leavers', []))}",
            person_id="P",
            care_leaver_latest_contact=contact,
            care_leaver_eligibility=eligibility,
            care_leaver_in_touch=in_touch,
            **values,
        )

    def authority(self) -> Authority:
        for table, rows in self.tables.items():
            with (self.path / f"{table}.csv").open("w", encoding="utf-8", newline="") as stream:
                writer = csv.DictWriter(stream, COLUMNS[table].split())
                writer.writeheader()
                writer.writerows(rows)
        return Authority(read_extract(self.path))

    def count(self, code: str, start: date = SEPTEMBER[0], end: date = AS_AT) -> tuple[int, ...]:
        """(count,) of a count, (numerator, denominator) of a share."""
        if INDICATORS[code].is_snapshot:
            start = end
        figures = figures_of(self.authority(), code, Period("any", start, end))
        figure = figures["all", "all"]
        if figure.denominator is None:
            return (figure.numerator,)
        return (figure.numerator, figure.denominator)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


# Time


def test_working_days_skip_weekends_and_the_state_funeral() -> None:
    assert dates.working_days(date(2022, 9, 16), date(2022, 9, 16)) == 0
    assert dates.working_days(date(2022, 9, 16), date(2022, 9, 19)) == 0
    assert dates.working_days(date(2022, 9, 16), date(2022, 9, 20)) == 1
    assert dates.working_days(date(2022, 4, 14), date(2022, 4, 19)) == 1
    assert dates.add_working_days(date(2022, 9, 1), 20) == date(2022, 9, 30)


def test_look_back_is_clipped_to_the_months_last_day() -> None:
    assert dates.months_before(date(2024, 2, 29), 12) == date(2023, 2, 28)
    assert dates.months_before(date(2023, 2, 28), 12) == date(2022, 2, 28)
    assert dates.months_before(date(2022, 8, 31), 6) == date(2022, 2, 28)


@pytest.mark.parametrize(
    ("day", "years"),
    [(date(2022, 2, 28), 17), (date(2022, 3, 1), 18), (date(2024, 2, 28), 19)],
)
def test_a_birthday_of_29_february_falls_on_1_march(day: date, years: int) -> None:
    assert dates.age(date(2004, 2, 29), day) == years


def test_periods_that_end_with_september() -> None:
    ending = {p.period_type: p.start for p in dates.event_periods(AS_AT, AS_AT)}
    assert ending == {
        "month": date(2022, 9, 1),
        "quarter": date(2022, 7, 1),
        "year_to_date": date(2022, 4, 1),
        "rolling_4_weeks": date(2022, 9, 3),
        "rolling_6_months": date(2022, 4, 1),
        "rolling_12_months": date(2021, 10, 1),
    }


def test_a_year_has_a_row_at_its_31_march_only() -> None:
    years = [p for p in dates.event_periods(date(2021, 1, 31), AS_AT) if p.period_type == "year"]
    assert [(p.start, p.end) for p in years] == [
        (date(2020, 4, 1), date(2021, 3, 31)),
        (date(2021, 4, 1), date(2022, 3, 31)),
    ]


# Records


def test_key_is_id_and_person_and_the_last_version_counts(folder: Folder) -> None:
    for person, on in [("P", "2022-09-05"), ("Q", "2022-09-05"), ("P", "2022-08-31")]:
        folder.add("ssd_s47_enquiry", s47_enquiry_id="S1", person_id=person, s47_start_date=on)
    assert folder.count("S47-01") == (1,)
    assert folder.count("S47-01", date(2022, 8, 1), date(2022, 8, 31)) == (1,)


def test_contacts_of_a_child_on_a_day_count_once(folder: Folder) -> None:
    for key, person, on in [
        ("C1", "P", "2022-09-01"),
        ("C2", "P", "2022-09-01 23:59:00.000"),
        ("C1", "Q", "2022-09-01"),
        ("C3", "P", "1900-01-01"),
        ("C4", "P", ""),
    ]:
        folder.add("ssd_contacts", contact_id=key, person_id=person, contact_date=on)
    assert folder.count("CON-01") == (2,)


@pytest.mark.parametrize(
    ("status", "is_known"),
    [("C2", True), ("c2 - full", True), ("Full care order", True), ("C22", False), ("C", False)],
)
def test_codes_as_code_text_or_label(folder: Folder, status: str, is_known: bool) -> None:
    folder.legal(status, "2022-01-01")
    assert (folder.authority().legal_status_at("P", AS_AT) is not None) == is_known


# Front door


@pytest.mark.parametrize(
    ("earlier", "again"),
    [
        ("2021-09-05", 1),
        ("2021-09-04", 0),
        ("2022-09-05", 0),
        ("2022-09-04", 1),
    ],
)
def test_rereferral_within_12_months(folder: Folder, earlier: str, again: int) -> None:
    folder.referral("R1", earlier, nfa="Y").referral("R2", "2022-09-05")
    numerator, _ = folder.count("REF-03")
    assert numerator == again


@pytest.mark.parametrize(
    ("other", "nfa", "expected"),
    [
        (("2022-08-01", ""), "N", (0, 0)),
        (("2022-08-01", ""), "Y", (0, 1)),
        (("2022-09-10", ""), "N", (0, 0)),
        (("2022-09-11", ""), "Y", (1, 1)),
        (("2022-09-11", ""), "N", (1, 1)),
        (("2022-08-01", "2022-09-10"), "N", (0, 1)),
        (("2022-10-01", ""), "N", (0, 1)),
        (("", ""), "N", (0, 1)),
        # A closure before its own referral is none: the case blocks, and is not referred again.
        (("2022-09-10", "2022-09-09"), "N", (0, 0)),
        (("2022-09-11", "2022-09-10"), "N", (1, 1)),
        (("2022-09-10", "2022-09-10"), "N", (0, 1)),
    ],
)
def test_rereferred_after_discharge(
    folder: Folder, other: tuple[str, str], nfa: str, expected: tuple[int, int]
) -> None:
    folder.referral("R1", "2022-01-10", "2022-09-10")
    folder.referral("R2", *other, nfa=nfa)
    assert folder.count("RE-REF-DIS") == expected


@pytest.mark.parametrize(
    ("start", "in_time"),
    [("2022-07-21", 1), ("2022-07-20", 0), ("", 0), ("2022-09-27", 0), ("2022-09-26", 1)],
)
def test_assessment_in_45_working_days(folder: Folder, start: str, in_time: int) -> None:
    # 21 July to 26 September has 47 weekdays after day 0, less 29 August and 19 September.
    folder.add(
        "ssd_cin_assessments",
        assessment_id="A",
        person_id="P",
        assessment_start_date=start,
        assessment_auth_date="2022-09-26",
    )
    assert folder.count("ASM-02") == (in_time, 1)
    assert folder.count("ASM-02R") == (0, 1)


def test_a_link_leads_to_the_record_of_the_same_person(folder: Folder) -> None:
    folder.add(
        "ssd_initial_cp_conference",
        icpc_id="I",
        person_id="P",
        s47_enquiry_id="S1",
        icpc_date="2022-09-26",
        icpc_transfer_in="Y",
    )
    folder.add("ssd_initial_cp_conference", icpc_id="J", person_id="P", icpc_target_date=str(AS_AT))
    enquiry = {"s47_enquiry_id": "S1", "s47_start_date": "2022-09-20"}
    folder.add("ssd_s47_enquiry", person_id="Q", **enquiry)
    assert folder.count("ICPC-01") == (0, 1)
    folder.add("ssd_s47_enquiry", person_id="P", **enquiry)
    assert folder.count("ICPC-01") == (1, 1)


def test_plans_open_own_and_repeated(folder: Folder) -> None:
    for key, start, end, ola in [
        ("1", "2022-09-05", "2022-09-30", ""),
        ("2", "2022-09-05", "2022-10-01", "Y"),
        ("3", "2022-09-05", "2022-10-01", "N"),
    ]:
        folder.add(
            "ssd_cp_plans",
            cp_plan_id=key,
            person_id="P",
            cp_plan_start_date=start,
            cp_plan_end_date=end,
            cp_plan_ola=ola,
        )
    assert folder.count("CPP-01") == (1,)
    assert folder.count("CPP-04") == (0, 2)


@pytest.mark.parametrize(
    ("visited", "seen", "expected"),
    [
        ("2022-09-15", "Y", (1, 1)),  # ten working days: 19 September was a bank holiday
        ("2022-09-14", "Y", (0, 1)),
        ("2022-09-15", "N", (0, 1)),
        ("2022-10-01", "Y", (0, 1)),
        ("", "Y", (0, 1)),
    ],
)
def test_a_child_on_a_plan_was_seen_within_the_councils_working_days(
    folder: Folder, visited: str, seen: str, expected: tuple[int, int]
) -> None:
    folder.person("P").add("ssd_cp_plans", cp_plan_id="1", person_id="P",
                           cp_plan_start_date="2022-01-01")  # fmt: skip
    folder.add("ssd_cp_visits", cp_visit_id="V", cp_plan_id="1", cp_visit_date=visited,
               cp_visit_seen=seen)  # fmt: skip
    assert folder.count("CPP-09") == expected


def test_a_new_plan_waits_for_its_first_visit(folder: Folder) -> None:
    folder.person("P").add("ssd_cp_plans", cp_plan_id="1", person_id="P",
                           cp_plan_start_date="2022-09-15")  # fmt: skip
    assert folder.count("CPP-09") == (1, 1)


# Care


def test_periods_of_care_join_what_touches_and_go_by_dates(folder: Folder) -> None:
    folder.episode("2022-01-01", "2022-03-01").episode("2022-03-01", "2022-05-01", care="Z")
    folder.episode("2022-05-02", "2022-05-02").episode("2022-04-01", "2022-04-10")
    assert periods(folder) == ["2022-01-01 2022-05-01"]


def periods(folder: Folder) -> list[str]:
    """The periods of care, as their days."""
    return [f"{p.start} {p.end}" for p in folder.authority().periods_of_care]


@pytest.mark.parametrize(
    ("why", "again", "expected"),
    [
        ("E4A", "S", ["2022-01-01 2022-03-01", "2022-03-01 2022-05-01"]),
        ("e4a - home", "S", ["2022-01-01 2022-03-01", "2022-03-01 2022-05-01"]),
        ("X1", "S", ["2022-01-01 2022-05-01"]),
        ("", "S", ["2022-01-01 2022-05-01"]),
        ("unknown", "S", ["2022-01-01 2022-05-01"]),
        ("E4A", "P", ["2022-01-01 2022-05-01"]),
    ],
)
@pytest.mark.parametrize("end", ["2022-03-01", "2022-04-01"])
def test_a_real_end_before_a_start_parts_two_periods(
    folder: Folder, end: str, why: str, again: str, expected: list[str]
) -> None:
    folder.episode("2022-01-01", end, ceased=why).episode("2022-03-01", "2022-05-01", reason=again)
    assert periods(folder) == expected


def test_short_breaks_cut_care_and_other_statuses_do_not(folder: Folder) -> None:
    folder.person("P").episode("2022-01-01").legal("V2", "2022-01-01", "2022-02-01")
    folder.legal("C2", "2022-02-01").legal("V4", "2022-03-01", "2022-03-04")
    folder.legal("V3", "2022-03-04", "2022-03-05")
    assert periods(folder) == ["2022-01-01 2022-03-01", "2022-03-05 2030-01-01"]


@pytest.mark.parametrize(
    ("dob", "died", "end", "expected"),
    [
        ("2004-02-29", "", "", ["2020-01-01 2022-03-01"]),
        ("2004-02-29", "", "2022-02-28", ["2020-01-01 2022-02-28"]),
        ("2004-02-29", "2021-05-05", "2022-02-28", ["2020-01-01 2021-05-05"]),
        ("2002-01-01", "", "", []),
        ("2004-02-29", "2020-01-01", "", []),
    ],
)
def test_care_ends_at_18_and_with_death(
    folder: Folder, dob: str, died: str, end: str, expected: list[str]
) -> None:
    folder.person("P", dob=dob, death_date=died).episode("2020-01-01", end)
    assert periods(folder) == expected


def test_what_starts_counts_at_first_and_what_ceases_at_last(folder: Folder) -> None:
    folder.person("P").episode("2022-07-01", "2022-08-01", ceased="E11")
    folder.episode("2022-08-10", "2022-08-20", ceased="E4A")
    year = (date(2022, 4, 1), date(2023, 3, 31))
    assert folder.count("PRM-01", *year) == (0, 1)
    assert folder.count("PRM-05", *year) == (1, 1)
    assert folder.count("CLA-09", *year) == (0, 1)
    assert folder.count("CLA-09", date(2022, 8, 1), date(2022, 8, 31)) == (1, 1)


@pytest.mark.parametrize(
    ("statuses", "counts"),
    [
        ([], 1),
        ([("V4", "2022-01-01", "")], 0),
        ([("V4", "2022-01-01", "2022-09-30")], 1),
        ([("V4", "2022-01-01", ""), ("C2", "2022-01-01", "")], 1),
        ([("C2", "2022-01-01", ""), ("V3", "2022-01-02", "")], 0),
        ([("V3", "2022-01-02", ""), ("Supervision order", "2022-02-02", "")], 0),
    ],
)
def test_looked_after_by_legal_status(
    folder: Folder, statuses: list[tuple[str, str, str]], counts: int
) -> None:
    folder.episode("2022-01-01")
    for status in statuses:
        folder.legal(*status)
    assert folder.count("CLA-01") == (counts,)


@pytest.mark.parametrize(
    ("person", "counts"),
    [
        ({"dob": "2004-09-30"}, 0),
        ({"dob": "2004-10-01"}, 1),
        ({"dob": ""}, 1),
        ({"dob": "", "expected_dob": "2004-09-30"}, 0),
        ({"death_date": "2022-09-30"}, 0),
        ({"death_date": "2022-10-01"}, 1),
    ],
)
def test_looked_after_by_age_and_death(
    folder: Folder, person: Mapping[str, str], counts: int
) -> None:
    folder.person("P", **person).episode("2022-01-01", "2022-10-01")
    assert folder.count("CLA-01") == (counts,)


def test_care_of_no_night_neither_starts_nor_ends(folder: Folder) -> None:
    folder.person("P").episode("2022-09-10", "2022-09-10").episode("2022-09-20", "2022-09-12")
    assert folder.count("CLA-03") == (0,)
    assert folder.count("CLA-04") == (0,)


TWO_HOMES = [("2021-01-01", "2022-01-01", "U1", "A1"), ("2022-01-01", "2022-03-01", "K2", "B2")]


@pytest.mark.parametrize(
    ("placements", "three"),
    [
        ([*TWO_HOMES, ("2022-03-01", "", "U6", "C3")], 1),
        # Ended on the window's first day: not open at the end of any day of it.
        ([("2021-01-01", "2021-10-01"), ("2021-10-01", "2022-03-01"), ("2022-03-01", "")], 0),
        ([("2021-01-01", "2021-10-02"), ("2021-10-02", "2022-03-01"), ("2022-03-01", "")], 1),
        ([*TWO_HOMES, ("2022-03-01", "2022-03-01", "U6"), ("2022-03-01", "", "T1")], 0),
        ([*TWO_HOMES, ("2022-03-01", "", "A5")], 0),
        ([*TWO_HOMES, ("2022-03-01", "", "A4")], 1),
        # Away for a week and back: the first is one placement.
        (
            [
                ("2021-01-01", "2022-05-01", "U6", "A1"),
                ("2022-05-01", "2022-05-04", "T1", ""),
                ("2022-05-04", "2022-05-08", "T4", ""),
                ("2022-05-08", "2022-06-01", "U6", "A1"),
                ("2022-06-01", "", "K2", "B2"),
            ],
            0,
        ),
        (
            [
                ("2021-01-01", "2022-05-01", "U6", "A1"),
                ("2022-05-01", "2022-05-08", "T1", ""),
                ("2022-05-09", "2022-06-01", "U6", "A1"),
                ("2022-06-01", "", "K2", "B2"),
            ],
            1,
        ),
        # While a temporary placement is open the one before it goes on, into the window.
        (
            [
                ("2021-01-01", "2021-09-20", "U6", "A1"),
                ("2021-09-20", "2021-10-05", "T1", ""),
                ("2021-10-05", "2022-06-01", "K2", "B2"),
                ("2022-06-01", "", "K2", "C3"),
            ],
            1,
        ),
        ([*TWO_HOMES, ("2022-10-01", "", "U6", "C3")], 0),
    ],
)
def test_three_placements(folder: Folder, placements: list[tuple[str, ...]], three: int) -> None:
    folder.person("P").episode("2021-01-01")
    for placement in placements:
        folder.placement(*placement)
    assert folder.count("PLC-01") == (three, 1)


@pytest.mark.parametrize(
    ("reason", "change", "three"), [("P", "", 1), ("T", "", 0), ("L", "PLACE", 0)]
)
def test_same_carer(folder: Folder, reason: str, change: str, three: int) -> None:
    folder.person("P").episode("2021-01-01", "2022-03-01").episode("2022-03-01", reason=reason)
    folder.placement("2021-01-01", "2022-01-01", "U1")
    folder.placement("2022-01-01", "2022-03-01", "K2", reason=change).placement("2022-03-01")
    assert folder.count("PLC-01") == (three, 1)


@pytest.mark.parametrize(
    ("dob", "care", "home", "expected"),
    [
        ("2012-01-01", "2020-04-01", "2020-10-01", (1, 1)),
        ("2012-01-01", "2020-04-02", "2020-10-01", (0, 0)),
        ("2012-01-01", "2020-04-01", "2020-10-02", (0, 1)),
        ("2006-09-30", "2020-04-01", "2020-10-01", (0, 0)),
        ("2006-10-01", "2020-04-01", "2020-10-01", (1, 1)),
        ("", "2020-04-01", "2020-10-01", (0, 0)),
    ],
)
def test_stability_to_the_day(
    folder: Folder, dob: str, care: str, home: str, expected: tuple[int, int]
) -> None:
    folder.person("P", dob=dob).episode(care).placement(home)
    assert folder.count("PLC-03") == expected


def test_adoption_joins_for_stability_only(folder: Folder) -> None:
    folder.person("P").episode("2019-01-01")
    folder.placement("2019-01-01", "2022-01-01", "U1").placement("2022-01-01", "2022-05-01", "A4")
    folder.placement("2022-05-01", "", "A6")
    assert folder.count("PLC-03") == (1, 1)
    assert folder.count("PLC-01") == (1, 1)


@pytest.mark.parametrize(
    ("distance", "far", "known"),
    [("20", 0, 1), ("20.01", 1, 1), ("998.9", 1, 1), ("999", 0, 0), ("0", 0, 1), ("", 0, 0)],
)
def test_distance(folder: Folder, distance: str, far: int, known: int) -> None:
    folder.person("P").episode("2022-01-01").placement("2022-01-01", distance=distance, kind="T2")
    assert folder.count("PLC-05") == (far, 1)
    assert folder.count("PLC-05K") == (far, known)
    assert folder.count("PLC-05U") == (1 - known,)


@pytest.mark.parametrize(
    ("end", "check", "expected"),
    [
        ("", "2022-09-30", (1, 1)),
        ("", "2022-08-31", (0, 1)),
        ("2022-10-01", "2022-10-01", (0, 1)),
        ("2022-09-30", "2022-09-05", (0, 0)),
    ],
)
def test_initial_health_assessment(
    folder: Folder, end: str, check: str, expected: tuple[int, int]
) -> None:
    # The 20th working day after 1 September 2022 is the 30th: the 19th was a holiday.
    folder.person("P").episode("2022-09-01", end)
    folder.add(
        "ssd_cla_health",
        health_check_id="H",
        person_id="P",
        health_check_type="initial HEALTH assessment",
        health_check_date=check,
        health_check_status="Completed",
    )
    assert folder.count("HLT-01") == expected


def test_unaccompanied_needs_a_start_date(folder: Folder) -> None:
    folder.person("P").person("Q").episode("2022-01-01").episode("2022-01-01", person="Q")
    for person, start in [("P", ""), ("Q", "2022-09-30")]:
        folder.add(
            "ssd_immigration_status",
            person_id=person,
            immigration_status_id="U" + person,
            immigration_status="Unaccompanied Asylum Seeking Child",
            immigration_status_start_date=start,
        )
    assert folder.count("UASC-01") == (1,)


# Missing


@pytest.mark.parametrize(
    ("spells", "episodes"),
    [
        ([("2022-09-01 10:00:00", "2022-09-02 10:00:00"), ("2022-09-02 10:00:00", "")], 2),
        ([("2022-09-01 10:00:00", "2022-09-02 10:00:00"), ("2022-09-02 09:59:00", "")], 1),
        ([("2022-09-01", ""), ("2022-09-20", "2022-09-21")], 1),
        ([("2022-09-01", "2022-09-10"), ("2022-09-02", "2022-09-03"), ("2022-09-09", "")], 1),
        ([("2022-09-01", "2022-09-10", "A"), ("2022-09-02", "2022-09-03")], 1),
        ([("2022-09-01", "2022-09-01"), ("2022-09-01", "2022-09-02")], 2),
        ([("2022-08-31", "2022-09-02"), ("2022-09-01", "2022-09-02")], 0),
    ],
)
def test_missing_episodes(folder: Folder, spells: list[tuple[str, ...]], episodes: int) -> None:
    for spell in spells:
        folder.spell(*spell)
    assert folder.count("MIS-01") == (episodes,)


def test_age_band_at_the_first_episode_in_the_period(folder: Folder) -> None:
    folder.person("P", dob="2006-09-10").spell("2022-09-09", "2022-09-10").spell("2022-09-11")
    figures = figures_of(folder.authority(), "MIS-03", Period("month", *SEPTEMBER))
    assert figures["age_band", "under 16"].numerator == 1
    assert figures["age_band", "16 and over"].numerator == 0
    figures = figures_of(folder.authority(), "MIS-03", Period("any", date(2022, 9, 10), AS_AT))
    assert figures["age_band", "16 and over"].numerator == 1


@pytest.mark.parametrize(
    ("interviews", "offered", "held"),
    [
        ([("NA", "")], (0, 0), (0, 0)),
        ([("", "")], (0, 1), (0, 0)),
        ([("NA", ""), ("", "")], (0, 1), (0, 0)),
        ([("Y", "N"), ("N", "Y")], (1, 1), (0, 1)),
        ([("Y", "Y"), ("NA", "")], (1, 1), (1, 1)),
    ],
)
def test_return_interviews(
    folder: Folder,
    interviews: list[tuple[str, str]],
    offered: tuple[int, int],
    held: tuple[int, int],
) -> None:
    for number, interview in enumerate(interviews):
        folder.spell(f"2022-08-0{number + 1}", "2022-09-01", "M", *interview)
    assert folder.count("RHI-01") == offered
    assert folder.count("RHI-02") == held


# Care leavers


@pytest.mark.parametrize(
    ("rows", "leavers", "in_touch"),
    [
        ([("", "Former Relevant"), ("2022-01-01", "Eligible")], 0, (0, 0)),
        ([("", "Former Relevant"), ("2022-10-01", "Eligible")], 1, (1, 1)),
        ([("2022-09-30", "Relevant", "NO"), ("2022-09-30", "Former Relevant")], 1, (1, 1)),
        ([("2022-09-30", "Relevant", "YES"), ("2022-09-30", "a) Relevant child", "NO")], 1, (0, 1)),
        ([("2022-09-30", "Qualifying", "DIED")], 0, (0, 0)),
        ([("2022-09-30", "Qualifying", "RHOM")], 1, (0, 0)),
    ],
)
def test_the_observation(
    folder: Folder, rows: list[tuple[str, ...]], leavers: int, in_touch: tuple[int, int]
) -> None:
    folder.person("P", dob="2003-09-30")
    for row in rows:
        folder.leaver(*row)
    assert folder.count("CL-01") == (leavers,)
    assert folder.count("CL-02") == in_touch


@pytest.mark.parametrize(
    ("dob", "expected"),
    [
        ("2005-09-30", {"CL-01": (1,), "CL-03": (0, 0), "CL-06": (1, 1), "CL-05": (0, 0)}),
        ("2003-09-30", {"CL-01": (1,), "CL-04": (0, 0), "CL-05": (1, 1), "CL-06": (0, 0)}),
        ("2005-10-01", {"CL-01": (0,), "CL-06": (0, 0)}),
        ("1997-09-30", {"CL-01": (0,)}),
        ("1997-10-01", {"CL-01": (1,), "CL-05": (0, 0)}),
        ("", {"CL-01": (0,)}),
    ],
)
def test_care_leavers_by_age(
    folder: Folder, dob: str, expected: Mapping[str, tuple[int, ...]]
) -> None:
    folder.person("P", dob=dob)
    folder.leaver(
        "2022-09-01",
        "Relevant",
        care_leaver_activity="F2 - training",
        care_leaver_accommodation="G",
        care_leaver_accom_suitable="1",
    )
    assert {code: folder.count(code) for code in expected} == expected


@pytest.mark.parametrize(
    ("lives", "expected"), [("R", (0, 0)), ("G", (0, 0)), ("", (0, 1)), ("X", (0, 1))]
)
def test_accommodation_is_not_asked_where_the_residence_is_not_known(
    folder: Folder, lives: str, expected: tuple[int, int]
) -> None:
    folder.person("P", dob="2002-01-01")
    folder.leaver("2022-09-01", "Relevant", care_leaver_accommodation=lives)
    assert folder.count("CL-04") == expected


# Random histories


def test_histories_are_reproducible_and_reach_every_indicator(tmp_path: Path) -> None:
    totals = dict.fromkeys(INDICATORS, 0)
    for seed in range(9):
        one = random_histories(seed, AS_AT, tmp_path / f"one-{seed}")
        again = random_histories(seed, AS_AT, tmp_path / f"again-{seed}")
        for path in one.iterdir():
            assert path.read_bytes() == (again / path.name).read_bytes()
        for (code, _, breakdown, _), figure in all_figures(read_extract(one), AS_AT).items():
            if breakdown == "all":
                totals[code] += figure.numerator
    assert min(totals.values()) > 0, totals


HISTORIES = int(os.environ.get("CSC_HISTORIES", "200"))
LA_CODES = ("997", "998", "999")
#: Whose children contradict themselves: the first of those of tests/properties/test_stock_laws.py.
CONTRADICTING, CHILDREN = "996", 1000
#: Extracts of two dates of one authority, in which nothing changes, beside them in the other month.
#: `make same-months` has three, larger ones, and looks for what drifts.
DATES = {"992": "2024-02", "993": "2021-02"}


def seeds_of(month: str) -> dict[str, list[int]]:
    """The histories of a month by authority: every other one, in turns, for one run costs much."""
    seeds = range(MONTHS.index(month), HISTORIES, len(MONTHS))
    return {la_code: list(seeds[turn :: len(LA_CODES)]) for turn, la_code in enumerate(LA_CODES)}


def expected_rows(folder: Path, as_at: date) -> dict[RowKey, Figure]:
    """Every row of the last 24 months that the reference knows."""
    return {
        RowKey(code, period.period_type, period.start, period.end, breakdown, value): figure
        for (code, period, breakdown, value), figure in all_figures(
            read_extract(folder), as_at
        ).items()
    }


def differences(
    expected: Mapping[RowKey, Figure], published: Mapping[RowKey, Figure], as_at: date
) -> list[str]:
    """One line per row that differs, is absent, or should not be there.

    Of breakdowns, a value without records needs no row.
    """
    found = []
    for key, figure in expected.items():
        theirs = published.get(key)
        if theirs is None:
            if key.breakdown == "all" or figure.numerator or figure.denominator:
                found.append(f"{key}: no row; expected {figure}")
            continue
        same_value = theirs.value == figure.value or (
            theirs.value is not None
            and figure.value is not None
            and abs(theirs.value - figure.value) < 1e-9
        )
        if (theirs.numerator, theirs.denominator) != (
            figure.numerator,
            figure.denominator,
        ) or not same_value:
            found.append(f"{key}: published {theirs}; expected {figure}")
    first = first_month_end_checked(as_at)
    for key, theirs in published.items():
        known = key.breakdown in ("all", "sex") or key.indicator_code == "MIS-03"
        checked = key.indicator_code in INDICATORS and key.period_end >= first and known
        counted = key.breakdown == "all" or theirs.numerator or theirs.denominator
        if checked and counted and key not in expected and key.breakdown_value != "not known":
            found.append(f"{key}: unexpected row {theirs}")
    return found


def assert_stocks_are(analyst_db: Path, children: list[Authority], as_at: date) -> None:
    """Stock and flow of each month, and who is in need for how long, as by each child alone."""
    published = movements_of(analyst_db, CONTRADICTING)
    for stock in STOCKS:
        for month_end in MONTH_ENDS[1:]:
            if month_end <= as_at:
                expected = sum(
                    (movement(child, stock, month_end) for child in children), Movement()
                )
                assert published[stock, month_end] == expected, (stock, month_end)
    waited = Counter(
        duration(since, as_at) for child in children for since in open_since(child, as_at).values()
    )
    assert durations_of(analyst_db, CONTRADICTING, as_at) == waited


@pytest.mark.slow
@pytest.mark.parametrize("month", MONTHS)
def test_differential(month: str, tmp_path: Path) -> None:
    """Numerator, denominator and value of every row, on histories made of boundaries."""
    as_at = dates.last_day(int(month[:4]), int(month[5:]))
    extracts = {
        la_code: many_histories(seeds, as_at, tmp_path / "extracts" / la_code)
        for la_code, seeds in seeds_of(month).items()
    }
    contradicting = [random_child(seed) for seed in range(CHILDREN)] if month == MONTHS[0] else []
    everybody = dict(extracts)
    if contradicting:
        folder = tmp_path / "extracts" / CONTRADICTING
        everybody[CONTRADICTING] = write_children(contradicting, folder)
    for la_code in extracts:
        decided = Home(tmp_path / "home").root / "council" / la_code / "cp_visits.csv"
        decided.parent.mkdir(parents=True)
        decided.write_text(
            f"working_days,set_by,valid_from\n{CP_VISIT_WORKING_DAYS},a test,2000-01-01\n"
        )
    if month == max(DATES.values()):
        same_months.deliver(Home(tmp_path / "home"), DATES, 0.1, tmp_path / "dates")
    analyst_db = built_of(tmp_path / "home", everybody, month, judged=False)
    published = rows_of(analyst_db)
    problems = []
    for la_code, folder in extracts.items():
        found = differences(expected_rows(folder, as_at), published[la_code], as_at)
        if found:
            codes = sorted({line.split()[0] for line in found})
            seeds = ",".join(map(str, seeds_of(month)[la_code]))
            problems.append(
                f"{len(found)} rows differ, of {', '.join(codes)}\n  "
                + "\n  ".join(found[:20])
                + "\n  made by, in tests: "
                + f"python -m library.reference.histories {seeds} {month} DIR"
            )
    assert not problems, "\n" + "\n".join(problems)
    # A test of the build holds rpt_stock_and_flow to its sum; this, each child.
    assert children_out_of_step(analyst_db) == []
    if contradicting:
        assert_stocks_are(analyst_db, [Authority(child) for child in contradicting], as_at)
    else:
        newer, older = DATES
        found = same_months.differences(analyst_db, older, newer)
        assert found and same_months.unexplained(found) == []
