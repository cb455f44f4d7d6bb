"""Fictional authorities: the same bytes again, made-up marks, rates, faults, months, dialects."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest

from csc_fictional import generate
from csc_fictional.clock import day_number
from csc_fictional.extracts import _simulate
from csc_fictional.faults import FAULTS, LOCAL_FAULTS
from csc_fictional.rates import RATES, Rates
from csc_fictional.setting import Setting, make_workforce
from csc_warehouse.errors import WrongUse

MONTH = "2022-09"


def digests(out: Path) -> dict[str, str]:
    """The hash of each file below a folder, by its path."""
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


class Extract:
    """Tables over one month's files, all text."""

    def __init__(self, folder: Path, null_token: str) -> None:
        self.folder = folder
        self.null_token = null_token
        self.connection = duckdb.connect()
        for path in sorted((folder / "ssd").glob("*.csv")):
            self.connection.execute(
                f"create table {path.stem.removeprefix('ssd_')} as select * from"
                f" read_csv('{path}', all_varchar = true, nullstr = '{null_token}')"
            )
        for path in sorted((folder / "local").glob("*.csv")):
            self.connection.execute(
                f"create table {path.stem} as select * from read_csv('{path}', all_varchar = true)"
            )

    def rows(self, query: str) -> list[tuple]:
        return self.connection.execute(query).fetchall()

    def value(self, query: str):
        return self.rows(query)[0][0]

    def columns(self, table: str) -> set[str]:
        return {row[0] for row in self.rows(f"describe {table}")}

    def ledger(self) -> list[dict[str, str]]:
        with (self.folder / "ledger.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Extract:
    """A month of a whole authority (size 1.0), SystemC dialect, with faults."""
    out = tmp_path_factory.mktemp("whole")
    generate("991", MONTH, MONTH, 1.0, 7, "ssd", out)
    return Extract(out / "991" / MONTH, "NULL")


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Extract]:
    """Two months, half a year apart, of a small authority with a clean dialect and faults."""
    out = tmp_path_factory.mktemp("months")
    written = {}
    for month in ("2022-03", MONTH):
        generate("994", month, month, 0.25, 3, "ssd", out)
        written[month] = Extract(out / "994" / month, "")
    return written


# -- the call --------------------------------------------------------------------------------------
def test_rates_may_be_others_from_a_year_on() -> None:
    """What is planted for `make signals --road`: the years before stay as they were, to the row."""
    steady = replace(RATES, pace_spread=0.0)
    workforce = make_workforce("994", 3, 0.1, RATES)

    def truth(year: int, more: int) -> np.ndarray:
        def rates(of: int) -> Rates:
            times = more if of >= 2022 else 1
            return replace(steady, contact_only_families=times * steady.contact_only_families)

        months = ("2021-09", "2022-09")
        found, _ = _simulate("994", *months, 0.1, 3, workforce, rates, faults=False)
        days = found["contacts"]["day"]
        return days[(days >= day_number(year, 1, 1)) & (days < day_number(year, 9, 1))]

    assert np.array_equal(truth(2021, 1), truth(2021, 3))
    assert len(truth(2022, 3)) > 1.5 * len(truth(2022, 1))
    assert Setting("994", 3, 0.1, 2022, steady, workforce).pace == 1
    assert Setting("994", 3, 0.1, 2022, RATES, workforce).pace != 1


def test_same_arguments_same_bytes_and_a_month_stands_for_itself(tmp_path: Path) -> None:
    paths = generate("992", "2022-08", MONTH, 0.05, 5, "ssd", tmp_path / "one")
    generate("992", "2022-08", MONTH, 0.05, 5, "ssd", tmp_path / "two")
    generate("992", MONTH, MONTH, 0.05, 5, "ssd", tmp_path / "alone")
    one, two, alone = (digests(tmp_path / name) for name in ("one", "two", "alone"))
    assert one == two
    assert {str(path.relative_to(tmp_path / "one")) for path in paths} == set(one)
    assert alone == {path: digest for path, digest in one.items() if f"/{MONTH}/" in path}
    generate("992", MONTH, MONTH, 0.05, 6, "ssd", tmp_path / "other")
    assert digests(tmp_path / "other") != alone


