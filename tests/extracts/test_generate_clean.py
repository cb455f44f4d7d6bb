"""With faults off and the clean dialect an extract has no data-quality fault at all."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import yaml

from csc_fictional import generate
from csc_warehouse.places import DBT_PROJECT, SEEDS

MONTHS = ("2018-04", "2021-07", "2024-06")
"""Months on both sides of the changes of code sets in 2018, 2020, 2021, 2022, 2023 and 2024."""


@pytest.fixture(scope="module", params=MONTHS)
def extract(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """Views over one clean month, and the month's last day as `as_at`."""
    month = request.param
    out = tmp_path_factory.mktemp("clean")
    generate("999", month, month, 0.5, 11, "ssd", out, faults=False, dialect="clean")
    connection = duckdb.connect()
    folder = out / "999" / month
    for path in sorted((folder / "ssd").glob("*.csv")):
        name = path.stem.removeprefix("ssd_")
        connection.execute(
            f"create table {name} as select * from read_csv('{path}', all_varchar = true)"
        )
    connection.execute(f"create macro as_at() as last_day(cast('{month}-01' as date))")
    connection.execute(
        f"create view code as select * from read_csv('{SEEDS / 'code_sets' / 'code.csv'}',"
        " all_varchar = true)"
    )
    yield connection, folder
    connection.close()


def count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    """How many rows a query finds."""
    return connection.execute(f"select count(*) from ({query}) as found").fetchone()[0]


KEYS = {
    "person": ("pers_person_id",),
    "disability": ("disa_table_id",),
    "immigration_status": ("immi_immigration_status_id",),
    "address": ("addr_table_id",),
    "contacts": ("cont_contact_id",),
    "early_help_episodes": ("earl_episode_id",),
    "cin_episodes": ("cine_referral_id",),
    "cin_assessments": ("cina_assessment_id",),
    "assessment_factors": ("cinf_table_id",),
    "cin_plans": ("cinp_cin_plan_id",),
    "cin_visits": ("cinv_cin_visit_id",),
    "s47_enquiry": ("s47e_s47_enquiry_id",),
    "initial_cp_conference": ("icpc_icpc_id",),
    "cp_plans": ("cppl_cp_plan_id",),
    "cp_visits": ("cppv_cp_visit_id",),
    "cp_reviews": ("cppr_cp_review_id",),
    "legal_status": ("lega_legal_status_id",),
    "cla_episodes": ("clae_cla_episode_id",),
    "cla_placement": ("clap_cla_placement_id",),
    "cla_reviews": ("clar_cla_review_id",),
    "cla_visits": ("clav_cla_visit_id",),
    "cla_health": ("clah_health_check_id",),
    "cla_immunisations": ("clai_person_id", "clai_immunisations_status_date"),
    "cla_substance_misuse": ("clas_substance_misuse_id",),
    "sdq_scores": ("csdq_table_id",),
    "cla_previous_permanence": ("lapp_table_id",),
    "cla_convictions": ("clac_cla_conviction_id",),
    "missing": ("miss_table_id",),
    "care_leavers": ("clea_table_id",),
    "permanence": ("perm_table_id",),
    "involvements": ("invo_involvements_id",),
    "professionals": ("prof_professional_id",),
    "department": ("dept_team_id",),
    "send": ("send_table_id",),
    "sen_need": ("senn_table_id",),
    "linked_identifiers": ("link_table_id",),
    "family": ("fami_table_id",),
    "mother": ("moth_table_id",),
}


def test_keys_are_filled_and_unique(extract) -> None:
    connection, folder = extract
    files = {path.stem.removeprefix("ssd_") for path in (folder / "ssd").glob("*.csv")}
    assert files == set(KEYS)
    for table, columns in KEYS.items():
        key = ", ".join(columns)
        assert not count(
            connection, f"select {key} from {table} group by {key} having count(*) > 1"
        ), table
        for column in columns:
            assert not count(connection, f"select 1 from {table} where {column} is null"), table


