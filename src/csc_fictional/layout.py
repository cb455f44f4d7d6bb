"""The tables and columns of an SSD extract, as SQL expressions over the simulated truth.

Column names are those of the SSD specification 1.4.5; where a case system differs (a column that
it lacks or names otherwise), `_as_system_does` says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from csc_fictional import codes
from csc_fictional.clock import NEVER
from csc_fictional.dialects import Dialect, pick

Columns = dict[str, str]


@dataclass(frozen=True)
class TableLayout:
    """One file: its name, the truth table it is made from, its columns and which rows."""

    name: str
    source: str
    columns: Columns
    where: str = "true"
    record_column: str = ""
    person_column: str = ""


@dataclass(frozen=True)
class Extract:
    """What the layout of one month's extract depends on."""

    dialect: Dialect
    la_code: str
    month: str


def layouts(extract: Extract) -> list[TableLayout]:
    """Every table of an extract, in the dialect of the authority's case system."""
    return [_as_system_does(extract, build(extract)) for build in _BUILDERS]


def _person(extract: Extract) -> TableLayout:
    d = extract.dialect
    birth = "(case when fixed > :day then birth_was else birth end)"
    unborn = "(birth > :day)"
    apart = f"({unborn} or is_estimated)" if d.estimates_apart else unborn
    sex = d.code("sex", codes.SEX)
    return TableLayout(
        "ssd_person",
        "people",
        {
            "pers_person_id": d.person(),
            "pers_forename": "'Fictional-' || cast(person as varchar)",
            "pers_surname": "'Example'",
            "pers_sex": f"case when {unborn} then 'U' else {sex} end",
            "pers_gender": sex if d.name == "systemc" else pick("sex", ("02", "01", "00")),
            "pers_ethnicity": d.code("ethnicity", codes.ETHNICITY),
            "pers_dob": f"case when not {apart} then {d.day(birth)} end",
            "pers_common_child_id": "case when send < 0.5 then"
            " 'FICTIONAL-NHS-' || cast(person as varchar) end",
            "pers_legacy_id": "case when person % 11 = 0 then"
            " 'FICTIONAL-OLD-' || cast(person as varchar) end",
            "pers_upn_unknown": "case when is_arrival then 'UN2' end",
            "pers_send_flag": d.yes_no("send < 0.16"),
            "pers_expected_dob": f"case when {unborn} then {d.day('expected')}"
            f" when {apart} then {d.day(birth)} end",
            "pers_death_date": d.seen("died", "died"),
            "pers_is_mother": "case when is_adult then 'Y' end",
            "pers_nationality": "case when is_arrival then 'Ruritanian (fictional)' end",
        },
        record_column="pers_person_id",
        person_column="pers_person_id",
    )


def _family(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_family",
        "families",
        {
            "fami_table_id": d.number("rid"),
            "fami_family_id": "'FAM' || cast(family as varchar)",
            "fami_person_id": d.person(),
        },
        record_column="fami_table_id",
        person_column="fami_person_id",
    )


def _mother(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_mother",
        "mothers",
        {
            "moth_table_id": d.number("rid"),
            "moth_person_id": d.person(),
            "moth_childs_person_id": d.person("child"),
            "moth_childs_dob": d.seen("birth", "birth"),
        },
        record_column="moth_table_id",
        person_column="moth_person_id",
    )


def _disability(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_disability",
        "disabilities",
        {
            "disa_person_id": d.person(),
            "disa_table_id": d.number("rid"),
            "disa_disability_code": d.code("code", codes.DISABILITY),
        },
        record_column="disa_table_id",
        person_column="disa_person_id",
    )


def _immigration(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_immigration_status",
        "immigration",
        {
            "immi_person_id": d.person(),
            "immi_immigration_status_id": d.number("rid"),
            "immi_immigration_status": pick("status", codes.IMMIGRATION.labels),
            "immi_immigration_status_start_date": d.day("day"),
            "immi_immigration_status_end_date": d.seen("ended", "end_rec"),
        },
        record_column="immi_immigration_status_id",
        person_column="immi_person_id",
    )


_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def postcode(expression: str) -> str:
    """A postcode in the area ZZ, which doesn't exist."""

    def letter(divisor: int) -> str:
        place = f"cast({expression} // {divisor} % 20 as integer) + 1"
        return f"substr('{_LETTERS}', {place}, 1)"

    return (
        f"'ZZ' || cast({expression} // 4000 + 1 as varchar) || ' ' ||"
        f" cast({expression} % 10 as varchar) || {letter(10)} || {letter(200)}"
    )


