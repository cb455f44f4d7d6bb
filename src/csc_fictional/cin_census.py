"""The children in need census of a fictional authority: what its clean extract says of the year.

Every child with a referral that was open at the start of the year, or made in it, and of those
referrals what happened in the year; plans count all that the child ever had before.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb

from csc_fictional.clock import day_number, month_end
from csc_fictional.layout import TableLayout

SOURCE = "cin_census"
YEAR_END_MONTH = "03"
SEX_SINCE = 2025
"""The census says Sex (M, F, U) since 2024-25 and GenderCurrent (1, 2, 0) before."""
TABLES = (
    "ssd_person", "ssd_disability", "ssd_cin_episodes", "ssd_cin_assessments",
    "ssd_assessment_factors", "ssd_cin_plans", "ssd_s47_enquiry", "ssd_initial_cp_conference",
    "ssd_cp_plans", "ssd_cp_reviews",
)  # fmt: skip

_HEADER = """<?xml version="1.0" encoding="utf-8"?>
<Message>
  <Header>
    <CollectionDetails>
      <Collection>CIN</Collection>
      <Year>{year}</Year>
      <ReferenceDate>{year}-03-31</ReferenceDate>
    </CollectionDetails>
    <Source>
      <SourceLevel>L</SourceLevel>
      <LEA>{la_code}</LEA>
      <SoftwareCode>Fictional</SoftwareCode>
      <Release>1</Release>
      <SerialNo>001</SerialNo>
      <DateTime>{year}-05-31T12:00:00</DateTime>
    </Source>
  </Header>
  <Children>