LINKS = (
    ("disability", "disa_person_id", "person", "pers_person_id"),
    ("immigration_status", "immi_person_id", "person", "pers_person_id"),
    ("family", "fami_person_id", "person", "pers_person_id"),
    ("mother", "moth_person_id", "person", "pers_person_id"),
    ("mother", "moth_childs_person_id", "person", "pers_person_id"),
    ("address", "addr_person_id", "person", "pers_person_id"),
    ("contacts", "cont_person_id", "person", "pers_person_id"),
    ("early_help_episodes", "earl_person_id", "person", "pers_person_id"),
    ("cin_episodes", "cine_person_id", "person", "pers_person_id"),
    ("cin_assessments", "cina_person_id", "person", "pers_person_id"),
    ("cin_assessments", "cina_referral_id", "cin_episodes", "cine_referral_id"),
    ("assessment_factors", "cinf_assessment_id", "cin_assessments", "cina_assessment_id"),
    ("cin_plans", "cinp_person_id", "person", "pers_person_id"),
    ("cin_plans", "cinp_referral_id", "cin_episodes", "cine_referral_id"),
    ("cin_visits", "cinv_person_id", "person", "pers_person_id"),
    ("s47_enquiry", "s47e_person_id", "person", "pers_person_id"),
    ("s47_enquiry", "s47e_referral_id", "cin_episodes", "cine_referral_id"),
    ("initial_cp_conference", "icpc_person_id", "person", "pers_person_id"),
    ("initial_cp_conference", "icpc_s47_enquiry_id", "s47_enquiry", "s47e_s47_enquiry_id"),
    ("initial_cp_conference", "icpc_referral_id", "cin_episodes", "cine_referral_id"),
    ("cp_plans", "cppl_person_id", "person", "pers_person_id"),
    ("cp_plans", "cppl_icpc_id", "initial_cp_conference", "icpc_icpc_id"),
    ("cp_plans", "cppl_referral_id", "cin_episodes", "cine_referral_id"),
    ("cp_visits", "cppv_cp_plan_id", "cp_plans", "cppl_cp_plan_id"),
    ("cp_reviews", "cppr_cp_plan_id", "cp_plans", "cppl_cp_plan_id"),
    ("legal_status", "lega_person_id", "person", "pers_person_id"),
    ("cla_episodes", "clae_person_id", "person", "pers_person_id"),
    ("cla_episodes", "clae_cla_placement_id", "cla_placement", "clap_cla_placement_id"),
    ("cla_episodes", "clae_referral_id", "cin_episodes", "cine_referral_id"),
    ("cla_placement", "clap_cla_id", "cla_episodes", "clae_cla_id"),
    ("cla_placement", "clap_person_id", "person", "pers_person_id"),
    ("cla_reviews", "clar_cla_id", "cla_episodes", "clae_cla_id"),
    ("cla_visits", "clav_person_id", "person", "pers_person_id"),
    ("cla_health", "clah_person_id", "person", "pers_person_id"),
    ("missing", "miss_person_id", "person", "pers_person_id"),
    ("care_leavers", "clea_person_id", "person", "pers_person_id"),
    ("care_leavers", "clea_care_leaver_allocated_team", "department", "dept_team_id"),
    ("involvements", "invo_person_id", "person", "pers_person_id"),
    ("involvements", "invo_professional_team", "department", "dept_team_id"),
    ("involvements", "invo_referral_id", "cin_episodes", "cine_referral_id"),
    ("cin_episodes", "cine_referral_team", "department", "dept_team_id"),
)


def test_links_lead_to_a_record(extract) -> None:
    connection, _ = extract
    broken = {}
    for table, column, other, key in LINKS:
        orphans = count(
            connection,
            f"select 1 from {table} where {column} is not null"
            f" and {column} not in (select {key} from {other})",
        )
        if orphans:
            broken[f"{table}.{column}"] = orphans
    assert broken == {}