def _address(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_address",
        "addresses",
        {
            "addr_table_id": d.number("rid"),
            "addr_address_json": '\'{"ROOM": "", "FLOOR": "", "FLAT": "", "BUILDING": "",'
            ' "HOUSE": "\' || cast(house as varchar) || \'", "STREET": "Made-up Street",'
            ' "TOWN": "Nowhere-under-Example", "UPRN": "", "EASTING": "",'
            ' "NORTHING": ""}\'',
            "addr_person_id": d.person(),
            "addr_address_type": "'HOME'",
            "addr_address_start_date": d.day("day"),
            "addr_address_end_date": d.seen("ended", "end_rec"),
            "addr_address_postcode": postcode("postcode"),
        },
        record_column="addr_table_id",
        person_column="addr_person_id",
    )


_CONTACT_CASES = (
    ("NEW_REFERRAL_FLAG",),
    ("EXISTING_REFERRAL_FLAG",),
    ("NFA_FLAG",),
    ("ADVICE_FLAG",),
    ("OTHER_OUTCOMES_EXIST_FLAG",),
    ("CP_ENQUIRY_FLAG",),
    ("MISSING_FLAG", "ADVICE_FLAG"),
    ("PRIVATE_FOSTERING_FLAG",),
)
_CONTACT_WORDS = (
    "New referral", "Existing referral", "No further action", "Advice", "Early help, Other",
    "CP enquiry", "Missing, Advice", "Private fostering",
)  # fmt: skip


def _source(d: Dialect, was: bool) -> tuple[str, str]:
    """Source code and description columns: SystemC gives its own lookup number as the code."""
    position = "(case when fixed > :day then source_was else source end)" if was else "source"
    if d.name == "systemc":
        code = pick(position, [str(4101 + 7 * n) for n in range(len(codes.SOURCE.codes))])
    else:
        code = d.code(position, codes.SOURCE)
    return code, pick(position, codes.SOURCE.labels)


def _contacts(extract: Extract) -> TableLayout:
    d = extract.dialect
    source, description = _source(d, True)
    systemc = d.name == "systemc"
    outcome = d.outcomes(
        codes.CONTACT_OUTCOMES,
        _CONTACT_CASES,
        "outcome",
        counter="NUMBER_OF_OUTCOMES" if systemc else None,
        comments="COMMENTS" if systemc else None,
        escaped=not systemc,
    )
    record = d.number("rid")
    if d.name == "mosaic":  # one step of the workflow covers brothers and sisters
        outcome = pick("outcome", _CONTACT_WORDS)
        record = "'STEP' || cast(family as varchar) || '-' || cast(day as varchar)"
    return TableLayout(
        "ssd_contacts",
        "contacts",
        {
            "cont_contact_id": record,
            "cont_person_id": d.linked_person(),
            "cont_contact_date": d.day("day"),
            "cont_contact_source_code": source,
            "cont_contact_source_desc": description,
            "cont_contact_outcome_json": outcome,
        },
        record_column="cont_contact_id",
        person_column="cont_person_id",
    )


def _early_help(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_early_help_episodes",
        "early_help",
        {
            "earl_episode_id": d.number("rid"),
            "earl_person_id": d.person(),
            "earl_episode_start_date": d.day("day"),
            "earl_episode_end_date": d.seen("ended", "end_rec"),
            "earl_episode_reason": pick(
                "reason",
                ("Parenting support", "School attendance", "Behaviour", "Housing", "Young carer"),
            ),
            "earl_episode_end_reason": f"case when {d.seen('ended', 'end_rec')} is not null then"
            f" {pick('rid % 3', ('Goals met', 'Family withdrew', 'Stepped up'))} end",
            "earl_episode_organisation": pick("rid % 5", codes.EARLY_HELP_ORGANISATIONS),
            "earl_episode_worker_id": d.worker(),
        },
        record_column="earl_episode_id",
        person_column="earl_person_id",
    )


_REFERRAL_CASES = (
    ("NFA_FLAG",),
    ("SINGLE_ASSESSMENT_FLAG",),
    ("SINGLE_ASSESSMENT_FLAG", "OTHER_OUTCOMES_EXIST_FLAG"),
    ("SINGLE_ASSESSMENT_FLAG", "STRATEGY_DISCUSSION_FLAG"),
    ("SINGLE_ASSESSMENT_FLAG", "STRATEGY_DISCUSSION_FLAG"),
    ("STRATEGY_DISCUSSION_FLAG", "CP_CONFERENCE_FLAG", "SINGLE_ASSESSMENT_FLAG"),
)


