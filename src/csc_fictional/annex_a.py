"""The same life stories as Ofsted's Annex A workbook: lists 1 to 11, as known at a month's end.

The lists are queries over the month's own SSD tables in their clean form, so that what both sources
can carry is the same. Cells are written as councils have them: dates as dates, codes with the
letter of a pick list and their label, ages with decimals, quotation marks that Word made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import xlsxwriter

from csc_fictional import codes
from csc_fictional.codes import CodeSet

SOURCE = "annex_a"
WINDOW_MONTHS = 6
"""Contacts, referrals, assessments and enquiries, and what ended, go back six months."""
FILE_NAME = "Annex A.xlsx"
MADE_ON = datetime(2020, 1, 1)
"""In the file's properties, so that the same children give the same bytes."""

Labels = dict[str, str]


def lettered(code_set: CodeSet, separator: str = ": ") -> Labels:
    """Each code as a pick list shows it: `q) 6: Police`."""
    return {
        code: f"{chr(ord('a') + place % 26)}) {code}{separator}{label}"
        for place, (code, label) in enumerate(zip(code_set.codes, code_set.labels, strict=True))
    }


YES_NO = {"Y": "a) Yes", "N": "b) No"}
SEX = {"M": "a) Male", "F": "b) Female", "U": "c) Not stated/recorded"}
CATEGORY = {
    text: text
    for text in ("Neglect", "Physical abuse", "Sexual abuse", "Emotional abuse", "Multiple")
}
IN_TOUCH = {
    "YES": "a) Yes",
    "NO": "b) No",
    "DIED": "c) Died",
    "REFU": "d) Refu",
    "NREQ": "e) NREQ",
    "RHOM": "f) Rhom",
}
ELIGIBILITY = {
    **dict(zip(codes.ELIGIBILITY.codes, codes.ELIGIBILITY.labels, strict=True)),
    "None": "e) Other",
}


@dataclass(frozen=True)
class Column:
    """A column of a list: its header, the SQL that gives it, and what its cells hold."""

    header: str
    expression: str
    holds: str = "text"
    labels: Labels | None = None


@dataclass(frozen=True)
class WrittenList:
    """A list: its number, its columns and the rows that it is made of."""

    number: int
    columns: tuple[Column, ...]
    rows: str


def text(header: str, expression: str) -> Column:
    return Column(header, expression)


def day(header: str, expression: str) -> Column:
    return Column(header, expression, "date")


def number(header: str, expression: str) -> Column:
    return Column(header, expression, "number")


def coded(header: str, expression: str, labels: Labels) -> Column:
    return Column(header, expression, labels=labels)


def yes_no(header: str, condition: str) -> Column:
    return coded(
        header, f"case when {condition} then 'Y' when not ({condition}) then 'N' end", YES_NO
    )


NONE = "cast(null as varchar)"
DISABLED = yes_no("Does the Child have a Disability", "person.is_disabled")
TEAM = text("Allocated Team", "team_name")
WORKER = text("Allocated Worker", "worker_name")


def common() -> tuple[Column, ...]:
    """The first columns of lists 1 to 10."""
    return (
        text("Child Unique ID", "person.person_id"),
        coded("Gender", "person.sex", SEX),
        coded("Ethnicity", "person.ethnicity", lettered(codes.ETHNICITY, " - ")),
        day("Date of Birth", "person.birth_date"),
        number("Age of Child (Years)", "(:day - person.birth_date) / 365.25"),
    )