CODED = (
    ("person", "pers_sex", "sex"),
    ("person", "pers_ethnicity", "ethnicity"),
    ("disability", "disa_disability_code", "disability"),
    ("contacts", "cont_contact_source_code", "referral_source"),
    ("cin_episodes", "cine_referral_source_code", "referral_source"),
    ("cin_episodes", "cine_cin_primary_need_code", "primary_need"),
    ("cin_episodes", "cine_close_reason", "close_reason"),
    ("cla_episodes", "clae_cla_episode_start_reason", "episode_start_reason"),
    ("cla_episodes", "clae_cla_episode_ceased_reason", "episode_end_reason"),
    ("cla_placement", "clap_cla_placement_type", "placement_type"),
    ("cla_placement", "clap_cla_placement_provider", "placement_provider"),
    ("cla_placement", "clap_cla_placement_change_reason", "placement_change_reason"),
    ("cla_reviews", "clar_cla_review_participation", "review_participation"),
    ("missing", "miss_missing_episode_type", "missing_type"),
    ("missing", "miss_missing_rhi_offered", "yes_no_na"),
    ("missing", "miss_missing_rhi_accepted", "yes_no_na"),
    ("care_leavers", "clea_care_leaver_in_touch", "care_leaver_in_touch"),
    ("care_leavers", "clea_care_leaver_accommodation", "care_leaver_accommodation"),
    ("care_leavers", "clea_care_leaver_accom_suitable", "care_leaver_suitability"),
    ("care_leavers", "clea_care_leaver_activity", "care_leaver_activity"),
)


def test_codes_are_in_their_lists(extract) -> None:
    connection, _ = extract
    for table, column, code_set in CODED:
        assert not count(
            connection,
            f"select 1 from {table} where {column} is not null and {column} not in"
            f" (select code from code where code_set = '{code_set}')",
        ), column
    assert not count(
        connection,
        "select 1 from legal_status where lega_legal_status not in"
        " (select code from code where code_set = 'legal_status')"
        " and lega_legal_status not in ('Supervision order', 'Special guardianship order')",
    )


DATED_CODES = (
    ("contacts", "cont_contact_source_code", "cont_contact_date", "referral_source"),
    ("cin_episodes", "cine_close_reason", "cine_close_date", "close_reason"),
    ("cla_placement", "clap_cla_placement_type", "clap_cla_placement_start_date",
     "placement_type"),
    ("cla_episodes", "clae_cla_episode_ceased_reason", "clae_cla_episode_ceased_date",
     "episode_end_reason"),
    ("care_leavers", "clea_care_leaver_activity", "clea_care_leaver_latest_contact",
     "care_leaver_activity"),
)  # fmt: skip


def test_codes_are_valid_on_their_day(extract) -> None:
    connection, _ = extract
    for table, column, date, code_set in DATED_CODES:
        assert not count(
            connection,
            f"select 1 from {table} inner join code on code.code = {column}"
            f" and code_set = '{code_set}'"
            f" where {date} < coalesce(valid_from, '0') or {date} > coalesce(valid_to, '9')",
        ), column