def _referrals(extract: Extract) -> TableLayout:
    d = extract.dialect
    systemc = d.name == "systemc"
    keys = [
        key for key in codes.REFERRAL_OUTCOMES if not (systemc and key == "NFA_FLAG")
    ]  # that script has the line commented out
    cases = [*_REFERRAL_CASES, *((*case, "CLA_REQUEST_FLAG") for case in _REFERRAL_CASES)]
    kept = [[key for key in case if key in keys] for case in cases]
    source, description = _source(d, False)
    closed = d.seen("ended", "end_rec")
    return TableLayout(
        "ssd_cin_episodes",
        "referrals",
        {
            "cine_referral_id": d.number("rid"),
            "cine_person_id": d.linked_person(),
            "cine_referral_date": d.day("day"),
            "cine_cin_primary_need_code": d.code(
                "(case when fixed > :day then need_was else need end)", codes.NEED
            ),
            "cine_referral_source_code": source,
            "cine_referral_source_desc": description,
            "cine_referral_outcome_json": d.outcomes(
                keys,
                kept,
                "path + case when in_care then 6 else 0 end",
                counter="NUMBER_OF_OUTCOMES" if systemc else None,
                comments="COMMENTS" if systemc else None,
                escaped=not systemc,
            ),
            "cine_referral_nfa": d.yes_no("is_no_action"),
            "cine_close_reason": f"case when {closed} is not null then"
            f" {d.code('end_reason', codes.CLOSE_REASON)} end",
            "cine_close_date": closed,
            "cine_referral_team": d.team(),
            "cine_referral_worker_id": d.worker_name() if systemc else d.worker(),
        },
        record_column="cine_referral_id",
        person_column="cine_person_id",
    )


_ASSESSMENT_CASES = (
    ("NFA_FLAG",),
    ("NFA_FLAG",),
    ("PROV_OF_SERVICES_FLAG",),
    ("STRATEGY_DISCUSSION_FLAG", "PROV_OF_SERVICES_FLAG"),
    ("STRATEGY_DISCUSSION_FLAG",),
    ("STRATEGY_DISCUSSION_FLAG", "OTHER_ACTIONS_FLAG"),
)


def _assessments(extract: Extract) -> TableLayout:
    d = extract.dialect
    systemc = d.name == "systemc"
    cases = [*_ASSESSMENT_CASES, *((*case[1:], "CLA_REQUEST_FLAG") for case in _ASSESSMENT_CASES)]
    done = d.seen("ended", "end_rec")
    outcome = d.outcomes(
        codes.ASSESSMENT_OUTCOMES,
        cases,
        "path + case when in_care then 6 else 0 end",
        counter="TOTAL_NO_OF_OUTCOMES" if systemc else None,
        comments="COMMENTS" if systemc else None,
        escaped=not systemc,
        longest=1000,
    )
    return TableLayout(
        "ssd_cin_assessments",
        "assessments",
        {
            "cina_assessment_id": d.number("rid"),
            "cina_person_id": d.linked_person(),
            "cina_referral_id": d.number("referral"),
            "cina_assessment_start_date": d.day("day"),
            "cina_assessment_child_seen": d.yes_no("is_seen"),
            "cina_assessment_auth_date": d.placeholder(done),
            "cina_assessment_outcome_json": f"case when {done} is not null then {outcome} end",
            "cina_assessment_outcome_nfa": f"case when {done} is not null then"
            f" {d.yes_no('path <= 1 and not in_care')} end",
            "cina_assessment_team": d.team(),
            "cina_assessment_worker_id": d.worker(),
        },
        record_column="cina_assessment_id",
        person_column="cina_person_id",
    )


def _factors(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_assessment_factors",
        "assessments",
        {
            "cinf_table_id": "'AF' || cast(rid as varchar)",
            "cinf_assessment_id": d.number("rid"),
            "cinf_assessment_factors_json": d.factors(),
        },
        where="ended <= :day and end_rec <= :day",
        record_column="cinf_table_id",
    )


def _cin_plans(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cin_plans",
        "cin_plans",
        {
            "cinp_cin_plan_id": d.number("rid"),
            "cinp_referral_id": d.number("referral"),
            "cinp_person_id": d.linked_person(),
            "cinp_cin_plan_start_date": d.day("day"),
            "cinp_cin_plan_end_date": d.seen("ended", "end_rec"),
            "cinp_cin_plan_team": d.team(),
            "cinp_cin_plan_worker_id": d.worker(),
        },
        record_column="cinp_cin_plan_id",
        person_column="cinp_person_id",
    )


def _visits(name: str, prefix: str, source: str, parent: str) -> Callable[[Extract], TableLayout]:
    def build(extract: Extract) -> TableLayout:
        d = extract.dialect
        linked = source != "cla_visits"
        person = d.linked_person() if linked else d.person()
        columns = {f"{prefix}_visit_id": d.number("rid")}
        if source == "cla_visits":
            columns[parent] = d.number("care")
        columns[f"{prefix.split('_')[0]}_person_id"] = person
        if source == "cp_visits":
            columns[parent] = d.number("plan")
        columns |= {
            f"{prefix}_visit_date": d.day("day"),
            f"{prefix}_visit_seen": d.yes_no("is_seen"),
            f"{prefix}_visit_seen_alone": d.yes_no("is_seen and is_alone"),
        }
        if source != "cla_visits":
            columns[f"{prefix}_visit_bedroom"] = d.yes_no("is_seen and is_bedroom")
        return TableLayout(
            name,
            source,
            columns,
            record_column=f"{prefix}_visit_id",
            person_column=f"{prefix.split('_')[0]}_person_id",
        )

    return build