def lists() -> tuple[WrittenList, ...]:
    """The eleven lists, in the order and with the headers of the workbook."""
    source = lettered(codes.SOURCE)
    need = lettered(codes.NEED)
    return (
        WrittenList(
            1,
            (
                *common(),
                day("Date of Contact", "record.contact_date"),
                coded("Contact Source", "record.source", source),
            ),
            "contact where record.contact_date >= :first",
        ),
        WrittenList(
            2,
            (
                *common(),
                day("Assessment start date", "record.start_date"),
                day("Assessment completion date", "record.end_date"),
                text("Organisation completing assessment", "record.organisation"),
            ),
            "early_help where coalesce(record.end_date, :day) >= :first",
        ),
        WrittenList(
            3,
            (
                *common(),
                day("Date of Referral", "record.referral_date"),
                coded("Referral Source", "record.source", source),
                coded("Referral NFA?", "record.no_action", {"Y": "Yes", "N": "No"}),
                number(
                    "Number of Referrals in Last 12 Months",
                    "(select count(*) from referral as other"
                    " where other.person_id = record.person_id and other.referral_date"
                    " between record.referral_date - interval 12 month"
                    " and record.referral_date - 1)",
                ),
                TEAM,
                WORKER,
            ),
            "referral where record.referral_date >= :first",
        ),
        WrittenList(
            4,
            (
                *common(),
                DISABLED,
                day("Continuous Assessment Start Date", "record.start_date"),
                coded("Child Seen During Continuous Assessment", "record.child_seen", YES_NO),
                day("Continuous Assessment Date of Authorisation", "record.authorised_date"),
                yes_no(
                    "Was the child assessed as requiring LA children’s social care support?",
                    "record.no_action = 'N'",
                ),
                TEAM,
                WORKER,
            ),
            "assessment where coalesce(record.authorised_date, :day) >= :first",
        ),
        WrittenList(
            5,
            (
                *common(),
                DISABLED,
                day(
                    "Strategy discussion initiating Section 47 Enquiry Start Date",
                    "record.s47_date",
                ),
                yes_no(
                    "Was an Initial Child Protection Conference deemed unnecessary?",
                    "record.no_conference = 'Y'",
                ),
                day("Date of Initial Child Protection Conference", "record.conference_date"),
                coded(
                    "Did the Initial Child Protection Conference Result in a Child Protection Plan",
                    "record.is_plan",
                    YES_NO,
                ),
                number("Number of Section 47 Enquiries in the last 12 months", "1"),
                number("Number of ICPCs in the last 12 months", "1"),
                TEAM,
                WORKER,
            ),
            "enquiry where record.s47_date >= :first or record.conference_date >= :first",
        ),
        WrittenList(
            6,
            (
                *common(),
                DISABLED,
                day("CIN Start Date", "record.referral_date"),
                coded("Primary Need Code", "record.need", need),
                day("Date Child Was Last Seen", NONE),
                day("CIN Closure Date", "record.close_date"),
                coded("Reason for Closure", "record.close_reason", lettered(codes.CLOSE_REASON)),
                text(
                    "Case Status",
                    "case when record.close_date is null then 'c) Child in need plan'"
                    " else 'e) Closed episode' end",
                ),
                TEAM,
                WORKER,
            ),
            "referral where record.no_action = 'N' and coalesce(record.close_date, :day) >= :first",
        ),
        WrittenList(
            7,
            (
                *common(),
                DISABLED,
                day("CP Plan Start Date", "record.start_date"),
                coded("Initial Category of Abuse", "record.initial_category", CATEGORY),
                coded("Latest Category of Abuse", "record.latest_category", CATEGORY),
                day("Date of the Last Statutory Visit", NONE),
                text("Was the Child Seen Alone?", NONE),
                day("Date of latest review conference", "record.review_date"),
                day("CP Plan End Date", "record.end_date"),
                coded(
                    "Subject to Emergency Protection Order or Protected Under Police Powers in"
                    " Last Six Months (Y/N)",
                    "'N'",
                    YES_NO,
                ),
                number("Number of Previous CP Plans", "record.previous_plans"),
                TEAM,
                WORKER,
            ),
            "plan where coalesce(record.end_date, :day) >= :first"
            " and (record.end_date is not null or not person.has_died)",
        ),
        WrittenList(
            8,
            (
                *common(),
                yes_no(
                    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N))",
                    "record.is_unaccompanied",
                ),
                DISABLED,
                day("Date Started to be Looked After", "record.start_date"),
                coded("Child's Category of Need", "record.need", need),
                yes_no(
                    "Is this a second or subsequent period of being a Looked After Child within"
                    " the last 12 months (Y/N)",
                    "record.is_subsequent",
                ),
                day("Start date of current legal status", "record.legal_status_date"),
                coded(
                    "Child's Legal Status", "record.legal_status", lettered(codes.LEGAL_STATUS)
                ),
                day("Date of Latest Statutory Review", "record.review_date"),
                day("Date of Last Social Work Visit", NONE),
                text("What is the permanence plan for this child?", NONE),
                day("Date of Last IRO Visit / Contact to the Child", NONE),
                day("Date of Last Health Assessment", "record.health_date"),
                day("Date of Last Dental Check", "record.dental_date"),
                number("Number of Placements in the Last 12 months", "record.placements"),
                day("Date Ceased to be Looked After", "record.end_date"),
                coded(
                    "Reason Ceased to be Looked After",
                    "record.end_reason",
                    lettered(codes.EPISODE_END),
                ),
                day("Start Date of Most Recent Placement", "record.placement_date"),
                coded("Placement Type", "record.placement_type", lettered(codes.PLACEMENT_TYPE)),
                coded("Placement Provider", "record.provider", lettered(codes.PROVIDER, " - ")),
                text("Placement postcode", "record.postcode"),
                text("URN of Placement", "record.urn"),
                text("Placement Location", "'a) In'"),
                text("LA of Placement", "'Fictional authority'"),
                number(
                    "Number of Episodes the Child has been ‘Missing’ from their Placement in the"
                    " last 12 months",
                    "record.missing_count",
                ),
                number(
                    "Number of Episodes the Child has been ‘Absent’ from their Placement in the"
                    " last 12 months",
                    "record.absent_count",
                ),
                text(
                    "Was the child offered a Return Interview after their last missing episode"
                    " (in the last 12 months)?",
                    NONE,
                ),
                text(
                    "Did the child accept a Return Interview after their last missing episode"
                    " (in the last 12 months)?",
                    NONE,
                ),
                TEAM,
                WORKER,
            ),
            "care where coalesce(record.end_date, :day) >= :first"
            " and (record.end_date is not null or not person.has_died)",
        ),
        WrittenList(
            9,
            (
                *common(),
                yes_no(
                    "Unaccompanied Asylum Seeking Child (UASC) or formerly UASC (Y/N)",
                    "record.was_unaccompanied",
                ),
                DISABLED,
                TEAM,
                WORKER,
                text("Allocated Personal Advisor", "record.adviser"),
                coded("Eligibility Category", "record.eligibility", ELIGIBILITY),
                day("Latest Pathway Plan Review Date", "record.plan_date"),
                coded("LA In Touch", "record.in_touch", IN_TOUCH),
                day("Latest Date of Contact", "record.contact_date"),
                coded(
                    "Type of Accommodation",
                    "record.accommodation",
                    dict(zip(codes.ACCOMMODATION.codes, _plain(codes.ACCOMMODATION), strict=True)),
                ),
                coded(
                    "Suitability of Accommodation",
                    "record.suitable",
                    {"1": "a) Suitable", "2": "b) Unsuitable"},
                ),
                coded(
                    "Activity Status",
                    "record.activity",
                    dict(zip(codes.ACTIVITY.codes, _plain(codes.ACTIVITY), strict=True)),
                ),
            ),
            "leaver where not person.has_died",
        ),
        WrittenList(
            10,
            (
                *common(),
                text("Family identifier", NONE),
                DISABLED,
                day("Date the Child Entered Care", "record.start_date"),
                day(
                    "Date of Decision that Child Should be Placed for Adoption",
                    "record.decision_date",
                ),
                day("Date of Placement Order", "record.order_date"),
                day("Date of Matching Child and Prospective Adopters", "record.match_date"),
                day("Date Placed for Adoption", "record.placed_date"),
                day("Date of Adoption Order", "record.adopted_date"),
                day("Date of Decision that Child Should No Longer be Placed for Adoption", NONE),
                text("Reason Why Child No Longer Planned for Adoption", NONE),
                day(
                    "Date the child was placed for fostering in FFA or concurrent planning"
                    " placement",
                    NONE,
                ),
            ),
            "adoption where coalesce(record.adopted_date, :day) >= :first_of_year",
        ),
        WrittenList(
            11,
            tuple(
                text(header, NONE)
                for header in (
                    "Individual adopter identifier", "Family identifier", "Gender", "Ethnicity",
                    "Date of Birth", "Age", "Does the Individual have a Disability",
                    "Fostering for adoption", "Date enquiry received", "Stage 1 start date",
                    "Stage 1 end date", "Stage 2 start date", "Stage 2 end date",
                    "Date of application", "Date matched", "Date placed", "Date of order",
                    "Date of leaving", "No. of children placed", "Reason for leaving",
                )
            ),
            "contact where false",
        ),
    )  # fmt: skip