def test_a_record_is_the_same_in_extracts_years_apart(tmp_path: Path) -> None:
    """An end that both extracts know is one day, and who is disabled in the one is in the other."""
    rows = {}
    for month in ("2020-09", "2024-09"):
        generate("991", month, month, 0.1, 7, "ssd", tmp_path, faults=False, dialect="clean")
        for table in ("ssd_early_help_episodes", "ssd_disability", "ssd_cla_episodes"):
            path = tmp_path / "991" / month / "ssd" / f"{table}.csv"
            with path.open(encoding="utf-8", newline="") as file:
                rows[month, table] = list(csv.DictReader(file))

    def ends(month: str) -> dict[str, str]:
        return {
            row["earl_episode_id"]: row["earl_episode_end_date"]
            for row in rows[month, "ssd_early_help_episodes"]
            if row["earl_episode_end_date"]
        }

    earlier, later = ends("2020-09"), ends("2024-09")
    both = earlier.keys() & later.keys()
    assert len(both) > 50
    assert {key: earlier[key] for key in both} == {key: later[key] for key in both}

    def codes(month: str) -> set[tuple[str, str]]:
        return {
            (row["disa_person_id"], row["disa_disability_code"])
            for row in rows[month, "ssd_disability"]
        }

    in_care = {row["clae_person_id"] for row in rows["2024-09", "ssd_cla_episodes"]}
    earlier_codes = {code for code in codes("2020-09") if code[0] in in_care}
    assert len(earlier_codes) > 5
    assert earlier_codes <= codes("2024-09")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"la_code": "883"}, "fictional"),
        ({"la_code": "990"}, "fictional"),
        ({"first_month": "2022-13"}, "YYYY-MM"),
        ({"first_month": "22-09"}, "YYYY-MM"),
        ({"first_month": "2022-10"}, "after"),
        ({"size": 0.0}, "size"),
        ({"source": "azeus"}, "ssd"),
        ({"dialect": "azeus"}, "dialects"),
    ],
)
def test_wrong_arguments_are_refused(tmp_path: Path, change: dict, message: str) -> None:
    arguments = {
        "la_code": "991", "first_month": MONTH, "last_month": MONTH, "size": 0.05, "seed": 1,
        "source": "ssd", "out": tmp_path,
    }  # fmt: skip
    with pytest.raises(WrongUse, match=message):
        generate(**(arguments | change))
    assert not list(tmp_path.iterdir())


# -- nobody real -----------------------------------------------------------------------------------
def test_everything_personal_is_marked_as_fictional(whole: Extract) -> None:
    for query in (
        "select 1 from person where pers_forename not like 'Fictional-%'"
        " or pers_surname <> 'Example'",
        "select 1 from person where pers_single_unique_id not like 'FICTIONAL-%'"
        " or pers_upn not like 'FICTIONAL-%' or pers_legacy_id not like 'FICTIONAL-%'",
        "select 1 from person where pers_nationality not like '%(fictional)'",
        "select 1 from address where addr_address_postcode not like 'ZZ%'"
        " or addr_address_json not like '%Made-up Street%Nowhere-under-Example%'",
        "select 1 from cla_placement where clap_cla_placement_postcode not like 'ZZ%'",
        "select 1 from professionals where prof_professional_name not like 'Fictional-Worker-%'",
        "select 1 from cin_episodes where cine_referral_worker_id not like 'Fictional-Worker-%'",
        "select 1 from care_leavers"
        " where clea_care_leaver_personal_advisor not like 'Fictional-Worker-%'",
        "select 1 from send where send_upn not like 'FICTIONAL-%'",
        "select 1 from linked_identifiers where link_identifier_value not like 'FICTIONAL-%'",
        "select 1 from cla_convictions where clac_cla_conviction_offence not like 'Fictional%'",
    ):
        assert whole.rows(query) == [], query
    comments = whole.rows(
        "select distinct regexp_extract(cont_contact_outcome_json, '\"COMMENTS\": \"(.*)', 1, 's')"
        " from contacts"
    )
    for (comment,) in comments:
        plain = comment.rstrip('"}')
        assert not plain or "ictional" in plain or "made-up" in plain