def _s47(extract: Extract) -> TableLayout:
    d = extract.dialect
    systemc = d.name == "systemc"
    done = d.seen("ended", "end_rec")
    outcome = d.outcomes(
        codes.S47_OUTCOMES,
        (("NFA_CONTINUE_SINGLE_FLAG",), ("CP_CONFERENCE_FLAG",)),
        "case when is_no_action then 0 else 1 end",
        counter="TOTAL_NO_OF_OUTCOMES" if systemc else None,
        comments="OUTCOME_COMMENTS" if systemc else None,
    )
    return TableLayout(
        "ssd_s47_enquiry",
        "s47",
        {
            "s47e_s47_enquiry_id": d.number("rid"),
            "s47e_referral_id": d.number("referral"),
            "s47e_person_id": d.linked_person(),
            "s47e_s47_start_date": d.day("day"),
            "s47e_s47_end_date": done,
            "s47e_s47_nfa": f"case when {done} is not null then {d.yes_no('is_no_action')} end",
            "s47e_s47_outcome_json": f"case when {done} is not null then {outcome} end",
            "s47e_s47_completed_by_worker_id": d.worker(),
            "s47e_s47_completed_by_team": d.team(),
        },
        record_column="s47e_s47_enquiry_id",
        person_column="s47e_person_id",
    )


def _conferences(extract: Extract) -> TableLayout:
    d = extract.dialect
    systemc = d.name == "systemc"
    return TableLayout(
        "ssd_initial_cp_conference",
        "conferences",
        {
            "icpc_icpc_id": d.number("rid"),
            "icpc_icpc_meeting_id": d.number("meeting"),
            "icpc_s47_enquiry_id": d.number("s47"),
            "icpc_person_id": d.linked_person(),
            "icpc_cp_plan_id": "cast(null as varchar)",
            "icpc_referral_id": d.number("referral"),
            "icpc_icpc_transfer_in": d.yes_no("is_transfer_in"),
            "icpc_icpc_target_date": f"case when not is_transfer_in then {d.day('target')} end",
            "icpc_icpc_date": d.day("day"),
            "icpc_icpc_outcome_cp_flag": d.yes_no("is_plan"),
            "icpc_icpc_outcome_json": d.outcomes(
                codes.CONFERENCE_OUTCOMES,
                (("PROV_OF_SERVICES_FLAG",), ("CP_FLAG",)),
                "case when is_plan then 1 else 0 end",
                counter="TOTAL_NO_OF_OUTCOMES" if systemc else None,
                comments="COMMENTS" if systemc else None,
            ),
            "icpc_icpc_team": d.team(),
            "icpc_icpc_worker_id": d.worker(),
        },
        record_column="icpc_icpc_id",
        person_column="icpc_person_id",
    )


_CATEGORY_WORDS = (
    "Neglect",
    "Physical abuse",
    "Sexual abuse",
    "Emotional abuse",
    "Multiple: Neglect, Emotional abuse",
)


def _cp_plans(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cp_plans",
        "cp_plans",
        {
            "cppl_cp_plan_id": d.number("rid"),
            "cppl_referral_id": d.number("referral"),
            "cppl_icpc_id": f"nullif({d.number('conference')}, '-1')",
            "cppl_person_id": d.linked_person(),
            "cppl_cp_plan_start_date": d.day("day"),
            "cppl_cp_plan_end_date": d.seen("ended", "end_rec"),
            "cppl_cp_plan_initial_category": pick("category", _CATEGORY_WORDS),
            "cppl_cp_plan_ola": d.yes_no("is_other_authority"),
            "cppl_cp_plan_latest_category": pick(
                "case when later_day <= :day then later_category else category end",
                _CATEGORY_WORDS,
            ),
        },
        record_column="cppl_cp_plan_id",
        person_column="cppl_person_id",
    )


def _cp_reviews(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cp_reviews",
        "cp_reviews",
        {
            "cppr_cp_review_id": d.number("rid"),
            "cppr_person_id": d.linked_person(),
            "cppr_cp_plan_id": d.number("plan"),
            "cppr_cp_review_due": d.day("due"),
            "cppr_cp_review_date": d.day("day"),
            "cppr_cp_review_meeting_id": d.number("rid"),
            "cppr_cp_review_outcome_continue_cp": d.yes_no("is_continued"),
            "cppr_cp_review_quorate": d.yes_no("is_quorate"),
            "cppr_cp_review_participation": "'SSD_PH'" if d.name == "systemc" else "'PN1'",
        },
        record_column="cppr_cp_review_id",
        person_column="cppr_person_id",
    )


