"""Staging on two sources at once, from dropped files to conformed records."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build.transform import RECORDS
from csc_warehouse.intake import landing
from csc_warehouse.places import Home

MONTH = "2022-03"

FILES = {
    "991/2022-03/ssd": {
        "ssd_person": [
            "pers_person_id,pers_sex,pers_ethnicity,pers_dob,pers_expected_dob",
            "101,F,WBRI: White British,2010-05-04 00:00:00.000,",
            "101.0,Male,cnhe,04/05/2010,",
            "102,2,QQ,31/02/2011,15/02/2011",
        ],
        "ssd_contacts": [
            "cont_contact_id,cont_person_id,cont_contact_date,cont_contact_source_code,"
            "cont_contact_source_desc,cont_contact_outcome_json",
            '1,101,2022-01-05,4234,Schools,"{""NEW_REFERRAL_FLAG"": ""Y"", ""COMMENTS"": ""a"b""}"',
            "1,101,2022-01-05,4234,Schools,",
            "1,102,2022-01-05,6,,",
            "2,-1,2022-01-06,6,,",
            "2,,2022-01-06,6,,",
            ",102,2022-01-07,6,,",
            ",102,2022-01-07,6,,",
            ",102,2022-01-07,8,,",
        ],
        "ssd_cla_episodes": [
            "clae_cla_episode_id,clae_person_id,clae_cla_episode_start_date,"
            "clae_cla_episode_start_reason,clae_cla_id",
            "1,101,01/02/2022,Started to be looked after,900",
        ],
        "ssd_cla_placement": [
            "clap_cla_placement_id,clap_cla_placement_start_date,clap_cla_placement_type,clap_cla_id",
            "1,01/02/2022,U6 - Foster placement,900",
            "2,01/02/2022,k2,901",
        ],
        "ssd_care_leavers": [
            "clea_table_id,clea_person_id,clea_care_leaver_eligibility,"
            "clea_care_leaver_latest_contact,clea_pathway_plan_review_date",
            "A-1,102,b) Former relevant child,2022-02-01,1900-01-01",
            "A-2,102,b) Former relevant child,2022-02-01,1900-01-01",
            "A-3,102,No Current Eligibility,,",
        ],
    },
    "993/2021-03/ssda903": {
        "header": [
            "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
            "7,1,01/01/2008,WBRI,,,",
            "8,2,05/05/1905,WBRI,,,",
        ],
        "episodes": [
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
            "HOME_POST,PL_POST,URN",
            "7,01/06/2020,S,V2,N1,U6,PR1,,,,,AB1 2CD,",
        ],
    },
    "992/2022-03/annex_a": {
        "list_1_contacts": [
            "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of Contact",
            "9,a) Male,a) WBRI,05/05/2005,01/02/2022",
        ],
        "list_3_referrals": [
            "Child Unique ID,Gender,Ethnicity,Date of Birth,Date of Referral",
            "9,,,05/05/1905,01/02/2022",
        ],
    },
    "993/2022-03/ssda903": {
        "header": [
            "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB",
            "7,1,01/01/2008,WBRI,,,",
            "8,2,05/05/2005,WBRI,,,",
        ],
        "episodes": [
            "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,"
            "HOME_POST,PL_POST,URN",
            "7,01/06/2020,S,V2,N1,U6,PR1,01/05/2021,X1,,,AB1 2CD,",
            "7,01/05/2021,L,C2,N1,U6,PR1,01/02/2022,X1,CARPL,,AB1 2CD,",
            "7,01/02/2022,P,C2,N1,K2,PR4,,,,,AB1 3CD,",
        ],
        "uasc": ["CHILD,SEX,DOB,DUC", "7,1,01/01/2008,01/01/2026"],
    },
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Where the two sources are dropped."""
    return Home(tmp_path_factory.mktemp("staging") / "home")