# -- sizes and rates -------------------------------------------------------------------------------
def test_rates_follow_the_published_ones(whole: Extract) -> None:
    """Years to September 2018-2022; a single small authority varies, so the bounds are wide."""
    whole.connection.execute(
        """create or replace view referral as
        select cine_person_id as person, try_cast(cine_referral_date as date) as day,
            try_cast(cine_close_date as date) as closed
        from cin_episodes where try_cast(cine_referral_date as date) is not null"""
    )
    years = 5
    window = "between date '2017-10-01' and date '2022-09-30'"
    contacts = whole.value(
        f"select count(*) from contacts where try_cast(cont_contact_date as date) {window}"
    )
    assert contacts / years == pytest.approx(RATES.contacts, rel=0.1)
    referrals = whole.value(f"select count(*) from referral where day {window}")
    assert referrals / years == pytest.approx(RATES.referrals, rel=0.1)
    again = whole.value(
        f"""select count(*) from referral where day {window} and exists (
            select 1 from referral as earlier where earlier.person = referral.person
            and earlier.day < referral.day and earlier.day >= referral.day - interval 12 month)"""
    )
    assert again / referrals == pytest.approx(RATES.rereferral_share, abs=0.03)
    whole.connection.execute(
        """create or replace view episode as
        select clae_person_id as person, clae_cla_id as period,
            try_cast(clae_cla_episode_start_date as date) as starts,
            coalesce(try_cast(clae_cla_episode_ceased_date as date), date '2099-01-01') as ends
        from cla_episodes
        where clae_person_id not in (
            select lega_person_id from legal_status where lega_legal_status similar to 'V[34] .*')
        """
    )
    marches = [f"date '{year}-03-31'" for year in range(2018, 2023)]
    cared = [
        whole.value(
            f"select count(distinct person) from episode where starts <= {day} and ends > {day}"
        )
        for day in marches
    ]
    assert sum(cared) / years == pytest.approx(RATES.looked_after, rel=0.12)
    started = whole.value(
        f"""select count(distinct clae_cla_id) from cla_episodes
        where try_cast(clae_entered_care_date as date) {window}
        and clae_cla_id in (select period from episode)"""
    )
    assert started / years == pytest.approx(RATES.started_care, rel=0.15)
    plans = [
        whole.value(
            f"""select count(distinct cppl_person_id) from cp_plans
            where cppl_cp_plan_ola = 'N' and cppl_cp_plan_start_date <= cast({day} as varchar)
            and coalesce(cppl_cp_plan_end_date, '9999') > cast({day} as varchar)"""
        )
        for day in marches
    ]
    assert sum(plans) / years == pytest.approx(RATES.cp_plans_at_31_march, rel=0.2)
    spells, children = whole.rows(
        """select count(*), count(distinct miss_person_id) from missing
        where miss_missing_episode_start_date >= '2017-10-01'
        and miss_missing_episode_type = 'M'"""
    )[0]
    assert spells / (4 * years) == pytest.approx(RATES.missing_spells_a_quarter, rel=0.3)
    by_quarter = whole.rows(
        """select count(distinct miss_person_id) from missing
        where miss_missing_episode_start_date >= '2017-10-01'
        and try_cast(miss_missing_episode_start_date as timestamp) is not null
        group by year(cast(miss_missing_episode_start_date as timestamp)),
            quarter(cast(miss_missing_episode_start_date as timestamp))"""
    )
    mean = sum(row[0] for row in by_quarter) / len(by_quarter)
    assert mean == pytest.approx(RATES.missing_children_a_quarter, rel=0.3)
    assert children > mean