def _legal_statuses(extract: Extract) -> TableLayout:
    d = extract.dialect
    status = pick(
        "status",
        [
            label
            if code in codes.NON_CARE_STATUSES
            else (f"{code} {label}" if d.described else code)
            for code, label in zip(codes.LEGAL_STATUS.codes, codes.LEGAL_STATUS.labels, strict=True)
        ],
    )
    return TableLayout(
        "ssd_legal_status",
        "legal_statuses",
        {
            "lega_legal_status_id": d.number("rid"),
            "lega_person_id": d.person(),
            "lega_legal_status": status,
            "lega_legal_status_start_date": d.day("day"),
            "lega_legal_status_end_date": d.seen("ended", "end_rec"),
        },
        record_column="lega_legal_status_id",
        person_column="lega_person_id",
    )


def _episodes(extract: Extract) -> TableLayout:
    d = extract.dialect
    ended = d.seen("ended", "end_rec")
    record = d.number("rid")
    if d.name == "mosaic":
        record = (
            f"{d.person()} || '_' || cast(care as varchar) || '_' ||"
            " strftime(date '1970-01-01' + cast(day as integer), '%Y%m%d')"
        )
    return TableLayout(
        "ssd_cla_episodes",
        "episodes",
        {
            "clae_cla_episode_id": record,
            "clae_person_id": d.person(),
            "clae_cla_episode_start_date": d.day("day"),
            "clae_cla_episode_start_reason": d.description("start_reason", codes.EPISODE_START),
            "clae_cla_primary_need_code": d.code("need", codes.NEED),
            "clae_cla_episode_ceased_date": ended,
            "clae_cla_episode_ceased_reason": f"case when {ended} is not null then"
            f" {d.description('end_reason', codes.EPISODE_END)} end",
            "clae_cla_id": d.number("care"),
            "clae_referral_id": d.number("referral"),
            "clae_cla_placement_id": d.number("placement"),
            "clae_entered_care_date": d.day("entered"),
            "clae_cla_last_iro_contact_date": d.day(
                "(case when least(ended, :day) - rid % 45 > day"
                f" then least(ended, :day) - rid % 45 else {NEVER} end)"
            ),
        },
        record_column="clae_cla_episode_id",
        person_column="clae_person_id",
    )


def _placements(extract: Extract) -> TableLayout:
    d = extract.dialect
    ended = d.seen("ended", "end_rec")
    urn = "case when urn >= 1000000 then cast(urn as varchar) when urn > 0 then"
    urn += " 'SC' || cast(urn as varchar) end"
    where = "true"
    if d.name == "systemc":
        urn = "case when urn between 1 and 999999 then 'SC' || cast(urn as varchar) end"
        dropped = codes.PLACEMENT_TYPE.numbers("P3", "T2", "T3", "T4", "K3")
        where = f"type not in ({', '.join(map(str, dropped))})"
    miles = "(case when fixed > :day then miles_was else miles end)"
    return TableLayout(
        "ssd_cla_placement",
        "placements",
        {
            "clap_cla_placement_id": d.number("rid"),
            "clap_cla_placement_start_date": d.day("day"),
            "clap_cla_placement_type": d.code("type", codes.PLACEMENT_TYPE),
            "clap_cla_placement_urn": urn,
            "clap_cla_placement_distance": f"case when miles >= 0 then"
            f" cast(cast({miles} as decimal(8, 1)) as varchar) end",
            "clap_cla_id": d.number("care"),
            "clap_cla_placement_provider": d.code("provider", codes.PROVIDER),
            "clap_cla_placement_postcode": postcode("postcode"),
            "clap_cla_placement_end_date": ended,
            "clap_cla_placement_change_reason": f"case when {ended} is not null then"
            f" {d.code('reason', codes.CHANGE_REASON)} end",
            "clap_person_id": d.person(),
        },
        where=where,
        record_column="clap_cla_placement_id",
        person_column="clap_person_id",
    )


def _cla_reviews(extract: Extract) -> TableLayout:
    d = extract.dialect
    held = d.seen("day", "day_rec")
    columns = {
        "clar_cla_review_id": d.number("rid"),
        "clar_cla_id": d.number("period"),
        "clar_cla_review_due_date": d.day("due"),
        "clar_cla_review_date": f"case when not is_cancelled then {held} end",
        "clar_cla_review_cancelled": f"case when day > :day then 'N'"
        f" else {d.yes_no('is_cancelled')} end",
        "clar_cla_review_participation": f"case when {held} is not null and not is_cancelled"
        f" then {d.description('participation', codes.PARTICIPATION)} end",
    }
    return TableLayout(
        "ssd_cla_reviews",
        "cla_reviews",
        columns,
        record_column="clar_cla_review_id",
        person_column="clar_cla_person_id",
    )