def _plain(code_set: CodeSet) -> list[str]:
    return [f"{code}: {label}" for code, label in zip(code_set.codes, code_set.labels, strict=True)]


CARE_STATUSES = tuple(
    code for code in codes.LEGAL_STATUS.codes if code not in codes.NON_CARE_STATUSES
)
# The month's SSD tables as the lists need them: one view each, of records known by :day.
VIEWS = {
    "people": """
        select
            pers_person_id as person_id,
            pers_sex as sex,
            pers_ethnicity as ethnicity,
            cast(coalesce(pers_dob, pers_expected_dob) as date) as birth_date,
            pers_death_date is not null as has_died,
            exists (
                select 1 from ssd_disability
                where disa_person_id = pers_person_id and disa_disability_code <> 'NONE'
            ) as is_disabled
        from ssd_person""",
    "contact": """
        select
            cont_person_id as person_id,
            cast(cont_contact_date as date) as contact_date,
            cont_contact_source_code as source
        from ssd_contacts""",
    "early_help": """
        select
            earl_person_id as person_id,
            cast(earl_episode_start_date as date) as start_date,
            cast(earl_episode_end_date as date) as end_date,
            earl_episode_organisation as organisation
        from ssd_early_help_episodes""",
    "referral": """
        select
            cine_person_id as person_id,
            cine_referral_id as referral_id,
            cast(cine_referral_date as date) as referral_date,
            cine_referral_source_code as source,
            cine_referral_nfa as no_action,
            cine_cin_primary_need_code as need,
            cast(cine_close_date as date) as close_date,
            cine_close_reason as close_reason,
            cine_referral_team as team_id,
            cine_referral_worker_id as worker_id
        from ssd_cin_episodes""",
    "assessment": """
        select
            cina_person_id as person_id,
            cast(cina_assessment_start_date as date) as start_date,
            cina_assessment_child_seen as child_seen,
            cast(cina_assessment_auth_date as date) as authorised_date,
            cina_assessment_outcome_nfa as no_action,
            cina_assessment_team as team_id,
            cina_assessment_worker_id as worker_id
        from ssd_cin_assessments""",
    "enquiry": """
        select
            coalesce(s47e_person_id, icpc_person_id) as person_id,
            cast(s47e_s47_start_date as date) as s47_date,
            s47e_s47_nfa as no_conference,
            cast(icpc_icpc_date as date) as conference_date,
            icpc_icpc_outcome_cp_flag as is_plan,
            coalesce(s47e_s47_completed_by_team, icpc_icpc_team) as team_id,
            coalesce(s47e_s47_completed_by_worker_id, icpc_icpc_worker_id) as worker_id
        from ssd_s47_enquiry
        full outer join ssd_initial_cp_conference
            on icpc_s47_enquiry_id = s47e_s47_enquiry_id and icpc_person_id = s47e_person_id""",
    "plan": """
        select
            plans.cppl_person_id as person_id,
            cast(plans.cppl_cp_plan_start_date as date) as start_date,
            cast(plans.cppl_cp_plan_end_date as date) as end_date,
            split_part(plans.cppl_cp_plan_initial_category, ':', 1) as initial_category,
            split_part(plans.cppl_cp_plan_latest_category, ':', 1) as latest_category,
            (
                select count(*) from ssd_cp_plans as other
                where other.cppl_person_id = plans.cppl_person_id
                    and other.cppl_cp_plan_ola = 'N'
                    and other.cppl_cp_plan_start_date < plans.cppl_cp_plan_start_date
            ) as previous_plans,
            (
                select max(cast(cppr_cp_review_date as date)) from ssd_cp_reviews
                where cppr_cp_plan_id = plans.cppl_cp_plan_id
                    and cast(cppr_cp_review_date as date) <= :day
            ) as review_date,
            cine_referral_team as team_id,
            cine_referral_worker_id as worker_id
        from ssd_cp_plans as plans
        left join ssd_cin_episodes on cine_referral_id = plans.cppl_referral_id
        where plans.cppl_cp_plan_ola = 'N'""",
    "care_episode": """
        select
            clae_person_id as person_id,
            cast(clae_cla_episode_start_date as date) as start_date,
            coalesce(cast(clae_cla_episode_ceased_date as date), date '9999-12-31') as end_date,
            clae_cla_primary_need_code as need,
            clae_cla_episode_start_reason as start_reason,
            clae_cla_episode_ceased_reason as end_reason
        from ssd_cla_episodes""",
    # Episodes that touch or overlap are one period, whatever its id says.
    "period": """
        select
            person_id,
            min(start_date) as start_date,
            nullif(max(end_date), date '9999-12-31') as end_date,
            arg_min(need, start_date) as need,
            arg_max(end_reason, end_date) as end_reason
        from (
            select *, sum(is_start) over (
                partition by person_id order by start_date, end_date rows unbounded preceding
            ) as period_number
            from (
                select *, case when start_date <= max(end_date) over (
                    partition by person_id order by start_date, end_date
                    rows between unbounded preceding and 1 preceding
                ) then 0 else 1 end as is_start
                from care_episode
            )
        )
        group by person_id, period_number""",
    "placement": """
        select
            clap_person_id as person_id,
            clap_cla_placement_id as placement_id,
            cast(clap_cla_placement_start_date as date) as start_date,
            coalesce(cast(clap_cla_placement_end_date as date), date '9999-12-31') as end_date,
            clap_cla_placement_type as placement_type,
            clap_cla_placement_provider as provider,
            clap_cla_placement_postcode as postcode,
            clap_cla_placement_urn as urn,
            clap_cla_placement_change_reason as change_reason
        from ssd_cla_placement""",
    "legal_status": f"""
        select
            lega_person_id as person_id,
            lega_legal_status_id as legal_status_id,
            lega_legal_status as code,
            cast(lega_legal_status_start_date as date) as start_date,
            coalesce(cast(lega_legal_status_end_date as date), date '9999-12-31') as end_date
        from ssd_legal_status
        where lega_legal_status in {CARE_STATUSES}""",
    "health_check": """
        select
            clah_person_id as person_id,
            lower(clah_health_check_type) as check_type,
            cast(clah_health_check_date as date) as check_date
        from ssd_cla_health
        where clah_health_check_status = 'Completed'""",
    "unaccompanied": """
        select
            immi_person_id as person_id,
            min(cast(immi_immigration_status_start_date as date)) as start_date,
            max(coalesce(cast(immi_immigration_status_end_date as date), date '9999-12-31'))
                as end_date
        from ssd_immigration_status
        where immi_immigration_status ilike 'unaccompanied%'
        group by immi_person_id""",
    "spell": """
        select
            miss_person_id as person_id,
            miss_missing_episode_type as missing_type,
            cast(miss_missing_episode_start_date as date) as start_date
        from ssd_missing""",
    "allocation": """
        select
            invo_person_id as person_id,
            arg_max(invo_professional_team, invo_involvement_start_date) as team_id,
            arg_max(invo_professional_id, invo_involvement_start_date) as worker_id
        from ssd_involvements
        where invo_professional_role_id = 'Allocated social worker'
        group by invo_person_id""",
    # The last day in care, or the day of the list: what held then is what the list shows.
    "care_day": """
        select *, least(coalesce(end_date, :day + 1) - 1, :day) as last_day from period""",
    "status_held": """
        select care_day.person_id, care_day.start_date, arg_max(legal_status, (
            legal_status.start_date, legal_status.code not in ('V3', 'V4'), legal_status_id
        )) as held
        from care_day
        inner join legal_status
            on legal_status.person_id = care_day.person_id
            and legal_status.start_date <= last_day and legal_status.end_date > last_day
        group by care_day.person_id, care_day.start_date""",
    "placement_held": """
        select care_day.person_id, care_day.start_date,
            arg_max(placement, (placement.start_date, placement.placement_id)) as held
        from care_day
        inner join placement
            on placement.person_id = care_day.person_id
            and placement.start_date <= last_day and placement.end_date > last_day
        group by care_day.person_id, care_day.start_date""",
    "placements_counted": """
        select person_id, count(*) as placements
        from placement
        where placement_type not like 'T%' and end_date > start_date
            and start_date <= :day and end_date > :first_of_year
        group by person_id""",
    "checks_done": """
        select care_day.person_id, care_day.start_date,
            max(check_date) filter (where check_type like '%health assessment%') as health_date,
            max(check_date) filter (where check_type like '%dent%') as dental_date
        from care_day
        inner join health_check
            on health_check.person_id = care_day.person_id and check_date <= last_day
        group by care_day.person_id, care_day.start_date""",
    "reviews_held": """
        select clae_person_id as person_id, max(cast(clar_cla_review_date as date)) as review_date
        from ssd_cla_reviews
        inner join (select distinct clae_cla_id, clae_person_id from ssd_cla_episodes)
            on clar_cla_id = clae_cla_id
        where cast(clar_cla_review_date as date) <= :day
        group by clae_person_id""",
    "spells_counted": """
        select person_id,
            count(*) filter (where missing_type = 'M') as missing_count,
            count(*) filter (where missing_type = 'A') as absent_count
        from spell
        where start_date >= :first_of_year
        group by person_id""",
    "care": """
        select
            care_day.*,
            row_number() over (
                partition by care_day.person_id order by care_day.start_date
            ) > 1 as is_subsequent,
            coalesce(
                unaccompanied.start_date <= :day
                and unaccompanied.end_date > :day - interval 12 month, false
            ) as is_unaccompanied,
            status_held.held.code as legal_status,
            status_held.held.start_date as legal_status_date,
            placement_held.held.start_date as placement_date,
            placement_held.held.placement_type as placement_type,
            placement_held.held.provider as provider,
            placement_held.held.postcode as postcode,
            placement_held.held.urn as urn,
            health_date,
            dental_date,
            review_date,
            coalesce(placements, 0) as placements,
            coalesce(missing_count, 0) as missing_count,
            coalesce(absent_count, 0) as absent_count,
            allocation.team_id,
            allocation.worker_id
        from care_day
        left join status_held using (person_id, start_date)
        left join placement_held using (person_id, start_date)
        left join checks_done using (person_id, start_date)
        left join placements_counted using (person_id)
        left join reviews_held using (person_id)
        left join spells_counted using (person_id)
        left join unaccompanied on unaccompanied.person_id = care_day.person_id
        left join allocation on allocation.person_id = care_day.person_id""",
    "leaver": """
        select
            latest.*,
            coalesce(unaccompanied.start_date <= :day, false) as was_unaccompanied
        from (
            select
                clea_person_id as person_id,
                coalesce(clea_care_leaver_eligibility, 'None') as eligibility,
                clea_care_leaver_in_touch as in_touch,
                cast(clea_care_leaver_latest_contact as date) as contact_date,
                clea_care_leaver_accommodation as accommodation,
                clea_care_leaver_accom_suitable as suitable,
                clea_care_leaver_activity as activity,
                cast(clea_pathway_plan_review_date as date) as plan_date,
                clea_care_leaver_personal_advisor as adviser,
                clea_care_leaver_allocated_team as team_id,
                clea_care_leaver_worker_id as worker_id,
                row_number() over (
                    partition by clea_person_id
                    order by
                        cast(clea_care_leaver_latest_contact as date) desc nulls last,
                        coalesce(list_position(
                            ['Former Relevant', 'Relevant', 'Qualifying', 'Eligible'],
                            clea_care_leaver_eligibility
                        ), 5),
                        rowid desc
                ) as place
            from ssd_care_leavers
            where coalesce(cast(clea_care_leaver_latest_contact as date), :day) <= :day
        ) as latest
        left join unaccompanied on unaccompanied.person_id = latest.person_id
        where latest.place = 1""",
    "adoption": """
        select
            perm_person_id as person_id,
            (
                select max(period.start_date) from period
                where period.person_id = perm_person_id
            ) as start_date,
            cast(perm_adm_decision_date as date) as decision_date,
            cast(perm_placement_order_date as date) as order_date,
            cast(perm_matched_date as date) as match_date,
            cast(perm_placed_for_adoption_date as date) as placed_date,
            cast(perm_permanence_order_date as date) as adopted_date
        from ssd_permanence
        where perm_adm_decision_date is not null""",
}
WITHOUT_TEAM = (1, 2, 10, 11)