def test_care_leavers_and_care_follow_the_published_rates(whole: Extract) -> None:
    whole.connection.execute(
        """create or replace view leaver as
        select clea_care_leaver_eligibility as eligibility,
            clea_care_leaver_in_touch = 'YES' as in_touch,
            left(clea_care_leaver_accom_suitable, 1) = '1' as suitable,
            left(clea_care_leaver_activity, 1) in ('F', 'P') as busy,
            date_diff('day', cast(left(coalesce(pers_dob, pers_expected_dob), 10) as date),
                date '2022-09-30') // 365.25 as age
        from care_leavers inner join person on clea_person_id = pers_person_id
        where clea_care_leaver_latest_contact is not null
        qualify row_number() over (
            partition by clea_person_id order by clea_care_leaver_latest_contact desc) = 1"""
    )
    followed = whole.value(
        """select count(*) from leaver where age between 17 and 24
        and eligibility in ('Relevant', 'Former Relevant', 'Qualifying')"""
    )
    assert 200 <= followed <= 330  # minutes: 260 in aftercare
    touch, suitable, busy = whole.rows(
        """select avg(cast(in_touch as integer)),
            count(*) filter (suitable) / count(*), count(*) filter (busy) / count(*)
        from leaver where age between 19 and 21"""
    )[0]
    assert touch == pytest.approx(RATES.care_leaver_in_touch_share, abs=0.07)
    assert suitable == pytest.approx(RATES.suitable_share[1], abs=0.08)
    assert busy == pytest.approx(RATES.education_or_work_share[1], abs=0.12)
    far = whole.value(
        """select avg(cast(cast(clap_cla_placement_distance as double) > 20 as integer))
        from cla_placement where clap_cla_placement_end_date is null
        and cast(clap_cla_placement_distance as double) < 999"""
    )
    assert far == pytest.approx(0.22, abs=0.08)
    unaccompanied = whole.value(
        """select count(*) from immigration_status
        where immi_immigration_status = 'Unaccompanied Asylum Seeking Child'
        and immi_immigration_status_end_date is null"""
    )
    assert 22 <= unaccompanied <= 48  # published: 28 to 45
    accepted = {
        year: whole.value(
            f"""select avg(cast(miss_missing_rhi_accepted = 'Y' as integer)) from missing
            where miss_missing_rhi_offered = 'Y'
            and miss_missing_episode_start_date like '{year}%'"""
        )
        for year in (2020, 2022)
    }
    assert accepted[2020] == pytest.approx(0.56, abs=0.06)
    assert accepted[2022] == pytest.approx(0.72, abs=0.06)


def test_stories_are_rich(whole: Extract) -> None:
    """The corners that rules trip over are there."""
    for name, query in {
        "same-day moves": "select 1 from cla_placement where clap_cla_placement_start_date"
        " = clap_cla_placement_end_date",
        "temporary placements": "select 1 from cla_placement"
        " where clap_cla_placement_type in ('T0', 'T1')",
        "short breaks": "select 1 from legal_status where lega_legal_status like 'V4 %'",
        "single short breaks": "select 1 from legal_status where lega_legal_status like 'V3 %'",
        "adoption with the same carers": "select 1 from cla_placement"
        " where clap_cla_placement_type = 'A5'",
        "same carer, new status": "select 1 from cla_episodes"
        " where left(clae_cla_episode_start_reason, 1) in ('T', 'U')",
        "transfers in": "select 1 from initial_cp_conference where icpc_icpc_transfer_in = 'Y'",
        "plans of others": "select 1 from cp_plans where cppl_cp_plan_ola = 'Y'",
        "unborn": "select 1 from person where pers_expected_dob > '2022-09-30'",
        "29 February": "select 1 from person where pers_dob like '%-02-29 %'",
        "brothers and sisters": "select 1 from family group by fami_family_id having count(*) > 2",
        "second plans": "select 1 from cp_plans group by cppl_person_id having count(*) > 1",
        "missing at home": "select 1 from missing where miss_person_id not in"
        " (select clae_person_id from cla_episodes)",
        "away": "select 1 from missing where miss_missing_episode_type = 'A'",
        "times of day": "select 1 from missing"
        " where miss_missing_episode_start_date not like '%00:00:00.000'",
        "twins": "select 1 from person inner join family on fami_person_id = pers_person_id"
        " where pers_dob is not null group by fami_family_id, pers_dob having count(*) > 1",
        "estimated birth dates": "select 1 from person where pers_dob is null"
        " and pers_expected_dob < '2015-01-01'",
        "initial health assessments": "select 1 from cla_health"
        " where clah_health_check_type = 'Initial Health Assessment'",
    }.items():
        assert whole.rows(f"{query} limit 1"), name


