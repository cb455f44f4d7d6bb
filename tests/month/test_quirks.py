"""The quirks of the case systems, by their number in the domain notes, on one tiny month.

Authority 998 writes as SystemC does, 997 as Mosaic, 996 as Eclipse; 995 writes every national code
in every spelling. 998 also had a month before. One run builds records, star and indicators; each
test asks of it what the quirk with its number demands.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from csc_warehouse import lake, quality
from csc_warehouse.build import candidate as candidates
from csc_warehouse.lake import identity
from csc_warehouse.places import SEEDS, Home
from csc_warehouse.run_month import steps
from library.built import built

MONTH, BEFORE = "2022-09", "2022-08"
LAST_DAY = date(2022, 9, 30)
VOLUME = 120  # rows enough for the raw gate to speak of shares

Row = dict[str, str]
Table = list[Row]

SHORT_BREAKS = (
    "Accommodated under an agreed series of short-term breaks, when individual episodes of care "
    "are recorded"
)
SECTION_20 = "Single period of accommodation under section 20 (Children Act 1989)"

# Code set -> (raw table, person column, coded column, conformed table, conformed column).
CODED: dict[str, tuple[str, str, str, str, str]] = {
    "sex": ("ssd_person", "", "pers_sex", "persons", "sex_code"),
    "ethnicity": ("ssd_person", "", "pers_ethnicity", "persons", "ethnicity_code"),
    "disability": (
        *("ssd_disability", "disa_person_id", "disa_disability_code"),
        *("disabilities", "disability_code"),
    ),
    "immigration_status": (
        *("ssd_immigration_status", "immi_person_id", "immi_immigration_status"),
        *("immigration_statuses", "immigration_status_code"),
    ),
    "referral_source": (
        *("ssd_contacts", "cont_person_id", "cont_contact_source_desc"),
        *("contacts", "source_code"),
    ),
    "primary_need": (
        *("ssd_cin_episodes", "cine_person_id", "cine_cin_primary_need_code"),
        *("referrals", "primary_need_code"),
    ),
    "close_reason": (
        *("ssd_cin_episodes", "cine_person_id", "cine_close_reason"),
        *("referrals", "close_reason_code"),
    ),
    "abuse_category": (
        *("ssd_cp_plans", "cppl_person_id", "cppl_cp_plan_initial_category"),
        *("cp_plans", "initial_category_code"),
    ),
    "legal_status": (
        *("ssd_legal_status", "lega_person_id", "lega_legal_status"),
        *("legal_statuses", "legal_status_code"),
    ),
    "episode_start_reason": (
        *("ssd_cla_episodes", "clae_person_id", "clae_cla_episode_start_reason"),
        *("cla_episodes", "start_reason_code"),
    ),
    "episode_end_reason": (
        *("ssd_cla_episodes", "clae_person_id", "clae_cla_episode_ceased_reason"),
        *("cla_episodes", "end_reason_code"),
    ),
    "placement_type": (
        *("ssd_cla_placement", "clap_person_id", "clap_cla_placement_type"),
        *("placements", "placement_type_code"),
    ),
    "placement_provider": (
        *("ssd_cla_placement", "clap_person_id", "clap_cla_placement_provider"),
        *("placements", "provider_code"),
    ),
    "placement_change_reason": (
        *("ssd_cla_placement", "clap_person_id", "clap_cla_placement_change_reason"),
        *("placements", "change_reason_code"),
    ),
    "review_participation": (
        *("ssd_cla_reviews", "clar_cla_person_id", "clar_cla_review_participation"),
        *("cla_reviews", "participation_code"),
    ),
    "health_check_status": (
        *("ssd_cla_health", "clah_person_id", "clah_health_check_status"),
        *("health_checks", "status_code"),
    ),
    "missing_type": (
        *("ssd_missing", "miss_person_id", "miss_missing_episode_type"),
        *("missing_spells", "missing_type_code"),
    ),
    "yes_no_na": (
        *("ssd_missing", "miss_person_id", "miss_missing_rhi_offered"),
        *("missing_spells", "interview_offered_code"),
    ),
    "care_leaver_eligibility": (
        *("ssd_care_leavers", "clea_person_id", "clea_care_leaver_eligibility"),
        *("care_leaver_observations", "eligibility_code"),
    ),
    "care_leaver_in_touch": (
        *("ssd_care_leavers", "clea_person_id", "clea_care_leaver_in_touch"),
        *("care_leaver_observations", "in_touch_code"),
    ),
    "care_leaver_accommodation": (
        *("ssd_care_leavers", "clea_person_id", "clea_care_leaver_accommodation"),
        *("care_leaver_observations", "accommodation_code"),
    ),
    "care_leaver_suitability": (
        *("ssd_care_leavers", "clea_person_id", "clea_care_leaver_accom_suitable"),
        *("care_leaver_observations", "suitability_code"),
    ),
    "care_leaver_activity": (
        *("ssd_care_leavers", "clea_person_id", "clea_care_leaver_activity"),
        *("care_leaver_observations", "activity_code"),
    ),
    "assessment_factor": (
        *("ssd_assessment_factors", "", "cinf_assessment_factors_json"),
        *("assessment_factors", "factor_code"),
    ),
}
#: The id column of each table above; ssd_care_leavers has none that lasts.
IDS = {
    "ssd_person": "pers_person_id",
    "ssd_disability": "disa_table_id",
    "ssd_immigration_status": "immi_immigration_status_id",
    "ssd_contacts": "cont_contact_id",
    "ssd_cin_episodes": "cine_referral_id",
    "ssd_cp_plans": "cppl_cp_plan_id",
    "ssd_legal_status": "lega_legal_status_id",
    "ssd_cla_episodes": "clae_cla_episode_id",
    "ssd_cla_placement": "clap_cla_placement_id",
    "ssd_cla_reviews": "clar_cla_review_id",
    "ssd_cla_health": "clah_health_check_id",
    "ssd_missing": "miss_table_id",
    "ssd_care_leavers": "clea_table_id",
    "ssd_assessment_factors": "cinf_assessment_id",
}
#: Codes that say that there is nothing to tell: the records hold null.
NOTHING = {("legal_status", "NOT_CARE"), ("care_leaver_eligibility", "NONE")}


def national_codes() -> Iterator[tuple[str, str, str]]:
    """Code set, code and label of every code of the seed."""
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row["code_set"], row["code"], row["label"]


def spelt() -> Iterator[tuple[str, str, str]]:
    """Code set, text as a case system writes it, and the code that it stands for."""
    for code_set, code, label in national_codes():
        if code_set in CODED:
            for text in dict.fromkeys((code, f"{code} - {label}", label.upper())):
                yield code_set, text, code


def every_spelling() -> tuple[dict[str, Table], dict[tuple[str, int], tuple[str, str | None]]]:
    """The tables of 995, and by code set and row number what was written and what it stands for."""
    tables: dict[str, Table] = {"ssd_person": [{"pers_person_id": "1", "pers_dob": "2010-01-01"}]}
    expected: dict[tuple[str, int], tuple[str, str | None]] = {}
    for number, (code_set, text, code) in enumerate(spelt()):
        table, person, column, _, _ = CODED[code_set]
        rows = tables.setdefault(table, [])
        quoted = f'["{text}"]' if code_set == "assessment_factor" else text
        row = {IDS[table]: f"r{number}", column: quoted}
        if person:
            row[person] = "1"
        rows.append(row)
        stands_for = None if (code_set, code) in NOTHING else code
        expected[code_set, len(rows) + 1] = (text, stands_for)
    return tables, expected


EVERY_SPELLING, STANDS_FOR = every_spelling()


def people(*rows: Row) -> Table:
    return [
        {"pers_forename": "Zebedee", "pers_gender": row.get("pers_sex", ""), **row} for row in rows
    ]


def crowd(now: bool) -> dict[str, Table]:
    """Children and records enough for the raw gate, coded another way in the month before."""
    numbers = range(9001, 9001 + VOLUME)
    return {
        "ssd_person": people(
            *(
                {
                    "pers_person_id": str(number),
                    "pers_sex": "FM"[number % 2],
                    "pers_ethnicity": ("WBRI", "AIND")[number % 2]
                    if now
                    else ("WB01", "AS03")[number % 2],
                    "pers_dob": "2012-06-01",
                }
                for number in numbers
            )
        ),
        "ssd_disability": [
            {
                "disa_table_id": f"d{number}",
                "disa_person_id": str(number),
                "disa_disability_code": ("LD", "MOB")[number % 2]
                if now
                else ("L001", "M002")[number % 2],
            }
            for number in numbers
        ],
        "ssd_cin_assessments": [
            {
                "cina_assessment_id": f"a{number}",
                "cina_person_id": str(number),
                "cina_assessment_start_date": "2022-03-01",
                "cina_assessment_child_seen": "N" if now else "YN"[number % 2],
            }
            for number in numbers
        ],
    }


def care_leavers(table_id: str) -> Table:
    """The same three rows of one person in every month, under ids made anew each time."""
    rows = [
        ("Former relevant child", "2022-02-20", "YES", "2022-01-05"),
        ("Relevant child", "2022-08-20", "NO", "1900-01-01"),
        ("Former relevant child", "2022-08-20", "YES", ""),
        ("No Current Eligibility", "", "", ""),
    ]
    return [
        {
            "clea_table_id": f"{table_id}-{number}",
            "clea_person_id": "0003",
            "clea_care_leaver_eligibility": eligibility,
            "clea_care_leaver_latest_contact": contact,
            "clea_care_leaver_in_touch": in_touch,
            "clea_pathway_plan_review_date": review,
        }
        for number, (eligibility, contact, in_touch, review) in enumerate(rows)
    ]


SYSTEM_C: dict[str, Table] = {
    "ssd_person": people(
        {
            "pers_person_id": "1",
            "pers_sex": "F",
            "pers_ethnicity": "CNHE",
            "pers_dob": "2010-05-04 00:00:00.000",
            "pers_single_unique_id": "NHS-SECRET",
        },
        {
            "pers_person_id": "2",
            "pers_sex": "M",
            "pers_ethnicity": "WBRI: White British",
            "pers_expected_dob": "2008-03-15",
        },
        {"pers_person_id": "3", "pers_sex": "M", "pers_dob": "1900-01-01"},
        {"pers_person_id": "0003", "pers_sex": "F", "pers_dob": "2003-03-10"},
        {"pers_person_id": "4", "pers_sex": "F", "pers_dob": "2012-01-01"},
        {"pers_person_id": "5", "pers_sex": "M", "pers_dob": "2009-01-01"},
        {"pers_person_id": "5.0", "pers_sex": "M", "pers_dob": "2009-01-01"},
        {"pers_person_id": "6", "pers_sex": "M", "pers_dob": "2013-01-01"},
    ),
    "ssd_contacts": [
        {
            "cont_contact_id": "10.0",
            "cont_person_id": " 3.0 ",
            "cont_contact_date": "2022-09-05",
            "cont_contact_source_code": "4234",
            "cont_contact_source_desc": "Schools",
            "cont_contact_outcome_json": '{"NEW_REFERRAL_FLAG":"Y","EXISTING_REFERRAL_FLAG":"N",'
            '"NUMBER_OF_OUTCOMES":1,"COMMENTS":"he said "Zebedee",\nthen \\ left"}',
        },
        {
            "cont_contact_id": "0011",
            "cont_person_id": "1",
            "cont_contact_date": "2022-09-06",
            "cont_contact_source_code": "4777",
            "cont_contact_outcome_json": '{"OUTCOME_EARLY_HELP_FLAG":"Yes","OUTCOME_NFA_FLAG":"",'
            '"TOTAL_NO_OF_OUTCOMES":"2","OUTCOME_COMMENTS":"cut off at four thous',
        },
    ],
    "ssd_cin_episodes": [
        {
            "cine_referral_id": "100",
            "cine_person_id": "1",
            "cine_referral_date": "2021-03-01",
            "cine_cin_primary_need_code": "N1",
            "cine_referral_source_code": "4234",
            "cine_referral_source_desc": "3A: GP",
            "cine_referral_nfa": "No",
            "cine_close_date": "2021-06-01",
            "cine_close_reason": "SSD_PH",
            "cine_referral_team": "PLACEHOLDER_DATA",
            "cine_referral_worker_id": "Anne  Example",
        },
        {
            "cine_referral_id": "101",
            "cine_person_id": "1",
            "cine_referral_date": "2021-12-01",
            "cine_referral_nfa": "N",
            "cine_referral_team": "77",
            "cine_referral_worker_id": "501",
        },
        {
            "cine_referral_id": "102",
            "cine_person_id": "6",
            "cine_referral_date": "2022-01-10",
            "cine_referral_nfa": "Y",
            "cine_referral_team": "north assessment TEAM",
        },
        {
            "cine_referral_id": "103",
            "cine_person_id": "6",
            "cine_referral_date": "2022-09-01",
            "cine_referral_team": "Team that nobody lists",
        },
    ],
    "ssd_cin_assessments": [
        {
            "cina_assessment_id": "200",
            "cina_person_id": "1",
            "cina_referral_id": "101",
            "cina_assessment_start_date": "2021-12-02",
            "cina_assessment_auth_date": "1900-01-01 00:00:00.000",
            "cina_assessment_child_seen": "N",
        },
        {
            "cina_assessment_id": "201",
            "cina_person_id": "6",
            "cina_referral_id": "-1",
            "cina_assessment_start_date": "2022-09-02",
            "cina_assessment_child_seen": "N",
        },
    ],
    "ssd_assessment_factors": [
        {"cinf_assessment_id": "200", "cinf_assessment_factors_json": '["1A","18A","19A","21F68"]'},
        {
            "cinf_assessment_id": "201",
            "cinf_assessment_factors_json": '{"factor":"1A","factor":"2B","factor":"21 F68"}',
        },
        {
            "cinf_assessment_id": "a9001",
            "cinf_assessment_factors_json": '{"1A":"Yes","2B":"No","3C":"Y"}',
        },
    ],
    "ssd_s47_enquiry": [
        {
            "s47e_s47_enquiry_id": "300",
            "s47e_referral_id": "-1",
            "s47e_person_id": "1",
            "s47e_s47_start_date": "2021-12-03",
            "s47e_s47_nfa": "Ye",
            "s47e_s47_outcome_json": '{"OUTCOME_NFA_FLAG":"Yes","TOTAL_NO_OF_OUTCOMES":"1",'
            '"OUTCOME_COMMENTS":"a \\"quoted\\" word"}',
        }
    ],
    "ssd_cp_plans": [
        {
            "cppl_cp_plan_id": "400",
            "cppl_referral_id": "0",
            "cppl_icpc_id": "-1.0",
            "cppl_person_id": "1",
            "cppl_cp_plan_start_date": "2021-12-20",
            "cppl_cp_plan_initial_category": "Neglect",
        }
    ],
    "ssd_immigration_status": [
        {
            "immi_immigration_status_id": "1",
            "immi_person_id": "2",
            "immi_immigration_status": "Unaccompanied Asylum Seeking Child",
            "immi_immigration_status_start_date": "2022-01-10",
        }
    ],
    "ssd_legal_status": [
        {
            "lega_legal_status_id": str(number),
            "lega_person_id": person,
            "lega_legal_status": text,
            "lega_legal_status_start_date": start,
            "lega_legal_status_end_date": end,
        }
        for number, (person, text, start, end) in enumerate(
            [
                ("2", SECTION_20, "2022-01-10", ""),
                ("4", SHORT_BREAKS, "2022-01-10", ""),
                ("5", SECTION_20, "2021-01-10", "2022-06-01"),
                ("5", "C2 Full care order", "2022-06-01", ""),
            ]
        )
    ],
    "ssd_cla_episodes": [
        {
            "clae_cla_episode_id": str(number),
            "clae_person_id": person,
            "clae_cla_episode_start_date": start,
            "clae_cla_episode_start_reason": "Started to be looked after",
            "clae_cla_primary_need_code": "N1",
            "clae_cla_episode_ceased_date": end,
            "clae_cla_id": care,
        }
        for number, (person, start, end, care) in enumerate(
            [
                ("2", "2022-01-10", "", "902"),
                ("4", "2022-01-10", "", "904"),
                ("5", "2021-01-10", "2021-03-01", "905"),
                ("5", "2022-05-01", "", "906"),
            ]
        )
    ],
    "ssd_cla_placement": [
        {
            "clap_cla_placement_id": "1",
            "clap_person_id": "2",
            "clap_cla_id": "902",
            "clap_cla_placement_start_date": "2022-01-10",
            "clap_cla_placement_end_date": "",
            "clap_cla_placement_type": "U6",
            "clap_cla_placement_urn": "SC012345",
            "clap_cla_placement_distance": "4",
        },
        {
            "clap_cla_placement_id": "2",
            "clap_person_id": "4",
            "clap_cla_id": "904",
            "clap_cla_placement_start_date": "2022-01-10",
            "clap_cla_placement_type": "U6",
            "clap_cla_placement_urn": "",
            "clap_cla_placement_distance": "4",
        },
    ],
    "ssd_cla_reviews": [
        {
            "clar_cla_review_id": "500",
            "clar_cla_id": "902",
            "clar_cla_person_id": "2",
            "clar_cla_review_date": "2022-02-01",
            "clar_cla_review_participation": "Attends and speaks for self",
        }
    ]
    * 3
    + [
        {
            "clar_cla_review_id": "501",
            "clar_cla_id": "906",
            "clar_cla_review_date": "2022-06-01",
            "clar_cla_review_participation": "PN2",
        }
    ],
    "ssd_cla_health": [
        {
            "clah_health_check_id": "600",
            "clah_person_id": "5",
            "clah_health_check_type": "Initial Health Assessment",
            "clah_health_check_date": "2022-05-20",
            "clah_health_check_status": "Completed",
        }
    ],
    "ssd_sdq_scores": [
        {"csdq_person_id": "2", "csdq_sdq_score": "SSD_PH", "csdq_sdq_reason": "SSD_PH"}
    ],
    "ssd_cla_previous_permanence": [
        {"lapp_table_id": "1", "lapp_person_id": "5", "lapp_previous_permanence_order_date": text}
        for text in ("zz/05/2012", "zz/zz/2012", "14/05/2012")
    ],
    "ssd_missing": [
        {
            "miss_table_id": str(number),
            "miss_person_id": "5",
            "miss_missing_episode_start_date": f"2022-0{number}-10 10:00:00",
            "miss_missing_episode_end_date": f"2022-0{number}-11 10:00:00",
            "miss_missing_episode_type": "M",
            "miss_missing_rhi_offered": offered,
            "miss_missing_rhi_accepted": "Y" if offered == "Y" else "",
        }
        for number, offered in ((7, "Y"), (8, "NA"), (9, ""))
    ],
    "ssd_professionals": [
        {
            "prof_professional_id": "501",
            "prof_professional_name": "ANNE EXAMPLE",
            "prof_professional_caseload": "23",
        }
    ],
    "ssd_department": [{"dept_team_id": "77", "dept_team_name": "North Assessment Team"}],
}

MOSAIC: dict[str, Table] = {
    "ssd_person": people(
        *(
            {"pers_person_id": str(number), "pers_dob": "2008-01-01", "pers_common_child_id": "X"}
            for number in range(1, 6)
        )
    ),
    "ssd_contacts": [
        {
            "cont_contact_id": "W1",
            "cont_person_id": person,
            "started_on": "2022-09-01 09:30:00",
            "cont_contact_outcome_json": "New referral, Early help",
        }
        for person in ("1", "2")
    ],
    "ssd_cin_episodes": [
        {
            "cine_referral_id": "1_20220901_W9",
            "cine_person_id": "1",
            "cine_referral_date": "01/09/2022",
            "cine_referral_source": "Police",
            "cin_referral_nfa": "N",
        },
        *(
            {
                "cine_referral_id": f"v{number}",
                "cine_person_id": "1",
                "cine_referral_date": "01/09/2017",
                "cine_close_date": "01/10/2017",
                "cin_referral_nfa": "N",
            }
            for number in range(VOLUME)
        ),
    ],
    "ssd_cin_assessments": [
        {
            "cina_assessment_id": str(number),
            "cina_person_id": "1",
            "cina_assessment_start_date": "2022-09-01",
            "cina_assessment_auth_date": "1900-01-01",
        }
        for number in range(3)
    ],
    "ssd_cp_reviews": [
        {"cppr_cp_review_id": "1", "cppr_cp_plan_id": "7", "cppr_cp_review_date": "2022-09-01"}
    ],
    "ssd_involvements": [
        {"invo_involvements_id": "1", "invo_professional_id": "88", "invo_professional_team": "T"}
    ],
    "ssd_professionals": [{"prof_professional_id": "88", "prof_agency_worker_flag": "N"}],
    "ssd_cla_episodes": [
        {
            "clae_cla_episode_id": "1",
            "clae_person_id": "3",
            "clae_cla_episode_start_date": "2022-01-01",
            "clae_cla_id": "930",
        }
    ],
    "ssd_cla_placement": [
        {
            "clap_cla_placement_id": str(number),
            "clap_cla_id": "930",
            "clap_cla_placement_start_date": f"2022-0{number}-01",
            "clap_cla_placement_end_date": f"2022-0{number + 1}-01",
            "clap_cla_placement_type": kind,
            "clap_cla_placement_urn": urn,
        }
        for number, kind, urn in (
            (1, "K3", "1234567"),
            (2, "T4", "SC045678"),
            (3, "Z14", "Rose Cottage"),
        )
    ],
    "ssd_missing": [
        {
            "miss_table_id": "W2",
            "miss_person_id": person,
            "miss_missing_episode_start_date": "2022-09-02 22:00:00",
            "miss_missing_episode_end_date": "2022-09-03 08:00:00",
            "miss_missing_episode_type": "M",
            "miss_missing_rhi_offered": "Y",
        }
        for person in ("1", "2")
    ],
    "ssd_care_leavers": [
        {
            "clea_table_id": str(number),
            "clea_person_id": str(number),
            "clea_care_leaver_eligibility": label,
            "clea_care_leaver_latest_contact": "2022-09-01",
        }
        for number, label in enumerate(
            ("a) Relevant child", "b) Former relevant child", "c) Qualifying care leaver",
             "d) Eligible", "No Current Eligibility"),
            start=1,
        )
    ],
}  # fmt: skip

ECLIPSE_SPELLS = [
    ("Missing", "Ye", "Yes"),
    ("Absent", "Yes", "No"),
    ("M", "No", ""),
    ("A", "NA", "NA"),
    ("Missing", "", ""),
    ("Missing", "Maybe", ""),
]
ECLIPSE: dict[str, Table] = {
    "ssd_person": people({"pers_person_id": "1", "pers_dob": "2008-01-01"}),
    "ssd_missing": [
        {
            "miss_table_id": str(number),
            "miss_person_id": "1",
            "miss_missing_episode_start_date": f"2022-09-0{number} 10:00:00",
            "miss_missing_episode_end_date": f"2022-09-0{number} 20:00:00",
            "miss_missing_episode_type": kind,
            "miss_missing_rhi_offered": offered,
            "miss_missing_rhi_accepted": accepted,
        }
        for number, (kind, offered, accepted) in enumerate(ECLIPSE_SPELLS, start=1)
    ],
}


@dataclass(frozen=True)
class World:
    """The home, and the two databases of the month and of the one before, in one connection each.

    The default schema is `intermediate`; `analyst` is the other database.
    """

    home: Home
    now: duckdb.DuckDBPyConnection
    before: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.now.execute(sql).fetchall()

    def value(self, sql: str) -> Any:
        """The only cell of the only row."""
        ((found,),) = self.rows(sql)
        return found

    def child(self, la_code: str, person_id: str) -> str:
        """The key of a person of an authority."""
        key = identity.load_key(self.home, create=False)
        return str(identity.child_keys(key, la_code, pa.array([person_id]))[0].as_py())

    def failing(self, rule_id: str, la_code: str) -> list[int]:
        """The row numbers of the records that fail a rule."""
        return [
            row[0]
            for row in self.rows(
                "select row_number from analyst.dq.failing_record "
                f"where rule_id = '{rule_id}' and la_code = '{la_code}' order by 1"
            )
        ]

    def warned(self, rule_id: str, la_code: str) -> set[tuple[str, str]]:
        """The raw tables and columns that fail a rule of the raw gate."""
        return set(
            self.rows(
                "select table_name, column_name from analyst.dq.expectation_result "
                f"where rule_id = '{rule_id}' and la_code = '{la_code}' and failed > 0"
            )
        )

    def manifest(self, la_code: str) -> lake.LoadManifest:
        (load,) = lake.current_loads(self.home, MONTH, [la_code])
        return load


def drop(home: Home, la_code: str, month: str, tables: dict[str, Table]) -> None:
    """Write the tables as files; a table's header is every column that one of its rows has."""
    folder = home.landing / la_code / month / "ssd"
    folder.mkdir(parents=True)
    for name, rows in tables.items():
        header = list(dict.fromkeys(column for row in rows for column in row))
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / f"{name}.csv").write_text(text.getvalue(), encoding="utf-8")