def write_workbook(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[tuple[str, str]],
    last_day: date,
    folder: Path,
) -> Path:
    """Write the workbook of the month that ends on `last_day`; returns its path.

    `tables` are the name and query of each SSD table in its clean form, as known on that day.
    """
    for name, query in tables:
        connection.execute(f"create or replace temp table {name} as {query}")
    filled = _filled_in(last_day)
    for name, query in VIEWS.items():
        connection.execute(f"create or replace temp table {name} as {filled(query)}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        workbook.set_properties({"created": MADE_ON})
        head = workbook.add_format({"bold": True, "text_wrap": True})
        as_day = workbook.add_format({"num_format": "dd/mm/yyyy"})
        workbook.add_worksheet("Guidance").write(0, 0, "Annex A of a fictional authority")
        for written in lists():
            sheet = workbook.add_worksheet(f"List {written.number}")
            sheet.write_row(0, 0, [column.header for column in written.columns], head)
            rows = connection.execute(filled(_query(written))).fetchall()
            for row_number, row in enumerate(rows, start=1):
                for place, (column, value) in enumerate(zip(written.columns, row, strict=True)):
                    if value is None:
                        continue
                    if column.holds == "date":
                        sheet.write_datetime(row_number, place, value, as_day)
                    elif column.holds == "number":
                        sheet.write_number(row_number, place, value)
                    else:
                        shown = value if column.labels is None else column.labels[value]
                        sheet.write_string(row_number, place, shown)
    return path


def _filled_in(last_day: date) -> Callable[[str], str]:
    """What puts the days of the month into a query."""
    month = last_day.year * 12 + last_day.month - 1

    def first_day(months: int) -> str:
        start = month - months + 1
        return f"date '{start // 12}-{start % 12 + 1:02d}-01'"

    def fill(query: str) -> str:
        return (
            query.replace(":first_of_year", first_day(12))
            .replace(":first", first_day(WINDOW_MONTHS))
            .replace(":day", f"date '{last_day.isoformat()}'")
        )

    return fill


def _query(written: WrittenList) -> str:
    columns = ", ".join(column.expression for column in written.columns)
    name, _, condition = written.rows.partition(" where ")
    teams = (
        ""
        if written.number in WITHOUT_TEAM
        else (
            " left join (select dept_team_id, dept_team_name as team_name from ssd_department)"
            " on dept_team_id = record.team_id"
            " left join (select prof_professional_id, prof_professional_name as worker_name"
            " from ssd_professionals) on prof_professional_id = record.worker_id"
        )
    )
    return (
        f"select {columns} from {name} as record"
        " inner join people as person on person.person_id = record.person_id"
        f"{teams} where {condition} order by all"
    )  # fmt: skip