def test_children_in_need_are_suspended_and_excluded_as_often_as_published(whole: Extract) -> None:
    """England, 2023-24: 14.2 % of children in need suspended, 1.03 % permanently excluded."""
    in_need, suspended, excluded = whole.rows(
        """with in_need as (
            select distinct cine_person_id as person
            from cin_episodes
            inner join person on cine_person_id = pers_person_id
            where cine_referral_nfa = 'N' and cine_referral_date < '2022-09-01'
                and coalesce(cine_close_date, '9999') >= '2021-09-01'
                and date_diff('month', try_cast(coalesce(pers_dob, pers_expected_dob) as date),
                    date '2021-09-01') between 60 and 191
        )
        select count(distinct person),
            count(distinct person) filter (where status = 'suspension'),
            count(distinct person) filter (where status = 'permanent exclusion')
        from in_need
        left join education_status
            on person_id = person and start_date between '2021-09-01' and '2022-08-31'"""
    )[0]
    assert in_need > 900
    assert 0.115 < suspended / in_need < 0.17
    assert 0.003 < excluded / in_need < 0.02


def test_support_that_ended_leaves_nobody_a_care_leaver(whole: Extract) -> None:
    everybody, left = whole.rows(
        """with latest as (
            select
                max_by(clea_care_leaver_eligibility, clea_care_leaver_latest_contact) as last_word,
                max_by(clea_care_leaver_in_touch, clea_care_leaver_latest_contact) as in_touch,
                max(clea_care_leaver_latest_contact) as latest_contact
            from care_leavers
            group by clea_person_id
        )
        select count(*), count(*) filter (
            where last_word ilike '%former%' and in_touch <> 'DIED'
                and latest_contact < '2021-07-01'
        )
        from latest"""
    )[0]
    # Some were known under an id that is no more, or their last contact has lost its date.
    assert everybody > 300
    assert left < 0.02 * everybody


def test_an_extract_has_every_immigration_status_of_its_people(whole: Extract) -> None:
    before, others = whole.rows(
        """select
            count(*) filter (where immi_immigration_status_end_date < '2016-10-01'),
            count(*) filter (where immi_person_id not in (select pers_person_id from person))
        from immigration_status"""
    )[0]
    assert before > 50
    assert others < 5


def test_interviews_are_those_of_the_case_system_and_most_are_held_in_time(whole: Extract) -> None:
    held, in_time, independent = whole.rows(
        """select count(*), count(*) filter (where date_diff('minute',
                cast(missing_end as timestamp), cast(held_at as timestamp)) <= 72 * 60),
            count(*) filter (where is_independent = 'Y')
        from return_interviews where held_at is not null"""
    )[0]
    assert held > 300
    assert 0.77 < in_time / held < 0.87
    assert 0.8 < independent / held < 0.95
    assert not whole.rows("select 1 from return_interviews where held_at > '2022-10-01'")
    wrong = whole.value(
        """select count(*) from return_interviews
        inner join missing on missing_episode_id = miss_table_id
        where offered <> miss_missing_rhi_offered or accepted <> miss_missing_rhi_accepted"""
    )
    assert wrong < 25  # only planted faults


def test_posts_are_held_vacant_and_left(whole: Extract) -> None:
    at = "start_date <= '2022-09-30' and (end_date is null or end_date > '2022-09-30')"
    held = whole.value(f"select count(*) from workforce where is_vacant = 'N' and {at}")
    agency = whole.value(f"select count(*) from workforce where is_agency = 'Y' and {at}")
    vacant = whole.value(f"select count(*) from workforce where worker_id is null and {at}")
    left = whole.value("select count(*) from workforce where end_date = '2021-12-31'")
    assert 0.18 < agency / held < 0.32
    assert 10 < vacant < 35
    assert 0.1 < left / held < 0.3


# -- faults ----------------------------------------------------------------------------------------
def test_every_kind_of_fault_is_planted_and_few_records_have_one(whole: Extract) -> None:
    planted = Counter(row["fault_code"] for row in whole.ledger())
    codes = [fault.code for fault in (*FAULTS, *LOCAL_FAULTS)]
    assert len(codes) == len(set(codes))
    assert set(planted) == set(codes)
    assert sum(planted.values()) >= 3 * len(codes)
    files = Counter(row["table"] for row in whole.ledger())
    for table, faults in files.items():
        rows = whole.value(f"select count(*) from {table.removeprefix('ssd_')}")
        assert faults / rows < 0.03, table