def _health(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cla_health",
        "health",
        {
            "clah_health_check_id": d.number("rid"),
            "clah_person_id": d.person(),
            "clah_health_check_type": pick("type", codes.HEALTH_CHECK.labels),
            "clah_health_check_date": d.day("day"),
            "clah_health_check_status": pick(
                "case when status_rec <= :day then status else 0 end", codes.HEALTH_STATUS.codes
            ),
        },
        record_column="clah_health_check_id",
        person_column="clah_person_id",
    )


def _immunisations(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cla_immunisations",
        "immunisations",
        {
            "clai_person_id": d.person(),
            "clai_immunisations_status": d.yes_no("is_done"),
            "clai_immunisations_status_date": d.day("day"),
        },
        person_column="clai_person_id",
    )


def _substance(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cla_substance_misuse",
        "substance",
        {
            "clas_substance_misuse_id": d.number("rid"),
            "clas_person_id": d.person(),
            "clas_substance_misuse_date": d.day("day"),
            "clas_substance_misused": "'Fictional substance'",
            "clas_intervention_received": d.yes_no("is_treated"),
        },
        record_column="clas_substance_misuse_id",
        person_column="clas_person_id",
    )


def _sdq(extract: Extract) -> TableLayout:
    d = extract.dialect
    reason = "'SSD_PH'" if d.name == "systemc" else "case when reason = 1 then 'SDQ2' end"
    return TableLayout(
        "ssd_sdq_scores",
        "sdq",
        {
            "csdq_table_id": d.number("rid"),
            "csdq_person_id": d.person(),
            "csdq_sdq_completed_date": d.day("day"),
            "csdq_sdq_reason": reason,
            "csdq_sdq_score": "case when reason = 0 then cast(score as varchar) end",
        },
        record_column="csdq_table_id",
        person_column="csdq_person_id",
    )


def _previous_permanence(extract: Extract) -> TableLayout:
    d = extract.dialect
    date = "(date '1970-01-01' + cast(ordered as integer))"
    return TableLayout(
        "ssd_cla_previous_permanence",
        "previous_permanence",
        {
            "lapp_table_id": d.number("rid"),
            "lapp_person_id": d.person(),
            "lapp_previous_permanence_order_date": "case precision"
            f" when 0 then strftime({date}, '%d/%m/%Y') when 1 then strftime({date}, 'zz/%m/%Y')"
            f" when 2 then strftime({date}, 'zz/zz/%Y') else 'zz/zz/zzzz' end",
            "lapp_previous_permanence_option": pick("option", ("P1", "P2", "P3", "P4")),
            "lapp_previous_permanence_la": "'Fictional authority'",
        },
        record_column="lapp_table_id",
        person_column="lapp_person_id",
    )


def _convictions(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_cla_convictions",
        "convictions",
        {
            "clac_cla_conviction_id": d.number("rid"),
            "clac_person_id": d.person(),
            "clac_cla_conviction_date": d.day("day"),
            "clac_cla_conviction_offence": "'Fictional offence, free text'",
        },
        record_column="clac_cla_conviction_id",
        person_column="clac_person_id",
    )


def _missing(extract: Extract) -> TableLayout:
    d = extract.dialect
    back = "ended // 1440 <= :day and end_rec <= :day"
    no, yes, neither = d.interview_words

    def interview(position: str) -> str:
        words = pick(position, (no, yes, neither or None))
        return f"case when {back} and interview_rec <= :day then {words} end"

    return TableLayout(
        "ssd_missing",
        "missing",
        {
            "miss_table_id": d.number("rid"),
            "miss_person_id": d.person(),
            "miss_missing_episode_start_date": d.minute("start"),
            "miss_missing_episode_type": pick("type", d.missing_words),
            "miss_missing_episode_end_date": f"case when {back} then {d.minute('ended')} end",
            "miss_missing_rhi_offered": interview("offered"),
            "miss_missing_rhi_accepted": interview("accepted"),
        },
        record_column="miss_table_id",
        person_column="miss_person_id",
    )