def with_crowd(tables: dict[str, Table], now: bool) -> dict[str, Table]:
    added = crowd(now)
    return {
        name: tables.get(name, []) + added.get(name, [])
        for name in dict.fromkeys([*tables, *added])
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The run: August up to its records, September up to the indicators."""
    home = Home(tmp_path_factory.mktemp("quirks") / "home")
    drop(home, "998", BEFORE, with_crowd(SYSTEM_C | {"ssd_care_leavers": care_leavers("A")}, False))
    drop(home, "998", MONTH, with_crowd(SYSTEM_C | {"ssd_care_leavers": care_leavers("B")}, True))
    drop(home, "997", MONTH, MOSAIC)
    drop(home, "996", MONTH, ECLIPSE)
    drop(home, "995", MONTH, EVERY_SPELLING)
    las = ["995", "996", "997", "998"]
    steps.land(home, "998", BEFORE)
    steps.check_raw(home, ["998"], BEFORE)
    steps.build_staging(home, ["998"], BEFORE)
    with (
        built(home, las, MONTH).connection(read_only=True) as now,
        duckdb.connect(
            str(candidates.choose(home, ["998"], BEFORE).warehouse_db), read_only=True
        ) as before,
    ):
        for connection in (now, before):
            connection.execute("set search_path = 'intermediate'")
        yield World(home, now, before)


def indicator(world: World, la_code: str, code: str, period: str, end: str) -> tuple[Any, ...]:
    """Numerator, denominator and value of an indicator, for all."""
    (found,) = world.rows(
        "select numerator, denominator, value from analyst.indicators.rpt_indicator "
        f"where la_code = '{la_code}' and indicator_code = '{code}' and period_type = '{period}' "
        f"and period_end_date = '{end}' and breakdown = 'all'"
    )
    return found


def test_quirk_01_a_column_is_known_by_its_item_whatever_its_name(world: World) -> None:
    """Two names of one item, and a column that one of the two descriptions has not."""
    for la_code, table, column in (
        ("998", "ssd_cla_reviews", "clar_cla_person_id"),  # in one of the two descriptions only
        ("997", "ssd_contacts", "cont_contact_date"),  # came as started_on
        ("997", "ssd_cin_episodes", "cine_referral_nfa"),  # came as cin_referral_nfa
    ):
        delivered = world.manifest(la_code).table(table)
        assert delivered is not None
        assert column in delivered.columns_known
        assert delivered.columns_unknown == ()
    # Under either name, a national id is known and never stored.
    for la_code in ("997", "998"):
        persons = world.manifest(la_code).table("ssd_person")
        assert persons is not None
        assert persons.columns_unknown == ()
    for item in ("common_child_id", "single_unique_id"):
        assert columns_like(world, f"%{item}%") == []


def test_quirk_02_ids_are_text(world: World) -> None:
    """A leading zero is another id; a decimal point and spaces are not."""
    found = world.rows(
        "select contact_id, child_key from int_contacts_conformed where la_code = '998' order by 1"
    )
    assert found == [("0011", world.child("998", "1")), ("10", world.child("998", "3"))]
    assert world.child("998", "3") != world.child("998", "0003")
    people_with_three = world.rows(
        "select person_id from int_persons_conformed where la_code = '998' "
        "and person_id in ('3', '0003') order by 1"
    )
    assert people_with_three == [("0003",), ("3",)]


def test_quirk_03_a_record_keeps_its_key_when_its_id_is_made_anew(world: World) -> None:
    sql = (
        "select record_key from int_care_leaver_observations_conformed "
        "where la_code = '998' order by 1"
    )
    now, before = world.rows(sql), world.before.execute(sql).fetchall()
    assert len(now) == 4
    assert now == before
    raw = "select clea_table_id from raw_ssd.ssd_care_leavers where _la_code = '998' order by 1"
    assert world.rows(raw) != world.before.execute(raw).fetchall()


def test_quirk_04_minus_one_and_nought_lead_nowhere(world: World) -> None:
    for table, column, la_id in (
        ("assessments", "referral_id", "assessment_id = '201'"),
        ("s47_enquiries", "referral_id", "s47_enquiry_id = '300'"),
        ("cp_plans", "referral_id", "cp_plan_id = '400'"),
        ("cp_plans", "initial_conference_id", "cp_plan_id = '400'"),
    ):
        sql = f"select {column} from int_{table}_conformed where la_code = '998' and {la_id}"
        assert world.value(sql) is None, (table, column)
    assert world.failing("assessments.referral_id.not_found", "998") == []


def test_quirk_05_the_first_of_january_1900_is_no_date_and_is_counted(world: World) -> None:
    assert world.rows(
        "select authorised_date, placeholder_dates from int_assessments_conformed "
        "where la_code = '998' and assessment_id = '200'"
    ) == [(None, "authorised_date")]
    assert (
        world.rows(
            "select working_days_from_start from analyst.marts.fct_assessment "
            "where la_code = '998' and working_days_from_start is not null"
        )
        == []
    )
    assert world.failing("assessments.authorised_date.placeholder", "998") == [2]
    assert world.failing(
        "care_leaver_observations.pathway_plan_review_date.placeholder", "998"
    ) == [3]
    assert world.failing("persons.birth_date.placeholder", "998") == [4]


def test_quirk_05_a_system_that_writes_1900_for_every_empty_date_fails_no_record(
    world: World,
) -> None:
    """The dates are nulled and told in the records; a failure of every open one would say less."""
    assert world.rows(
        "select authorised_date, placeholder_dates, count(*) from int_assessments_conformed "
        "where la_code = '997' group by all"
    ) == [(None, "authorised_date", 3)]
    assert world.failing("assessments.authorised_date.placeholder", "997") == []


def test_quirk_06_placeholder_words_are_null_and_no_unknown_code(world: World) -> None:
    assert world.rows(
        "select close_reason_code, team, unknown_codes from int_referrals_conformed "
        "where la_code = '998' and referral_id = '100'"
    ) == [(None, None, None)]


def test_quirk_07_an_estimated_birth_date_counts_and_is_flagged(world: World) -> None:
    child = world.child("998", "2")
    assert world.rows(
        "select birth_date, is_birth_date_estimated from int_persons_conformed "
        f"where child_key = '{child}'"
    ) == [(date(2008, 3, 15), True)]
    assert world.rows(
        "select age_years, is_unaccompanied from analyst.marts.fct_cla_month "
        f"where child_key = '{child}' and month_end_date = '{LAST_DAY}'"
    ) == [(14, True)]
    assert world.value(
        f"select is_birth_date_estimated from analyst.marts.dim_child where child_key = '{child}'"
    )
    assert indicator(world, "998", "UASC-01", "month_end", "2022-09-30")[2] == 1


@pytest.mark.parametrize("code_set", CODED)
def test_quirk_08_code_and_code_with_text_and_text_alone_are_one(
    world: World, code_set: str
) -> None:
    """Every national code in its three spellings."""
    raw_table, _, _, things, column = CODED[code_set]
    found = dict(
        world.rows(f"select row_number, {column} from int_{things}_conformed where la_code = '995'")
    )
    wanted = {row: value for (name, row), value in STANDS_FOR.items() if name == code_set}
    assert len(wanted) >= 6
    wrong = [
        (text, code, found.get(row))
        for row, (text, code) in wanted.items()
        if found.get(row) != code
    ]
    assert wrong == []
    assert (
        world.rows(
            f"select row_number from int_{things}_conformed "
            f"where la_code = '995' and unknown_codes like '%{column}%'"
        )
        == []
    ), raw_table


def test_quirk_08_health_check_types_are_told_by_their_words(world: World) -> None:
    assert (
        world.value(
            "select health_check_type_code from int_health_checks_conformed where la_code = '998'"
        )
        == "INITIAL"
    )


def test_quirk_09_a_lookup_id_is_no_source_and_its_text_is(world: World) -> None:
    found = world.rows(
        "select contact_id, source_code, unknown_codes from int_contacts_conformed "
        "where la_code = '998' order by 1"
    )
    assert found == [("0011", None, "source_code"), ("10", "2A", None)]
    assert (
        world.value(
            "select source_code from int_referrals_conformed "
            "where la_code = '998' and referral_id = '100'"
        )
        == "3A"
    )
    assert world.failing("contacts.source_code.unknown", "998") == [3]


def test_quirk_10_a_worker_by_name_is_a_key(world: World) -> None:
    raw = [
        row[0]
        for row in world.rows(
            "select cine_referral_worker_id from raw_ssd.ssd_cin_episodes "
            "where _la_code = '998' and cine_referral_worker_id is not null"
        )
    ]
    assert [len(key) for key in raw] == [64, 64]
    workers = world.rows(
        "select prof_professional_name, prof_professional_id from raw_ssd.ssd_professionals "
        "where _la_code = '998'"
    )
    assert set(raw) == set(workers[0])


def test_quirk_11_flags_of_broken_objects_are_read_and_comments_are_gone(world: World) -> None:
    assert world.rows(
        "select contact_id, outcome_codes from int_contacts_conformed "
        "where la_code = '998' order by 1"
    ) == [("0011", "EARLY_HELP"), ("10", "NEW_REFERRAL")]
    raw = world.rows(
        "select cont_contact_outcome_json from raw_ssd.ssd_contacts where _la_code = '998'"
    )
    assert not any(word in text for (text,) in raw for word in ("Zebedee", "COMMENTS", "cut off"))
    assert world.manifest("998").rows_quarantined == 0


def test_quirk_12_keys_and_flags_of_every_spelling(world: World) -> None:
    """A count of outcomes is no outcome, under either name; Ye, Yes, Y, No and N are flags."""
    assert world.rows(
        "select outcome_codes, is_no_further_action, unknown_codes "
        "from int_s47_enquiries_conformed where la_code = '998'"
    ) == [("NFA", True, None)]
    assert world.rows(
        "select referral_id, is_no_further_action from int_referrals_conformed "
        "where la_code = '998' order by 1"
    ) == [("100", False), ("101", False), ("102", True), ("103", False)]


def factors(world: World, assessment_id: str) -> list[str | None]:
    return [
        row[0]
        for row in world.rows(
            "select factor_code from int_assessment_factors_conformed "
            f"where la_code = '998' and assessment_id = '{assessment_id}' order by 1 nulls last"
        )
    ]


def test_quirk_13_factors_in_three_shapes(world: World) -> None:
    assert factors(world, "200") == ["18A", "19A", "1A", None]
    assert factors(world, "201") == ["1A", "21", "2B"]
    assert factors(world, "a9001") == ["1A", "3C"]


def test_quirk_14_retired_factors_are_kept_and_named_and_stray_text_is_none(world: World) -> None:
    assert world.failing("assessment_factors.factor_code.retired", "998") == [2, 2]
    assert world.failing("assessment_factors.factor_code.unknown", "998") == [2]
    assert "21" in factors(world, "201")  # '21 F68'
    assert (
        world.value(
            "select count(*) from analyst.marts.fct_assessment_factor "
            "where la_code = '998' and factor_code in ('18A', '19A')"
        )
        == 2
    )


def test_quirk_15_a_care_leaver_counts_once_by_the_latest_contact(world: World) -> None:
    child = world.child("998", "0003")
    assert world.rows(
        "select eligibility_code, in_touch_code, is_in_scope, age_years "
        "from analyst.marts.fct_care_leaver_month "
        f"where child_key = '{child}' and month_end_date = '{LAST_DAY}'"
    ) == [("FORMER_RELEVANT", "YES", True, 19)]
    assert indicator(world, "998", "CL-01", "month_end", "2022-09-30")[2] == 1
    # The birthday is made of the birth date: 19 on 10 March 2022, seen 18 days before.
    assert world.rows(
        "select birthday_age_years, birthday_date, days_from_birthday "
        "from analyst.marts.fct_care_leaver_outcome "
        f"where child_key = '{child}' and observation_date = '2022-02-20'"
    ) == [(19, date(2022, 3, 10), -18)]
    assert indicator(world, "998", "CL-02S", "year", "2022-03-31") == (1, 1, 100)


def test_quirk_16_annex_a_labels_are_eligibilities(world: World) -> None:
    assert world.rows(
        "select eligibility_code, unknown_codes from int_care_leaver_observations_conformed "
        "where la_code = '997' order by row_number"
    ) == [
        ("RELEVANT", None),
        ("FORMER_RELEVANT", None),
        ("QUALIFYING", None),
        ("ELIGIBLE", None),
        (None, None),
    ]


def test_quirk_17_missing_in_the_words_of_three_systems(world: World) -> None:
    assert world.rows(
        "select missing_type_code, interview_offered_code, interview_accepted_code, unknown_codes "
        "from int_missing_spells_conformed where la_code = '996' order by row_number"
    ) == [
        ("M", "Y", "Y", None),
        ("A", "Y", "N", None),
        ("M", "N", None, None),
        ("A", "NA", "NA", None),
        ("M", None, None, None),
        ("M", None, None, "interview_offered_code"),
    ]
    assert world.failing("missing_spells.interview_offered_code.unknown", "996") == [7]


def test_quirk_18_not_applicable_is_out_of_the_denominator_and_null_is_in(world: World) -> None:
    child = world.child("998", "5")
    assert world.rows(
        "select is_interview_required, is_interview_offered from analyst.marts.fct_missing_episode "
        f"where child_key = '{child}' order by start_at"
    ) == [(True, True), (False, False), (True, False)]
    assert indicator(world, "998", "RHI-01", "quarter", "2022-09-30") == (1, 2, 50)


def test_quirk_19_a_child_whose_placement_was_left_out_still_counts(world: World) -> None:
    """SystemC leaves some types out: the distance isn't known, and the failing record says so."""
    assert indicator(world, "998", "CLA-01", "month_end", "2022-09-30")[2] == 2
    assert indicator(world, "998", "PLC-05U", "month_end", "2022-09-30")[2] == 1
    assert world.failing("cla_episodes.placement.missing", "998") == [5]


def test_quirk_19_types_and_urns_that_are_delivered_are_known(world: World) -> None:
    assert world.rows(
        "select placement_type_code, urn from int_placements_conformed "
        "where la_code = '997' order by start_date"
    ) == [("K3", "1234567"), ("T4", "SC045678"), ("Z14", None)]


def test_quirk_20_legal_status_is_found_by_person_and_date(world: World) -> None:
    child = world.child("998", "5")
    assert world.rows(
        "select start_date, legal_status_code from analyst.marts.fct_cla_episode "
        f"where child_key = '{child}' order by 1"
    ) == [(date(2021, 1, 10), "V2"), (date(2022, 5, 1), "V2")]
    assert world.rows(
        "select legal_status_code from analyst.marts.fct_cla_month "
        f"where child_key = '{child}' and month_end_date in ('2022-05-31', '2022-06-30') "
        "order by month_end_date"
    ) == [("V2",), ("C2",)]


def test_quirk_21_a_code_set_that_shifts_is_noticed_at_the_raw_gate(world: World) -> None:
    assert ("ssd_disability", "disa_disability_code") in world.warned(
        "raw.column.code_set_shifted", "998"
    )
    assert ("ssd_person", "pers_ethnicity") in world.warned(
        "raw.other_column.code_set_shifted", "998"
    )
    assert ("ssd_person", "pers_sex") not in world.warned(
        "raw.other_column.code_set_shifted", "998"
    )


def columns_like(world: World, pattern: str) -> list[tuple[str, str, str]]:
    """Schema, table and column of each column of both databases beyond raw."""
    return world.rows(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where not internal and schema_name not like 'raw\\_%' escape '\\' "
        f"and column_name like '{pattern}'"
    )


def test_quirk_22_gender_is_in_no_record_and_no_mart(world: World) -> None:
    assert columns_like(world, "%child_key%")
    assert columns_like(world, "%gender%") == []


def test_quirk_23_a_team_by_id_or_name_is_one_team(world: World) -> None:
    assert world.rows(
        "select referral_date, team_name from analyst.marts.fct_referral "
        "inner join analyst.marts.dim_team using (team_key) "
        "where fct_referral.la_code = '998' order by 1"
    ) == [
        (date(2021, 3, 1), "not known"),
        (date(2021, 12, 1), "North Assessment Team"),
        (date(2022, 1, 10), "North Assessment Team"),
        (date(2022, 9, 1), "not known"),
    ]


def test_quirk_24_repeats_are_one_record_and_are_counted(world: World) -> None:
    assert world.rows(
        "select row_count, distinct_row_count from int_cla_reviews_conformed "
        "where la_code = '998' and cla_review_id = '500'"
    ) == [(3, 1)]
    assert world.failing("cla_reviews.repeated", "998") == [4]
    assert world.rows(
        "select row_count from int_persons_conformed where la_code = '998' and person_id = '5'"
    ) == [(2,)]
    assert len(world.failing("persons.repeated", "998")) == 1


def test_quirk_24_every_table_is_asked_for_repeated_keys(world: World) -> None:
    tables = world.rows(
        "select table_name from duckdb_tables() where schema_name = 'intermediate' "
        "and table_name like 'int_%_conformed'"
    )
    assert len(tables) > 24
    for (table,) in tables:
        repeated = f"select count(*) - count(distinct record_key) from {table}"
        assert world.value(repeated) == 0, table
    asked = {
        file.table
        for file in quality.rule_files("staging")
        for rule in file.rules
        if set(rule.judged_columns) == {"row_count", "distinct_row_count"}
    }
    # One row a file, and one for each repair of ours: no records that somebody could repeat.
    others = {"int_census_headers_conformed", "int_episode_repairs_conformed"}
    assert asked == {table for (table,) in tables} - others


def test_quirk_25_a_list_of_outcomes_and_columns_that_are_not_there(world: World) -> None:
    assert (
        world.rows(
            "select contact_date, outcome_codes from int_contacts_conformed where la_code = '997'"
        )
        == [(date(2022, 9, 1), "EARLY_HELP,NEW_REFERRAL")] * 2
    )
    assert world.rows(
        "select source_code, is_no_further_action, unknown_codes from int_referrals_conformed "
        "where la_code = '997' and referral_id = '1_20220901_W9'"
    ) == [("6", False, None)]
    # Without a person: a placement is its period of care's, another record is of an unknown child.
    assert world.rows(
        "select distinct child_key from int_placements_conformed where la_code = '997'"
    ) == [(world.child("997", "3"),)]
    for things in ("cp_reviews", "involvements"):
        assert world.rows(
            f"select child_key like 'unknown-%' from int_{things}_conformed where la_code = '997'"
        ) == [(True,)]
    for table, column in (
        ("ssd_cla_placement", "clap_person_id"),
        ("ssd_cp_reviews", "cppr_person_id"),
        ("ssd_involvements", "invo_person_id"),
        ("ssd_professionals", "prof_professional_name"),
    ):
        delivered = world.manifest("997").table(table)
        assert delivered is not None
        assert column in delivered.columns_missing


def test_quirk_26_one_id_of_two_children_is_two_records(world: World) -> None:
    children = {world.child("997", person) for person in ("1", "2")}
    for things, record_id in (("missing_spells", "W2"), ("contacts", "W1")):
        column = {"missing_spells": "missing_spell_id", "contacts": "contact_id"}[things]
        found = world.rows(
            f"select child_key, row_count from int_{things}_conformed "
            f"where la_code = '997' and {column} = '{record_id}'"
        )
        assert {child for child, _ in found} == children
        assert [count for _, count in found] == [1, 1]


def test_quirk_27_the_caseload_of_last_september_is_used_nowhere(world: World) -> None:
    assert columns_like(world, "%caseload%") == []
    assert columns_like(world, "full_time_equivalency")


def test_quirk_28_a_date_with_unknown_parts_stays_text(world: World) -> None:
    assert world.rows(
        "select lapp_previous_permanence_order_date from raw_ssd.ssd_cla_previous_permanence "
        "where _la_code = '998' order by _row_number"
    ) == [("zz/05/2012",), ("zz/zz/2012",), ("14/05/2012",)]


def test_quirk_29_the_misspelt_ethnicity_is_chinese(world: World) -> None:
    assert world.rows(
        "select ethnicity_code, unknown_codes from int_persons_conformed "
        "where la_code = '998' and person_id = '1'"
    ) == [("CHNE", None)]


def test_quirk_30_what_names_no_episode_belongs_by_person_and_date(world: World) -> None:
    """A health check finds its period of care, a child's second, by its date."""
    assert world.rows(
        "select start_date, initial_health_assessment_date from analyst.marts.fct_period_of_care "
        f"where child_key = '{world.child('998', '5')}' order by 1"
    ) == [(date(2021, 1, 10), None), (date(2022, 5, 1), date(2022, 5, 20))]


def test_quirk_30a_years_are_named_as_in_the_dataset(world: World) -> None:
    assert world.rows(
        "select date_day, reporting_year_label, reporting_quarter, year_start_date "
        "from analyst.marts.dim_date where date_day in ('2022-03-31', '2022-04-01', '2022-09-30') "
        "order by 1"
    ) == [
        (date(2022, 3, 31), "2021/22", 4, date(2021, 4, 1)),
        (date(2022, 4, 1), "2022/23", 1, date(2022, 4, 1)),
        (date(2022, 9, 30), "2022/23", 2, date(2022, 4, 1)),
    ]


def test_quirk_31_a_column_with_one_value_everywhere_is_caught(world: World) -> None:
    """It had two values in August; a column that an indicator reads, and a flag that is never the
    same for all children, need no load before.
    """
    assert ("ssd_cin_assessments", "cina_assessment_child_seen") in world.warned(
        "raw.column.one_value", "998"
    )
    assert {("ssd_cin_episodes", "cine_close_date"), ("ssd_cin_episodes", "cine_referral_nfa")} <= (
        world.warned("raw.column.one_value", "997")
    )
    assert ("ssd_person", "pers_sex") not in world.warned("raw.column.one_value", "998")


def test_quirk_32_a_rereferral_looks_back_from_each_referral(world: World) -> None:
    """Not: more than one referral of the child in the last 12 months."""
    assert world.rows(
        "select referral_date, is_rereferral_within_12_months, is_rereferral_within_6_months "
        "from analyst.marts.fct_referral where la_code = '998' order by 1"
    ) == [
        (date(2021, 3, 1), False, False),
        (date(2021, 12, 1), True, False),
        (date(2022, 1, 10), False, False),
        (date(2022, 9, 1), True, False),
    ]
    assert indicator(world, "998", "REF-03", "rolling_12_months", "2022-09-30")[:2] == (2, 3)


def test_quirk_33_short_breaks_are_left_out_though_the_status_is_a_description(
    world: World,
) -> None:
    assert world.rows(
        "select legal_status_code from analyst.marts.fct_cla_episode "
        f"where child_key = '{world.child('998', '4')}'"
    ) == [("V3",)]
    # Care is what is not a series of short breaks: no month of it.
    assert not world.rows(
        "select month_end_date from analyst.marts.fct_cla_month "
        f"where child_key = '{world.child('998', '4')}'"
    )
    assert indicator(world, "998", "CLA-01", "month_end", "2022-09-30")[2] == 2


def test_every_quirk_has_a_test() -> None:
    """The domain notes number them 1 to 33, and 30a."""
    numbers = {name.split("_")[2] for name in globals() if name.startswith("test_quirk_")}
    assert numbers == {f"{number:02}" for number in range(1, 34)} | {"30a"}