PERSON_COLUMNS = {
    "return_interviews": "person_id", "education_status": "person_id",
    "ssd_person": "pers_person_id", "ssd_disability": "disa_person_id",
    "ssd_immigration_status": "immi_person_id", "ssd_contacts": "cont_person_id",
    "ssd_early_help_episodes": "earl_person_id", "ssd_cin_episodes": "cine_person_id",
    "ssd_cin_assessments": "cina_person_id", "ssd_s47_enquiry": "s47e_person_id",
    "ssd_initial_cp_conference": "icpc_person_id", "ssd_cp_plans": "cppl_person_id",
    "ssd_cin_plans": "cinp_person_id", "ssd_legal_status": "lega_person_id",
    "ssd_cla_episodes": "clae_person_id", "ssd_cla_placement": "clap_person_id",
    "ssd_cla_health": "clah_person_id", "ssd_missing": "miss_person_id",
    "ssd_care_leavers": "clea_person_id",
}  # fmt: skip
RECORD_COLUMNS = {
    "return_interviews": "return_interview_id", "education_status": "education_status_id",
    "ssd_person": "pers_person_id", "ssd_disability": "disa_table_id",
    "ssd_immigration_status": "immi_immigration_status_id", "ssd_contacts": "cont_contact_id",
    "ssd_early_help_episodes": "earl_episode_id", "ssd_cin_episodes": "cine_referral_id",
    "ssd_cin_assessments": "cina_assessment_id", "ssd_assessment_factors": "cinf_table_id",
    "ssd_s47_enquiry": "s47e_s47_enquiry_id", "ssd_initial_cp_conference": "icpc_icpc_id",
    "ssd_cp_plans": "cppl_cp_plan_id", "ssd_cin_plans": "cinp_cin_plan_id",
    "ssd_legal_status": "lega_legal_status_id", "ssd_cla_episodes": "clae_cla_episode_id",
    "ssd_cla_placement": "clap_cla_placement_id", "ssd_cla_reviews": "clar_cla_review_id",
    "ssd_cla_health": "clah_health_check_id", "ssd_missing": "miss_table_id",
    "ssd_care_leavers": "clea_table_id",
}  # fmt: skip


@pytest.mark.parametrize("month", ["2022-03", MONTH])
def test_ledger_agrees_with_the_files(months: dict[str, Extract], month: str) -> None:
    """Each row of the ledger names a record that is in its file as often as the fault says."""
    extract = months[month]
    kinds = {fault.code: fault for fault in (*FAULTS, *LOCAL_FAULTS)}
    ledger = extract.ledger()
    assert len(ledger) > 60
    for row in ledger:
        fault = kinds[row["fault_code"]]
        assert (row["fault"], row["rule"], row["table"]) == (fault.name, fault.rule, fault.table)
        table = row["table"].removeprefix("ssd_")
        record = RECORD_COLUMNS[row["table"]]
        person = PERSON_COLUMNS.get(row["table"])
        where = [f"{record} is not distinct from nullif('{row['record_id']}', '')"]
        if person:
            where.append(f"{person} is not distinct from nullif('{row['person_id']}', '')")
        found = extract.value(f"select count(*) from {table} where {' and '.join(where)}")
        if fault.action == "drop":
            assert found == 0, row
        elif fault.action == "copy" and not row["column"].endswith("_date"):
            assert found >= 2, row
        else:
            assert found >= 1, row
        assert row["column"] in extract.columns(table)