def _care_leavers(extract: Extract) -> TableLayout:
    d = extract.dialect
    if d.name == "mosaic":
        eligibility = pick("eligibility", codes.ELIGIBILITY.labels)
    else:
        eligibility = d.code("eligibility", codes.ELIGIBILITY)
        if d.name == "systemc":
            eligibility = f"coalesce({eligibility}, 'No Current Eligibility')"
    return TableLayout(
        "ssd_care_leavers",
        "care_leavers",
        {
            "clea_table_id": d.fresh_key(extract.la_code, extract.month, "clea"),
            "clea_person_id": d.person(),
            "clea_care_leaver_eligibility": eligibility,
            "clea_care_leaver_in_touch": d.code("touch", codes.IN_TOUCH),
            "clea_care_leaver_latest_contact": d.day("day"),
            "clea_care_leaver_accommodation": d.description("accommodation", codes.ACCOMMODATION),
            "clea_care_leaver_accom_suitable": d.description("suitable", codes.SUITABILITY),
            "clea_care_leaver_activity": d.description("activity", codes.ACTIVITY),
            "clea_pathway_plan_review_date": d.placeholder(d.day("plan_day")),
            "clea_care_leaver_personal_advisor": f"case when has_adviser then {d.worker_name()}"
            " end",
            "clea_care_leaver_allocated_team": d.team(),
            "clea_care_leaver_worker_id": d.worker(),
        },
        record_column="clea_table_id",
        person_column="clea_person_id",
    )


def _permanence(extract: Extract) -> TableLayout:
    d = extract.dialect
    nothing = "cast(null as varchar)"
    fostered = "'1900-01-01 00:00:00.000'" if d.name == "systemc" else nothing
    ordered = d.seen("ordered", "ordered")
    return TableLayout(
        "ssd_permanence",
        "permanence",
        {
            "perm_table_id": d.number("rid"),
            "perm_person_id": d.person(),
            "perm_cla_id": d.number("care"),
            "perm_adm_decision_date": d.seen("decided", "decided"),
            "perm_ffa_cp_decision_date": nothing,
            "perm_placement_order_date": d.seen("decided + 60", "decided + 60"),
            "perm_placed_for_adoption_date": d.seen("placed", "placed"),
            "perm_matched_date": d.seen("placed - 30", "placed - 30"),
            "perm_adopted_by_carer_flag": "'N'",
            "perm_placed_ffa_cp_date": nothing,
            "perm_decision_reversed_date": nothing,
            "perm_placed_foster_carer_date": fostered,
            "perm_part_of_sibling_group": "'N'",
            "perm_siblings_placed_together": "'0'",
            "perm_siblings_placed_apart": "'0'",
            "perm_placement_provider_urn": nothing,
            "perm_decision_reversed_reason": nothing,
            "perm_permanence_order_date": ordered,
            "perm_permanence_order_type": f"case when {ordered} is not null then 'Adoption' end",
            "perm_adoption_worker_id": nothing,
            "perm_adopter_sex": f"case when {ordered} is not null then 'MF' end",
            "perm_adopter_legal_status": f"case when {ordered} is not null then 'L11' end",
            "perm_number_of_adopters": f"case when {ordered} is not null then '2' end",
        },
        record_column="perm_table_id",
        person_column="perm_person_id",
    )


def _involvements(extract: Extract) -> TableLayout:
    d = extract.dialect
    ended = d.seen("ended", "end_rec")
    roles = ("CW", "IRO")
    if d.name != "systemc":
        roles = ("Allocated social worker", "Independent reviewing officer")
    return TableLayout(
        "ssd_involvements",
        "involvements",
        {
            "invo_involvements_id": d.number("rid"),
            "invo_professional_id": d.worker(),
            "invo_professional_role_id": pick("role", roles),
            "invo_professional_team": d.team(),
            "invo_involvement_start_date": d.day("day"),
            "invo_involvement_end_date": ended,
            "invo_worker_change_reason": f"case when {ended} is not null then"
            f" {d.code('change', codes.WORKER_CHANGE)} end",
            "invo_person_id": d.linked_person(),
            "invo_referral_id": d.number("referral"),
        },
        record_column="invo_involvements_id",
        person_column="invo_person_id",
    )


def _professionals(extract: Extract) -> TableLayout:
    d = extract.dialect
    kinds = pick("kind", [name for name, _ in codes.TEAM_KINDS])
    return TableLayout(
        "ssd_professionals",
        "workers",
        {
            "prof_professional_id": d.worker("rid"),
            "prof_staff_id": "'S' || cast(rid as varchar)",
            "prof_professional_name": d.worker_name("rid"),
            "prof_social_worker_registration_no": "'SW' || cast(9000000 + rid as varchar)",
            "prof_professional_job_title": f"'Social worker, ' || {kinds}",
            "prof_professional_caseload": "cast(caseload as varchar)",
            "prof_professional_department": kinds,
            "prof_full_time_equivalency": "cast(cast(full_time as decimal(4, 2)) as varchar)",
            "prof_agency_worker_flag": d.yes_no("is_agency"),
        },
        record_column="prof_professional_id",
    )