@pytest.fixture(scope="module")
def warehouse(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The candidate's warehouse after staging; its default schema is `intermediate`."""
    for folder, tables in FILES.items():
        directory = home.landing / folder
        directory.mkdir(parents=True)
        for table, lines in tables.items():
            (directory / f"{table}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        la_code, month, _ = folder.split("/")
        landing.land(home, la_code, month)
    candidate = candidates.choose(home, ["991", "992", "993"], MONTH)
    candidates.prepare(home, candidate)
    candidate.dbt.build(RECORDS)
    with duckdb.connect(str(candidate.warehouse_db), read_only=True) as connection:
        connection.execute("set search_path = 'intermediate'")
        yield connection


def query(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """All rows of `sql`."""
    return warehouse.execute(sql).fetchall()


def keyed_hash(home: Home, text: str) -> str:
    """What keyed_hash() gives in SQL, from the key file alone."""
    secret = (home.keys / "identity.key").read_bytes()
    of_records = hmac.digest(secret, b"csc-warehouse key of records", "sha256")
    return hmac.digest(of_records, text.encode(), "sha256").hex()[:32]


def test_the_last_version_of_a_person_counts(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Two spellings of one id are one person."""
    found = query(
        warehouse,
        "select sex_code, ethnicity_code, birth_date, is_birth_date_estimated, row_count, "
        "distinct_row_count, unreadable_dates, unknown_codes "
        "from int_persons_conformed where la_code = '991' order by birth_date",
    )
    assert found == [
        ("M", "CHNE", date(2010, 5, 4), False, 2, 2, None, None),
        ("F", None, date(2011, 2, 15), True, 1, 1, "birth_date", "ethnicity_code"),
    ]


def test_what_another_return_or_list_says_of_a_birth_is_kept(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """The newest return and the fullest row describe the child; the others can't hide an age."""
    found = query(
        warehouse,
        "select la_code, birth_date, earliest_birth_date from int_persons_conformed "
        "inner join int_birth_dates_delivered using (la_code, child_key) "
        "where birth_date > earliest_birth_date order by la_code",
    )
    assert found == [
        ("992", date(2005, 5, 5), date(1905, 5, 5)),
        ("993", date(2005, 5, 5), date(1905, 5, 5)),
    ]


def test_a_record_is_known_by_its_id_and_person(warehouse: duckdb.DuckDBPyConnection) -> None:
    """One id of two persons is two records; without an id the content says which are repeats."""
    found = query(
        warehouse,
        "select contact_id, source_code, outcome_codes, row_count, child_key like 'unknown-%' "
        "from int_contacts_conformed where la_code = '991' "
        "order by contact_id nulls last, row_number",
    )
    assert found == [
        ("1", "2A", None, 2, False),
        ("1", "6", None, 1, False),
        ("2", "6", None, 2, True),
        (None, "6", None, 2, False),
        (None, "8", None, 1, False),
    ]


def test_an_unknown_child_is_the_records_own(
    home: Home, warehouse: duckdb.DuckDBPyConnection
) -> None:
    child_key = "unknown-" + keyed_hash(home, "ssd|991|contacts|2")
    record_key = keyed_hash(home, f"ssd|991|contacts|2|{child_key}")
    assert query(
        warehouse,
        f"select child_key from int_contacts_conformed where record_key = '{record_key}'",
    ) == [(child_key,)]


def test_a_placement_is_of_its_period_of_care(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = query(
        warehouse,
        "select placements.placement_id, placements.placement_type_code, "
        "placements.child_key = episodes.child_key "
        "from int_placements_conformed as placements, int_cla_episodes_conformed as episodes "
        "where placements.la_code = '991' and episodes.la_code = '991' order by 1",
    )
    assert found == [("1", "U6", True), ("2", "K2", False)]


def test_regenerated_ids_make_no_new_record(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = query(
        warehouse,
        "select eligibility_code, observation_date, row_count, placeholder_dates, unknown_codes "
        "from int_care_leaver_observations_conformed order by observation_date nulls last",
    )
    assert found == [
        ("FORMER_RELEVANT", date(2022, 2, 1), 2, "pathway_plan_review_date", None),
        (None, None, 1, None, None),
    ]


def test_years_of_the_903_are_united(warehouse: duckdb.DuckDBPyConnection) -> None:
    """The newest year says how an episode was; a legal change goes on with the placement."""
    episodes = query(
        warehouse,
        "select start_date, end_date, row_count from int_cla_episodes_conformed "
        "where la_code = '993' order by 1",
    )
    assert episodes == [
        (date(2020, 6, 1), date(2021, 5, 1), 1),
        (date(2021, 5, 1), date(2022, 2, 1), 1),
        (date(2022, 2, 1), None, 1),
    ]
    placements = query(
        warehouse,
        "select start_date, end_date, placement_type_code, change_reason_code "
        "from int_placements_conformed where la_code = '993' order by 1",
    )
    assert placements == [
        (date(2020, 6, 1), date(2022, 2, 1), "U6", "CARPL"),
        (date(2022, 2, 1), None, "K2", None),
    ]
    unaccompanied = query(
        warehouse,
        "select immigration_status_code, start_date, end_date "
        "from int_immigration_statuses_conformed where la_code = '993'",
    )
    assert unaccompanied == [("UASC", date(2020, 6, 1), date(2026, 1, 1))]


def test_a_table_that_was_not_delivered_is_empty(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert query(warehouse, "select count(*) from int_missing_spells_conformed") == [(0,)]
    assert query(
        warehouse,
        "select data_type from information_schema.columns "
        "where table_name = 'int_missing_spells_conformed' and column_name = 'start_at'",
    ) == [("TIMESTAMP",)]