FOUND_BY = {
    "REFERRAL_CLOSED_BEFORE": "select cine_referral_id from cin_episodes"
    " where cine_close_date < cast(try_cast(cine_referral_date as timestamp) as varchar)"
    " and cine_close_date > '1901'",
    "PERSON_NO_BIRTH_DATE": "select pers_person_id from person"
    " where pers_dob is null and pers_expected_dob is null",
    "PERSON_BORN_IN_FUTURE": "select pers_person_id from person where pers_dob > '2022-09-30'",
    "PLACEMENT_DISTANCE_999": "select clap_cla_placement_id from cla_placement"
    " where clap_cla_placement_distance = '999.9'",
    "S47_END_BEFORE_START": "select s47e_s47_enquiry_id from s47_enquiry"
    " where s47e_s47_end_date < s47e_s47_start_date",
    "ASSESSMENT_AUTHORISED_BEFORE": "select cina_assessment_id from cin_assessments"
    " where cina_assessment_auth_date < cina_assessment_start_date"
    " and cina_assessment_auth_date > '1900-01-02'",
    "MISSING_ACCEPTED_NOT_OFFERED": "select miss_table_id from missing"
    " where miss_missing_rhi_accepted = 'Y' and miss_missing_rhi_offered is null",
    "MISSING_STILL_OPEN": "select miss_table_id from missing"
    " where miss_missing_episode_end_date is null and miss_missing_episode_start_date < '2021'",
    "CARE_LEAVER_NO_ACTIVITY": "select clea_table_id from care_leavers"
    " where clea_care_leaver_in_touch = 'YES' and clea_care_leaver_activity is null",
    "EPISODE_END_BEFORE_START": "select clae_cla_episode_id from cla_episodes"
    " where clae_cla_episode_ceased_date"
    " < cast(try_cast(clae_cla_episode_start_date as timestamp) as varchar)",
    "PLAN_NO_CONFERENCE": "select cppl_cp_plan_id from cp_plans"
    " where cppl_icpc_id is null and cppl_cp_plan_ola = 'N'",
    "CONTACT_DATE_UNREADABLE": "select cont_contact_id from contacts"
    " where cont_contact_date is not null and try_cast(cont_contact_date as timestamp) is null",
    "DISABILITY_UNKNOWN": "select disa_table_id from disability where disa_disability_code = 'QQ'",
}


@pytest.mark.parametrize("code", FOUND_BY)
def test_a_rule_finds_exactly_the_planted_records(whole: Extract, code: str) -> None:
    planted = {row["record_id"] for row in whole.ledger() if row["fault_code"] == code}
    assert {row[0] for row in whole.rows(FOUND_BY[code])} == planted


# -- one month and another ------------------------------------------------------------------------
def test_months_differ_as_real_ones_do(months: dict[str, Extract]) -> None:
    early, late = months["2022-03"], months[MONTH]
    folder = early.folder
    for table in ("contacts", "cin_episodes", "care_leavers", "cin_visits"):
        late.connection.execute(
            f"create or replace table early_{table} as select * from read_csv("
            f"'{folder / 'ssd' / f'ssd_{table}.csv'}', all_varchar = true)"
        )
    for name, query in {
        "late entries": "select 1 from contacts where cont_contact_date < '2022-03-20'"
        " and cont_contact_id not in (select cont_contact_id from early_contacts)",
        "deletions": "select 1 from early_cin_visits where cinv_cin_visit_date > '2017-01'"
        " and cinv_cin_visit_id not in (select cinv_cin_visit_id from cin_visits)",
        "corrections": "select 1 from cin_episodes inner join early_cin_episodes"
        " using (cine_referral_id)"
        " where cin_episodes.cine_cin_primary_need_code"
        " <> early_cin_episodes.cine_cin_primary_need_code",
        "merged ids": "select 1 from cin_episodes inner join early_cin_episodes"
        " using (cine_referral_id)"
        " where cin_episodes.cine_person_id <> early_cin_episodes.cine_person_id"
        " and early_cin_episodes.cine_person_id not in (select pers_person_id from person"
        "     where pers_person_id is not null)",
        "rows ageing out": "select 1 from early_contacts where cont_contact_date < '2016-10'"
        " and cont_contact_date > '1901'",
        "closures": "select 1 from cin_episodes inner join early_cin_episodes"
        " using (cine_referral_id) where cin_episodes.cine_close_date is not null"
        " and early_cin_episodes.cine_close_date is null",
    }.items():
        assert late.rows(f"{query} limit 1"), name
    assert not late.rows(
        "select 1 from contacts where cont_contact_date between '1901' and '2016-09-30'"
    )
    assert not late.rows(
        "select 1 from care_leavers inner join early_care_leavers using (clea_table_id)"
    ), "surrogate keys are new in every run"
    same = late.value(
        "select count(*) from cin_episodes inner join early_cin_episodes using (cine_referral_id)"
    )
    assert same > 0.8 * late.value("select count(*) from early_cin_episodes")