def _departments(extract: Extract) -> TableLayout:
    d = extract.dialect
    service = pick("kind", [f"{name} service" for name, _ in codes.TEAM_KINDS])
    return TableLayout(
        "ssd_department",
        "teams",
        {
            "dept_team_id": d.team("rid"),
            "dept_team_name": f"{pick('kind', [name for name, _ in codes.TEAM_KINDS])} || ' team '"
            " || cast(rid % 1000 as varchar) || ' (fictional)'",
            "dept_team_parent_id": d.team("9000 + kind"),
            "dept_team_parent_name": f"{service} || ' (fictional)'",
        },
        record_column="dept_team_id",
    )


def _send(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_send",
        "send",
        {
            "send_table_id": d.fresh_key(extract.la_code, extract.month, "send"),
            "send_upn": "case when unknown = 0 then 'FICTIONAL-UPN-' || cast(person as varchar)"
            " end",
            "send_uln": "cast(null as varchar)",
            "send_upn_unknown": "case when unknown = 1 then 'UN2' end",
            "send_person_id": d.person(),
        },
        record_column="send_table_id",
        person_column="send_person_id",
    )


_NEED_TYPES = (
    "SPLD", "MLD", "SLD", "PMLD", "SEMH", "SLCN", "HI", "VI", "MSI", "PD", "ASD", "OTH",
)  # fmt: skip


def _sen_need(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_sen_need",
        "sen_needs",
        {
            "senn_table_id": d.number("rid"),
            "senn_active_ehcp_id": "'EHCP' || cast(person as varchar)",
            "senn_active_ehcp_need_type": pick("need", _NEED_TYPES),
            "senn_active_ehcp_need_rank": "'1'",
        },
        record_column="senn_table_id",
    )


def _identifiers(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "ssd_linked_identifiers",
        "identifiers",
        {
            "link_table_id": d.fresh_key(extract.la_code, extract.month, "link"),
            "link_person_id": d.person(),
            "link_identifier_type": pick("kind", ("UPN", "NHS Number", "YOT Number")),
            "link_identifier_value": "'FICTIONAL-' || cast(rid as varchar)",
            "link_valid_from_date": d.day("day"),
            "link_valid_to_date": "cast(null as varchar)",
        },
        record_column="link_table_id",
        person_column="link_person_id",
    )


_BUILDERS: tuple[Callable[[Extract], TableLayout], ...] = (
    _person, _family, _mother, _address, _disability, _immigration, _contacts, _early_help,
    _referrals, _assessments, _factors, _cin_plans,
    _visits("ssd_cin_visits", "cinv_cin", "cin_visits", ""),
    _s47, _conferences, _cp_plans,
    _visits("ssd_cp_visits", "cppv_cp", "cp_visits", "cppv_cp_plan_id"),
    _cp_reviews, _legal_statuses, _episodes, _placements, _cla_reviews,
    _visits("ssd_cla_visits", "clav_cla", "cla_visits", "clav_cla_id"),
    _health, _immunisations, _substance, _sdq, _previous_permanence, _convictions, _missing,
    _care_leavers, _permanence, _involvements, _professionals, _departments, _send, _sen_need,
    _identifiers,
)  # fmt: skip

_LACKS = {
    "mosaic": {
        "cppl_cp_plan_ola", "clap_person_id", "invo_person_id", "prof_professional_name",
        "clac_cla_conviction_offence", "cppv_person_id", "cppr_person_id",
    },
}  # fmt: skip
_NAMES = {
    "mosaic": {
        "cine_referral_source_code": "cine_referral_source",
        "cine_referral_nfa": "cin_referral_nfa",
        "cont_contact_date": "STARTED_ON",
    },
    "systemc": {"pers_common_child_id": "pers_single_unique_id"},
}


def column_name(dialect: Dialect, name: str) -> str:
    """What a case system calls a column of the specification."""
    return _NAMES.get(dialect.name, {}).get(name, name)


def _as_system_does(extract: Extract, table: TableLayout) -> TableLayout:
    """Leave out, rename and add the columns in which the case system differs from the spec."""
    system = extract.dialect.name
    names = _NAMES.get(system, {})
    lacks = _LACKS.get(system, set())
    columns = {
        names.get(name, name): expression
        for name, expression in table.columns.items()
        if name not in lacks
    }
    if system == "systemc" and table.name == "ssd_person":
        columns["pers_upn"] = (
            "case when send < 0.3 then 'FICTIONAL-UPN-' || cast(person as varchar) end"
        )
    if system == "systemc" and table.name == "ssd_cla_reviews":
        columns["clar_cla_person_id"] = extract.dialect.person()
    return TableLayout(
        table.name,
        table.source,
        columns,
        table.where,
        names.get(table.record_column, table.record_column),
        names.get(table.person_column, table.person_column),
    )