INTERVALS = (
    ("early_help_episodes", "earl_episode_start_date", "earl_episode_end_date"),
    ("cin_episodes", "cine_referral_date", "cine_close_date"),
    ("cin_assessments", "cina_assessment_start_date", "cina_assessment_auth_date"),
    ("cin_plans", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date"),
    ("s47_enquiry", "s47e_s47_start_date", "s47e_s47_end_date"),
    ("cp_plans", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date"),
    ("legal_status", "lega_legal_status_start_date", "lega_legal_status_end_date"),
    ("cla_episodes", "clae_cla_episode_start_date", "clae_cla_episode_ceased_date"),
    ("cla_placement", "clap_cla_placement_start_date", "clap_cla_placement_end_date"),
    ("missing", "miss_missing_episode_start_date", "miss_missing_episode_end_date"),
    ("involvements", "invo_involvement_start_date", "invo_involvement_end_date"),
    ("immigration_status", "immi_immigration_status_start_date",
     "immi_immigration_status_end_date"),
    ("address", "addr_address_start_date", "addr_address_end_date"),
)  # fmt: skip


def test_intervals_have_a_start_and_end_after_it(extract) -> None:
    connection, _ = extract
    for table, start, end in INTERVALS:
        assert not count(connection, f"select 1 from {table} where {start} is null"), table
        assert not count(connection, f"select 1 from {table} where {end} < {start}"), table


def test_dates_are_real_and_not_in_the_future(extract) -> None:
    connection, _ = extract
    planned = {"clar_cla_review_due_date", "cppr_cp_review_due", "pers_expected_dob",
               "icpc_icpc_target_date"}  # fmt: skip
    for table, columns in _date_columns(connection).items():
        for column in columns:
            bad = count(
                connection,
                f"select 1 from {table} where {column} is not null"
                f" and try_cast({column} as timestamp) is null",
            )
            assert not bad, column
            limit = "date '2060-01-01'" if column in planned else "as_at() + 1"
            bad = count(
                connection,
                f"select 1 from {table} where cast({column} as timestamp) >= {limit}"
                f" or cast({column} as timestamp) < date '1940-01-01'",
            )
            assert not bad, column


def _date_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Columns that hold dates, by table; the free-form order date of earlier permanence isn't."""
    found: dict[str, list[str]] = {}
    for table, column in connection.execute(
        "select table_name, column_name from information_schema.columns"
        " where (contains(column_name, 'date') or contains(column_name, 'dob')"
        " or ends_with(column_name, 'latest_contact') or ends_with(column_name, '_due'))"
        " and table_name <> 'code' and column_name <> 'lapp_previous_permanence_order_date'"
    ).fetchall():
        found.setdefault(table, []).append(column)
    return found


def _overlaps(table: str, person: str, start: str, end: str, where: str = "true") -> str:
    return f"""
        select 1 from (
            select
                {start} as begins,
                max(coalesce({end}, '9999')) over (
                    partition by {person} order by {start}, coalesce({end}, '9999')
                    rows between unbounded preceding and 1 preceding
                ) as earlier_end
            from {table} where {where}
        ) as ordered
        where begins < earlier_end
    """


def test_nothing_of_one_child_overlaps(extract) -> None:
    connection, _ = extract
    care = "lega_legal_status not in ('Supervision order', 'Special guardianship order')"
    for table, person, start, end, where in (
        ("cin_episodes", "cine_person_id", "cine_referral_date", "cine_close_date", "true"),
        ("early_help_episodes", "earl_person_id", "earl_episode_start_date",
         "earl_episode_end_date", "true"),
        ("cin_plans", "cinp_person_id", "cinp_cin_plan_start_date", "cinp_cin_plan_end_date",
         "true"),
        ("cp_plans", "cppl_person_id", "cppl_cp_plan_start_date", "cppl_cp_plan_end_date", "true"),
        ("s47_enquiry", "s47e_person_id", "s47e_s47_start_date", "s47e_s47_end_date", "true"),
        ("legal_status", "lega_person_id", "lega_legal_status_start_date",
         "lega_legal_status_end_date", care),
        ("cla_episodes", "clae_person_id", "clae_cla_episode_start_date",
         "clae_cla_episode_ceased_date", "true"),
        ("cla_placement", "clap_person_id", "clap_cla_placement_start_date",
         "clap_cla_placement_end_date", "true"),
        ("missing", "miss_person_id", "miss_missing_episode_start_date",
         "miss_missing_episode_end_date", "true"),
    ):  # fmt: skip
        assert not count(connection, _overlaps(table, person, start, end, where)), table


def test_one_contact_and_one_referral_of_a_child_a_day(extract) -> None:
    connection, _ = extract
    for table, columns in (
        ("contacts", "cont_person_id, cont_contact_date"),
        ("cin_episodes", "cine_person_id, cine_referral_date"),
        ("care_leavers", "clea_person_id, clea_care_leaver_latest_contact"),
        ("disability", "disa_person_id, disa_disability_code"),
    ):
        assert not count(
            connection, f"select 1 from {table} group by {columns} having count(*) > 1"
        ), table


IN_ORDER = {
    "assessment before its referral": """
        select 1 from cin_assessments inner join cin_episodes
            on cina_referral_id = cine_referral_id
        where cina_assessment_start_date < cine_referral_date
            or cina_assessment_start_date > cine_close_date""",
    "enquiry before its referral": """
        select 1 from s47_enquiry inner join cin_episodes on s47e_referral_id = cine_referral_id
        where s47e_s47_start_date < cine_referral_date""",
    "conference before its enquiry": """
        select 1 from initial_cp_conference inner join s47_enquiry
            on icpc_s47_enquiry_id = s47e_s47_enquiry_id
        where icpc_icpc_date < s47e_s47_start_date""",
    "transfer in with an enquiry": """
        select 1 from initial_cp_conference
        where (icpc_icpc_transfer_in = 'Y') <> (icpc_s47_enquiry_id is null)""",
    "own plan without a conference": """
        select 1 from cp_plans where cppl_cp_plan_ola = 'N' and cppl_icpc_id is null""",
    "plan that doesn't start at its conference": """
        select 1 from cp_plans inner join initial_cp_conference on cppl_icpc_id = icpc_icpc_id
        where cppl_cp_plan_start_date <> icpc_icpc_date or icpc_icpc_outcome_cp_flag <> 'Y'""",
    "activity on a referral without action": """
        select 1 from cin_episodes
        where cine_referral_nfa = 'Y' and (
            cine_referral_id in (select cina_referral_id from cin_assessments)
            or cine_referral_id in (select cinp_referral_id from cin_plans)
            or cine_referral_id in (select s47e_referral_id from s47_enquiry)
            or cine_referral_id in (select cppl_referral_id from cp_plans))""",
    "closure without reason, or the other way round": """
        select 1 from cin_episodes
        where (cine_close_date is null) <> (cine_close_reason is null)""",
    "closed with an open assessment": """
        select 1 from cin_assessments inner join cin_episodes
            on cina_referral_id = cine_referral_id
        where cine_close_date is not null and cina_assessment_auth_date is null""",
    "episode end without reason, or the other way round": """
        select 1 from cla_episodes
        where (clae_cla_episode_ceased_date is null) <> (clae_cla_episode_ceased_reason is null)""",
    "first episode not S": """
        select 1 from cla_episodes where clae_cla_episode_start_date = clae_entered_care_date
        and clae_cla_episode_start_reason <> 'S'""",
    "later episode S": """
        select 1 from cla_episodes where clae_cla_episode_start_date > clae_entered_care_date
        and clae_cla_episode_start_reason = 'S'""",
    "X1 and nothing continues": """
        select 1 from cla_episodes as episode
        where clae_cla_episode_ceased_reason = 'X1' and not exists (
            select 1 from cla_episodes as later
            where later.clae_cla_id = episode.clae_cla_id
            and later.clae_cla_episode_start_date = episode.clae_cla_episode_ceased_date)""",
    "need that changes in a period": """
        select clae_cla_id from cla_episodes group by clae_cla_id
        having count(distinct clae_cla_primary_need_code) > 1""",
    "care before birth or after 18": """
        select 1 from cla_episodes inner join person on clae_person_id = pers_person_id
        where clae_cla_episode_start_date < pers_dob
            or cast(clae_cla_episode_start_date as date) > cast(pers_dob as date)
                + interval 18 year
            or cast(clae_cla_episode_ceased_date as date) > cast(pers_dob as date)
                + interval 18 year + interval 1 day""",
    "open in care after 18": """
        select 1 from cla_episodes inner join person on clae_person_id = pers_person_id
        where clae_cla_episode_ceased_date is null
            and as_at() > cast(pers_dob as date) + interval 18 year + interval 45 day""",
    "in care without a legal status": """
        select 1 from cla_episodes as episode where not exists (
            select 1 from legal_status
            where lega_person_id = clae_person_id
            and lega_legal_status_start_date <= clae_cla_episode_start_date
            and coalesce(lega_legal_status_end_date, '9') >= clae_cla_episode_start_date)""",
    "episode without placement at its start": """
        select 1 from cla_episodes inner join cla_placement
            on clae_cla_placement_id = clap_cla_placement_id
        where clap_cla_placement_start_date > clae_cla_episode_start_date
            or clap_cla_placement_end_date < clae_cla_episode_start_date""",
    "care that starts or ends with a temporary placement": """
        select 1 from cla_episodes inner join cla_placement
            on clae_cla_placement_id = clap_cla_placement_id
        where clap_cla_placement_type like 'T_' and (
            clae_cla_episode_start_reason = 'S'
            or coalesce(clae_cla_episode_ceased_reason, 'X1') <> 'X1')""",
    "T4 over seven days": """
        select 1 from cla_placement where clap_cla_placement_type = 'T4'
        and cast(clap_cla_placement_end_date as date)
            - cast(clap_cla_placement_start_date as date) > 7""",
    "distance out of range": """
        select 1 from cla_placement where cast(clap_cla_placement_distance as double) >= 999""",
    "with parents without a full order": """
        select 1 from cla_placement where clap_cla_placement_type = 'P1' and not exists (
            select 1 from legal_status where lega_person_id = clap_person_id
            and lega_legal_status = 'C2'
            and lega_legal_status_start_date <= clap_cla_placement_start_date)""",
    "interview accepted but not offered": """
        select 1 from missing where miss_missing_rhi_accepted = 'Y'
        and coalesce(miss_missing_rhi_offered, 'N') <> 'Y'""",
    "interview before the return": """
        select 1 from missing where miss_missing_episode_end_date is null
        and (miss_missing_rhi_offered is not null or miss_missing_rhi_accepted is not null)""",
    "missing for long": """
        select 1 from missing where miss_missing_episode_end_date is null
        and cast(miss_missing_episode_start_date as date) < as_at() - interval 160 day""",
    "in touch without activity, or the other way round": """
        select 1 from care_leavers
        where (clea_care_leaver_in_touch = 'YES') <> (clea_care_leaver_activity is not null)
            or (clea_care_leaver_activity is null) <> (clea_care_leaver_accommodation is null)
            or (clea_care_leaver_accommodation is null)
                <> (clea_care_leaver_accom_suitable is null)""",
    "no home that is suitable": """
        select 1 from care_leavers where clea_care_leaver_accommodation in ('S', 'X')
        and clea_care_leaver_accom_suitable = '1'""",
    "no birth date": """
        select 1 from person where pers_dob is null and pers_expected_dob is null""",
    "both birth dates": """
        select 1 from person where pers_dob is not null and pers_expected_dob is not null""",
    "event after death": """
        select 1 from person inner join cla_episodes on clae_person_id = pers_person_id
        where clae_cla_episode_start_date > pers_death_date""",
    "two immigration statuses at once": """
        select immi_person_id from immigration_status
        where immi_immigration_status_end_date is null
        group by immi_person_id having count(*) > 1""",
    "assessment without factors": """
        select 1 from cin_assessments where cina_assessment_auth_date is not null
        and cina_assessment_id not in (select cinf_assessment_id from assessment_factors)""",
    "repeated factor": """
        select 1 from (
            select cinf_assessment_id, unnest(from_json(cinf_assessment_factors_json,
                '["varchar"]')) as factor from assessment_factors) as factors
        group by cinf_assessment_id, factor having count(*) > 1""",
    "CP review after the plan's end": """
        select 1 from cp_reviews inner join cp_plans on cppr_cp_plan_id = cppl_cp_plan_id
        where cppr_cp_review_date > cppl_cp_plan_end_date
            or cppr_cp_review_date < cppl_cp_plan_start_date""",
    "conference or review at a weekend": """
        select 1 from initial_cp_conference where isodow(cast(icpc_icpc_date as date)) > 5
        union all
        select 1 from initial_cp_conference
        where isodow(cast(icpc_icpc_target_date as date)) > 5""",
}


@pytest.mark.parametrize("rule", IN_ORDER)
def test_records_agree(extract, rule: str) -> None:
    connection, _ = extract
    assert count(connection, IN_ORDER[rule]) == 0


def test_no_fault_is_in_the_ledger(extract) -> None:
    _, folder = extract
    assert len((folder / "ledger.csv").read_text().splitlines()) == 1


def test_every_column_is_declared(extract) -> None:
    """What is written is in the sources' declaration, so that no column is lost at landing."""
    connection, _ = extract
    path = DBT_PROJECT / "models" / "staging" / "ssd" / "_ssd__sources.yml"
    source = yaml.safe_load(Path(path).read_text())["sources"][0]
    declared = {
        table["name"].removeprefix("ssd_"): {column["name"] for column in table["columns"]}
        for table in source["tables"]
    }
    not_stored = {
        name.removeprefix("ssd_") for name in source["config"]["meta"]["tables_not_stored"]
    }
    assert set(KEYS) <= set(declared) | not_stored
    for table in set(KEYS) - not_stored:
        columns = {row[0] for row in connection.execute(f"describe {table}").fetchall()}
        assert columns <= declared[table], table