# -- dialects --------------------------------------------------------------------------------------
def test_systemc_writes_descriptions_placeholders_and_raw_text(whole: Extract) -> None:
    for name, query in {
        "code and text": "select 1 from legal_status"
        " where lega_legal_status = 'C2 Full care order'",
        "lookup id": "select 1 from contacts where cont_contact_source_code = '4220'"
        " and cont_contact_source_desc = 'Police'",
        "quote in a comment": "select 1 from contacts"
        """ where cont_contact_outcome_json like '%said "come back%'""",
        "line break in a comment": "select 1 from cin_episodes"
        " where cine_referral_outcome_json like '%,' || chr(10) || 'written%'",
        "backslash in a comment": "select 1 from cin_assessments"
        " where cina_assessment_outcome_json like '%C:' || chr(92) || 'notes%'",
        "cut at 4000": "select 1 from contacts where length(cont_contact_outcome_json) = 4000",
        "1900": "select 1 from cin_assessments"
        " where cina_assessment_auth_date = '1900-01-01 00:00:00.000'",
        "1900 pathway": "select 1 from care_leavers"
        " where clea_pathway_plan_review_date = '1900-01-01 00:00:00.000'",
        "SSD_PH": "select 1 from sdq_scores where csdq_sdq_reason = 'SSD_PH'",
        "-1": "select 1 from initial_cp_conference where icpc_s47_enquiry_id = '-1'",
        "no eligibility": "select 1 from care_leavers"
        " where clea_care_leaver_eligibility = 'No Current Eligibility'",
        "worker's name": "select 1 from cin_episodes"
        " where cine_referral_worker_id like 'Fictional-Worker-% Example'",
    }.items():
        assert whole.rows(f"{query} limit 1"), name
    assert not whole.rows(
        "select 1 from cla_placement"
        " where clap_cla_placement_type in ('T2', 'T3', 'T4', 'P3', 'K3')"
        " or clap_cla_placement_urn not like 'SC%'"
    )
    assert not whole.rows(
        "select 1 from cin_episodes where contains(cine_referral_outcome_json, 'NFA_FLAG')"
    )
    assert {"pers_single_unique_id", "pers_upn"} <= whole.columns("person")
    assert "clar_cla_person_id" in whole.columns("cla_reviews")


def test_mosaic_lacks_columns_and_shares_steps(tmp_path: Path) -> None:
    generate("992", MONTH, MONTH, 0.15, 2, "ssd", tmp_path)
    extract = Extract(tmp_path / "992" / MONTH, "")
    assert "cppl_cp_plan_ola" not in extract.columns("cp_plans")
    assert "clap_person_id" not in extract.columns("cla_placement")
    assert "invo_person_id" not in extract.columns("involvements")
    assert {"cine_referral_source", "cin_referral_nfa"} <= extract.columns("cin_episodes")
    assert "STARTED_ON" in extract.columns("contacts")
    for name, query in {
        "labels of Annex A": "select 1 from care_leavers"
        " where clea_care_leaver_eligibility = 'b) Former relevant child'",
        "a list, no object": "select 1 from contacts"
        " where cont_contact_outcome_json = 'Existing referral'",
        "one step for siblings": "select 1 from contacts group by cont_contact_id"
        " having count(distinct cont_person_id) > 1",
        "composite ids": "select 1 from cla_episodes"
        " where clae_cla_episode_id = clae_person_id || '_' || clae_cla_id || '_'"
        " || replace(left(clae_cla_episode_start_date, 10), '-', '')",
        "all placement types": "select 1 from cla_placement"
        " where clap_cla_placement_type in ('T2', 'T3', 'T4')",
        "no times": "select 1 from missing where miss_missing_episode_start_date like '% 00:00:00'",
    }.items():
        assert extract.rows(f"{query} limit 1"), name


def test_eclipse_cuts_answers_and_times(tmp_path: Path) -> None:
    generate("993", MONTH, MONTH, 0.15, 2, "ssd", tmp_path)
    extract = Extract(tmp_path / "993" / MONTH, "\\N")
    offered = extract.rows(
        "select distinct miss_missing_rhi_offered from missing"
        " where miss_missing_rhi_offered is not null"
    )
    assert {"Ye"} <= {row[0] for row in offered} <= {"Ye", "No", "NA"}
    assert extract.rows(
        "select 1 from missing where length(miss_missing_episode_start_date) = 10 limit 1"
    )
    assert extract.rows(
        "select 1 from assessment_factors where cinf_assessment_factors_json"
        ' like \'{"ASSESSMENT_FACTOR": "%", "ASSESSMENT_FACTOR": "%\' limit 1'
    )
    assert extract.rows("select 1 from missing where miss_missing_episode_type = 'Missing' limit 1")