"""
_FOOTER = "  </Children>\n</Message>\n"


def _element(name: str, expression: str, depth: int) -> str:
    """SQL of an element on a line of its own; an empty text where it has no value."""
    indent = "  " * depth
    return f"coalesce('{indent}<{name}>' || ({expression}) || '</{name}>' || chr(10), '')"


def _group(name: str, depth: int, *parts: str) -> str:
    """SQL of an element that holds others."""
    indent = "  " * depth
    inside = " || ".join(parts)
    return f"'{indent}<{name}>' || chr(10) || {inside} || '{indent}</{name}>' || chr(10)"


def _joined(table: str, key: str, fragment: str, order: str, where: str = "true") -> str:
    """SQL of a table of one text per key: the fragments of its rows, in order."""
    return (
        f"select {key} as owner, string_agg({fragment}, '' order by {order}) as fragment"
        f" from {table} where {where} group by {key}"
    )


_CATEGORY = (
    "case left({0}, 3) when 'Neg' then 'NEG' when 'Phy' then 'PHY' when 'Sex' then 'SAB'"
    " when 'Emo' then 'EMO' when 'Mul' then 'MUL' end"
)


def _queries(year: int) -> dict[str, str]:
    """Named tables, each on those before it; the last one, `children`, has the finished text."""
    start = f"'{year - 1}-04-01'"
    sex = "pers_sex" if year >= SEX_SINCE else "case pers_sex when 'M' then '1' when 'F' then '2'"
    sex_element = (
        _element("Sex", sex, 4)
        if year >= SEX_SINCE
        else _element("GenderCurrent", sex + " else '0' end", 4)
    )
    lasting = "coalesce({0}, '9999') >= " + start
    return {
        "episodes": "select * from ssd_cin_episodes where "
        f"(cine_referral_nfa = 'N' and {lasting.format('cine_close_date')})"
        f" or cine_referral_date >= {start}",
        "factors": """select cinf_assessment_id as owner,
            string_agg('            <AssessmentFactors>' || factor || '</AssessmentFactors>'
                || chr(10), '' order by factor) as fragment
            from (
                select distinct cinf_assessment_id,
                    unnest(regexp_extract_all(cinf_assessment_factors_json, '[0-9]+[A-Z]?'))
                        as factor
                from ssd_assessment_factors
            ) group by cinf_assessment_id""",
        "assessed": _joined(
            "ssd_cin_assessments left join factors on owner = cina_assessment_id",
            "cina_referral_id",
            _group(
                "Assessments", 4,
                _element("AssessmentActualStartDate", "cina_assessment_start_date", 5),
                _element("AssessmentAuthorisationDate", "cina_assessment_auth_date", 5),
                _group("FactorsIdentifiedAtAssessment", 5, "coalesce(fragment, '')"),
            ),
            "cina_assessment_start_date, cina_assessment_id",
            lasting.format("cina_assessment_auth_date"),
        ),
        "planned": _joined(
            "ssd_cin_plans",
            "cinp_referral_id",
            _group(
                "CINPlanDates", 4,
                _element("CINPlanStartDate", "cinp_cin_plan_start_date", 5),
                _element("CINPlanEndDate", "cinp_cin_plan_end_date", 5),
            ),
            "cinp_cin_plan_start_date, cinp_cin_plan_id",
            lasting.format("cinp_cin_plan_end_date"),
        ),
        "met": f"select * from ssd_initial_cp_conference where icpc_icpc_date >= {start}",
        "enquired": _joined(
            "ssd_s47_enquiry left join met on icpc_s47_enquiry_id = s47e_s47_enquiry_id",
            "s47e_referral_id",
            _group(
                "Section47", 4,
                _element("S47ActualStartDate", "s47e_s47_start_date", 5),
                _element("InitialCPCtarget", "icpc_icpc_target_date", 5),
                _element("DateOfInitialCPC", "icpc_icpc_date", 5),
                _element("ICPCnotRequired", "case when s47e_s47_nfa = 'Y' then 'true'"
                         " else 'false' end", 5),
            ),
            "s47e_s47_start_date, s47e_s47_enquiry_id",
            f"s47e_s47_start_date >= {start} or icpc_icpc_date is not null",
        ),
        "moved_in": "select icpc_referral_id as owner, min(icpc_icpc_date) as icpc_date from met"
        " where icpc_s47_enquiry_id is null group by icpc_referral_id",
        "reviewed": _joined(
            "ssd_cp_reviews",
            "cppr_cp_plan_id",
            _element("CPPreviewDate", "cppr_cp_review_date", 6),
            "cppr_cp_review_date, cppr_cp_review_id",
            f"cppr_cp_review_date >= {start}",
        ),
        "before": """select plan.rid, count(distinct earlier.day) as plans
            from truth_cp_plans as plan
            inner join truth_cp_plans as earlier on earlier.person = plan.person
                and earlier.day < plan.day and not earlier.is_other_authority
            group by plan.rid""",
        "protected": _joined(
            "ssd_cp_plans left join before on cast(rid as varchar) = cppl_cp_plan_id"
            " left join reviewed on owner = cppl_cp_plan_id",
            "cppl_referral_id",
            _group(
                "ChildProtectionPlans", 4,
                _element("CPPstartDate", "cppl_cp_plan_start_date", 5),
                _element("CPPendDate", "cppl_cp_plan_end_date", 5),
                _element("InitialCategoryOfAbuse",
                         _CATEGORY.format("cppl_cp_plan_initial_category"), 5),
                _element("LatestCategoryOfAbuse",
                         _CATEGORY.format("cppl_cp_plan_latest_category"), 5),
                _element("NumberOfPreviousCPP", "cast(coalesce(plans, 0) as varchar)", 5),
                _group("Reviews", 5, "coalesce(fragment, '')"),
            ),
            "cppl_cp_plan_start_date, cppl_cp_plan_id",
            f"cppl_cp_plan_ola = 'N' and {lasting.format('cppl_cp_plan_end_date')}",
        ),
        "needed": _joined(
            "episodes"
            " left join assessed on assessed.owner = cine_referral_id"
            " left join planned on planned.owner = cine_referral_id"
            " left join enquired on enquired.owner = cine_referral_id"
            " left join moved_in on moved_in.owner = cine_referral_id"
            " left join protected on protected.owner = cine_referral_id",
            "cine_person_id",
            _group(
                "CINdetails", 3,
                _element("CINreferralDate", "cine_referral_date", 4),
                _element("ReferralSource", "cine_referral_source_code", 4),
                _element("PrimaryNeedCode", "cine_cin_primary_need_code", 4),
                _element("CINclosureDate", "cine_close_date", 4),
                _element("ReasonForClosure", "cine_close_reason", 4),
                _element("DateOfInitialCPC", "icpc_date", 4),
                "coalesce(assessed.fragment, '')",
                "coalesce(planned.fragment, '')",
                "coalesce(enquired.fragment, '')",
                _element("ReferralNFA", "case when cine_referral_nfa = 'Y' then '1' else '0' end",
                         4),
                "coalesce(protected.fragment, '')",
            ),
            "cine_referral_date, cine_referral_id",
        ),
        "disabled": _joined(
            "ssd_disability",
            "disa_person_id",
            _element("Disability", "disa_disability_code", 5),
            "disa_disability_code, disa_table_id",
        ),
        "children": "select pers_person_id, " + _group(
            "Child", 2,
            _group(
                "ChildIdentifiers", 3,
                _element("LAchildID", "pers_person_id", 4),
                _element("UPNunknown", "'UN1'", 4),
                _element("PersonBirthDate", "pers_dob", 4),
                _element("ExpectedPersonBirthDate",
                         "case when pers_dob is null then pers_expected_dob end", 4),
                sex_element,
                _element("PersonDeathDate", "pers_death_date", 4),
            ),
            _group(
                "ChildCharacteristics", 3,
                _element("Ethnicity", "pers_ethnicity", 4),
                _group("Disabilities", 4, "coalesce(disabled.fragment, '')"),
            ),
            "needed.fragment",
        ) + " as fragment from ssd_person"
        " inner join needed on needed.owner = pers_person_id"
        " left join disabled on disabled.owner = pers_person_id",
    }  # fmt: skip


def write_census(
    connection: duckdb.DuckDBPyConnection,
    la_code: str,
    month: str,
    tables: list[TableLayout],
    select: Callable[[TableLayout, int, int], str],
    folder: Path,
) -> Path:
    """Write `cin_census/CIN_Census_<year>.xml` for the year that ends with `month` (a March).

    `tables` are the layouts of the clean extract, `select` the query of one at a last day, with
    rows of the window that starts on the first day.
    """
    year, last_day = int(month[:4]), month_end(month)
    for table in tables:
        if table.name in TABLES:
            query = select(table, last_day, day_number(year - 6, 4, 1))
            connection.execute(f"create or replace temp table {table.name} as {query}")
    for name, query in _queries(year).items():
        connection.execute(f"create or replace temp table {name} as {query}")
    path = folder / SOURCE / f"CIN_Census_{year}.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    found = connection.execute("select fragment from children order by pers_person_id")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_HEADER.format(year=year, la_code=la_code))
        while rows := found.fetchmany(10_000):
            file.writelines(row[0] for row in rows)
        file.write(_FOOTER)
    return path
