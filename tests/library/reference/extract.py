"""Read an SSD extract folder (one CSV per `ssd_*` table) into plain records.

Implements the paragraph "Records": the key of a record is its id and its person, an exact repeat
is one record, of two versions of one key the last row counts, 1900-01-01 is no date, a code is the
code, the code and text, or its label, in any case; anything else is unknown.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

NOTHING = {"", "NULL", "\\N", "SSD_PH", "PLACEHOLDER_DATA"}

Row = Mapping[str, str]


def codes(listed: str) -> dict[str, str]:
    """A code set whose labels are not looked at: {code: ""}."""
    return dict.fromkeys(listed.split(), "")


LEGAL_STATUSES = {
    "C1": "Interim care order",
    "C2": "Full care order",
    "D1": "Freeing order granted",
    "E1": "Placement order granted",
    **codes("V2 V3 V4 L1 L2 L3 J1 J2 J3"),
}
YES_NO = {"Y": "Yes", "N": "No"}
YES_NO_NA = {**YES_NO, "NA": ""}
SEXES = {"M": "Male", "F": "Female", "U": "Unknown"}
DISABILITIES = codes("NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA")
START_REASONS = codes("S L P T B U")
END_REASONS = codes(
    "X1 E11 E12 E2 E3 E4A E4B E13 E41 E43 E44 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17"
)
PLACEMENT_TYPES = codes(
    "A3 A4 A5 A6 K1 K2 K3 H5 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 "
    "Z1 Z11 Z12 Z13 Z14"
)
CHANGE_REASONS = codes("CARPL CLOSE ALLEG STAND APPRR CREQB CREQO CHILD LAREQ PLACE CUSTOD OTHER")
CHECK_STATUSES = {name.upper(): name for name in ("Completed", "Planned", "Refused", "Cancelled")}
IN_TOUCH = codes("YES NO DIED REFU NREQ RHOM")
ACCOMMODATIONS = codes("B C D E G H K R S T U V W X Y Z")
SUITABILITIES = {"1": "", "2": ""}
ACTIVITIES = codes("F1 P1 F2 P2 F3 P3 F4 P4 F5 P5 G4 G5 G6")
ELIGIBILITIES = {
    "former relevant": "FORMER RELEVANT",
    "relevant": "RELEVANT",
    "a) relevant child": "RELEVANT",
    "qualifying": "QUALIFYING",
    "eligible": "ELIGIBLE",
    "d) eligible": "ELIGIBLE",
}


def text(row: Row, column: str) -> str | None:
    """The trimmed text of a cell; a null token, or a column that is not there, is None."""
    value = (row.get(column) or "").strip()
    return None if value.upper() in NOTHING else value


def identifier(row: Row, column: str) -> str | None:
    """An id as text, without a float's `.0`; the case system's "no record" ids are None."""
    value = text(row, column)
    if value is not None and value.endswith(".0"):
        value = value[:-2]
    return None if value in (None, "-1", "0") else value


def moment(row: Row, column: str) -> datetime | None:
    """A date and time; a date without a time is midnight; 1900-01-01 is no date."""
    value = text(row, column)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if found.date() == date(1900, 1, 1) else found


def day(row: Row, column: str) -> date | None:
    """The date part of a cell."""
    found = moment(row, column)
    return None if found is None else found.date()


def code(row: Row, column: str, labels: Mapping[str, str]) -> str | None:
    """The code in a cell: alone, followed by text, or as its label, in any case; else None."""
    value = text(row, column)
    if value is None:
        return None
    for candidate, label in labels.items():
        if label and value.lower() == label.lower():
            return candidate
        if re.match(rf"{candidate}(?![A-Za-z0-9])", value, re.IGNORECASE):
            return candidate
    return None


def number(row: Row, column: str) -> float | None:
    """A number, or None."""
    value = text(row, column)
    try:
        return None if value is None else float(value)
    except ValueError:
        return None


@dataclass(frozen=True)
class Person:
    """A child or young person."""

    sex: str | None
    born: date | None
    died: date | None


@dataclass(frozen=True)
class Record:
    """What every record has: its id, its child and its number in the file."""

    key: str
    child: str
    line: int


@dataclass(frozen=True)
class Contact(Record):
    on: date | None


@dataclass(frozen=True)
class Referral(Record):
    on: date | None
    closed: date | None
    is_no_further_action: bool


@dataclass(frozen=True)
class Assessment(Record):
    referral: str | None
    start: date | None
    authorised: date | None


@dataclass(frozen=True)
class Enquiry(Record):
    start: date | None


@dataclass(frozen=True)
class Conference(Record):
    enquiry: str | None
    on: date | None


@dataclass(frozen=True)
class Interval(Record):
    """Something with a start and perhaps an end; `start` None means that it is never open."""

    start: date | None
    end: date | None

    def is_open_at(self, at: date) -> bool:
        """Start ≤ D and (no end, or end > D)."""
        return self.start is not None and self.start <= at and (self.end is None or self.end > at)


@dataclass(frozen=True)
class Plan(Interval):
    is_other_authority: bool


@dataclass(frozen=True)
class LegalStatus(Interval):
    code: str | None


@dataclass(frozen=True)
class Episode(Interval):
    reason: str | None
    end_reason: str | None
    care: str | None


@dataclass(frozen=True)
class Placement(Interval):
    type: str | None
    postcode: str | None
    distance: float | None
    change_reason: str | None


@dataclass(frozen=True)
class PlanVisit(Record):
    """A child protection visit; `plan` is the one that it names."""

    on: date | None
    plan: str | None
    is_seen: bool


@dataclass(frozen=True)
class ImmigrationStatus(Interval):
    is_unaccompanied: bool


@dataclass(frozen=True)
class HealthCheck(Record):
    on: date | None
    is_initial_assessment: bool
    status: str | None


@dataclass(frozen=True)
class Spell(Record):
    type: str | None
    start: datetime | None
    end: datetime | None
    offered: str | None
    accepted: str | None


@dataclass(frozen=True)
class Observation(Record):
    on: date | None
    eligibility: str | None
    in_touch: str | None
    accommodation: str | None
    suitability: str | None
    activity: str | None


@dataclass(frozen=True)
class Extract:
    """One authority's extract of one month."""

    persons: dict[str, Person]
    disabled: set[str]
    contacts: list[Contact]
    referrals: list[Referral]
    assessments: list[Assessment]
    enquiries: list[Enquiry]
    conferences: list[Conference]
    plans: list[Plan]
    plan_visits: list[PlanVisit]
    legal_statuses: list[LegalStatus]
    episodes: list[Episode]
    placements: list[Placement]
    immigration_statuses: list[ImmigrationStatus]
    health_checks: list[HealthCheck]
    spells: list[Spell]
    observations: list[Observation]


def rows_of(folder: Path, table: str) -> list[Row]:
    """The data rows of one table; a table that was not delivered has none."""
    path = folder / f"{table}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def whose(row: Row, column: str) -> str:
    """The person of a row; a row without one is of a child of its own, told by its content."""
    return identifier(row, column) or "nobody " + repr(sorted(row.items()))


R = TypeVar("R", bound=Record)


def records_of(
    folder: Path,
    table: str,
    key_column: str | None,
    child_of: Callable[[Row], str],
    make: Callable[[Row, str, str, int], R],
) -> list[R]:
    """One record per id and person: of repeats and versions the last row counts.

    Without an id (or where it is made anew in each run: no `key_column`) the content is the id.
    """
    found: dict[tuple[str, str], R] = {}
    for line, row in enumerate(rows_of(folder, table), start=2):
        key = identifier(row, key_column) if key_column else None
        child = child_of(row)
        if key and child.startswith("nobody "):
            child = f"nobody {table} {key}"  # Two versions of a record are of one.
        record = make(row, key or repr(sorted(row.items())), child, line)
        found[(record.key, child)] = record
    return list(found.values())


def read_persons(folder: Path) -> dict[str, Person]:
    """The persons, the last row of each; date of birth, else the expected or estimated one."""
    persons = {}
    for row in rows_of(folder, "ssd_person"):
        person = identifier(row, "pers_person_id")
        if person is not None:
            persons[person] = Person(
                sex=code(row, "pers_sex", SEXES),
                born=day(row, "pers_dob") or day(row, "pers_expected_dob"),
                died=day(row, "pers_death_date"),
            )
    return persons


def read_disabled(folder: Path) -> set[str]:
    """The persons with a disability code other than NONE (not null, not unknown)."""
    codes = records_of(
        folder,
        "ssd_disability",
        "disa_table_id",
        lambda row: whose(row, "disa_person_id"),
        lambda row, key, child, line: LegalStatus(
            key, child, line, None, None, code(row, "disa_disability_code", DISABILITIES)
        ),
    )
    return {record.child for record in codes if record.code not in (None, "NONE")}


def placement_owners(episodes: Iterable[Episode]) -> dict[str, str]:
    """The person of each period-of-care id."""
    return {episode.care: episode.child for episode in episodes if episode.care is not None}


def is_initial(kind: str | None) -> bool:
    """Whether a health check's type says health assessment and not review."""
    kind = (kind or "").lower()
    return "health assessment" in kind and "review" not in kind


def read_extract(folder: Path) -> Extract:
    """Read `folder`; a file that is not there is an empty table."""

    def by(column: str) -> Callable[[Row], str]:
        return lambda row: whose(row, column)

    episodes = records_of(
        folder,
        "ssd_cla_episodes",
        "clae_cla_episode_id",
        by("clae_person_id"),
        lambda row, key, child, line: Episode(
            key,
            child,
            line,
            day(row, "clae_cla_episode_start_date"),
            day(row, "clae_cla_episode_ceased_date"),
            code(row, "clae_cla_episode_start_reason", START_REASONS),
            code(row, "clae_cla_episode_ceased_reason", END_REASONS),
            identifier(row, "clae_cla_id"),
        ),
    )
    owners = placement_owners(episodes)

    def placed_child(row: Row) -> str:
        care = identifier(row, "clap_cla_id")
        person = identifier(row, "clap_person_id")
        return person or owners.get(care or "") or whose(row, "clap_person_id")

    return Extract(
        persons=read_persons(folder),
        disabled=read_disabled(folder),
        contacts=records_of(
            folder,
            "ssd_contacts",
            "cont_contact_id",
            by("cont_person_id"),
            lambda row, key, child, line: Contact(key, child, line, day(row, "cont_contact_date")),
        ),
        referrals=records_of(
            folder,
            "ssd_cin_episodes",
            "cine_referral_id",
            by("cine_person_id"),
            lambda row, key, child, line: Referral(
                key,
                child,
                line,
                day(row, "cine_referral_date"),
                day(row, "cine_close_date"),
                code(row, "cine_referral_nfa", YES_NO) == "Y",
            ),
        ),
        assessments=records_of(
            folder,
            "ssd_cin_assessments",
            "cina_assessment_id",
            by("cina_person_id"),
            lambda row, key, child, line: Assessment(
                key,
                child,
                line,
                identifier(row, "cina_referral_id"),
                day(row, "cina_assessment_start_date"),
                day(row, "cina_assessment_auth_date"),
            ),
        ),
        enquiries=records_of(
            folder,
            "ssd_s47_enquiry",
            "s47e_s47_enquiry_id",
            by("s47e_person_id"),
            lambda row, key, child, line: Enquiry(
                key, child, line, day(row, "s47e_s47_start_date")
            ),
        ),
        conferences=records_of(
            folder,
            "ssd_initial_cp_conference",
            "icpc_icpc_id",
            by("icpc_person_id"),
            lambda row, key, child, line: Conference(
                key,
                child,
                line,
                identifier(row, "icpc_s47_enquiry_id"),
                day(row, "icpc_icpc_date"),
            ),
        ),
        plans=records_of(
            folder,
            "ssd_cp_plans",
            "cppl_cp_plan_id",
            by("cppl_person_id"),
            lambda row, key, child, line: Plan(
                key,
                child,
                line,
                day(row, "cppl_cp_plan_start_date"),
                day(row, "cppl_cp_plan_end_date"),
                code(row, "cppl_cp_plan_ola", YES_NO) == "Y",
            ),
        ),
        plan_visits=records_of(
            folder,
            "ssd_cp_visits",
            "cppv_cp_visit_id",
            by("cppv_person_id"),
            lambda row, key, child, line: PlanVisit(
                key,
                child,
                line,
                day(row, "cppv_cp_visit_date"),
                identifier(row, "cppv_cp_plan_id"),
                code(row, "cppv_cp_visit_seen", YES_NO) == "Y",
            ),
        ),
        legal_statuses=records_of(
            folder,
            "ssd_legal_status",
            "lega_legal_status_id",
            by("lega_person_id"),
            lambda row, key, child, line: LegalStatus(
                key,
                child,
                line,
                day(row, "lega_legal_status_start_date"),
                day(row, "lega_legal_status_end_date"),
                code(row, "lega_legal_status", LEGAL_STATUSES),
            ),
        ),
        episodes=episodes,
        placements=records_of(
            folder,
            "ssd_cla_placement",
            "clap_cla_placement_id",
            placed_child,
            lambda row, key, child, line: Placement(
                key,
                child,
                line,
                day(row, "clap_cla_placement_start_date"),
                day(row, "clap_cla_placement_end_date"),
                code(row, "clap_cla_placement_type", PLACEMENT_TYPES),
                re.sub(r"\s", "", text(row, "clap_cla_placement_postcode") or "").upper() or None,
                number(row, "clap_cla_placement_distance"),
                code(row, "clap_cla_placement_change_reason", CHANGE_REASONS),
            ),
        ),
        immigration_statuses=records_of(
            folder,
            "ssd_immigration_status",
            "immi_immigration_status_id",
            by("immi_person_id"),
            lambda row, key, child, line: ImmigrationStatus(
                key,
                child,
                line,
                day(row, "immi_immigration_status_start_date"),
                day(row, "immi_immigration_status_end_date"),
                code(
                    row,
                    "immi_immigration_status",
                    {"UASC": "Unaccompanied Asylum Seeking Child"},
                )
                == "UASC",
            ),
        ),
        health_checks=records_of(
            folder,
            "ssd_cla_health",
            "clah_health_check_id",
            by("clah_person_id"),
            lambda row, key, child, line: HealthCheck(
                key,
                child,
                line,
                day(row, "clah_health_check_date"),
                is_initial(text(row, "clah_health_check_type")),
                code(row, "clah_health_check_status", CHECK_STATUSES),
            ),
        ),
        spells=records_of(
            folder,
            "ssd_missing",
            "miss_table_id",
            by("miss_person_id"),
            lambda row, key, child, line: Spell(
                key,
                child,
                line,
                code(row, "miss_missing_episode_type", {"M": "Missing", "A": "Absent"}),
                moment(row, "miss_missing_episode_start_date"),
                moment(row, "miss_missing_episode_end_date"),
                code(row, "miss_missing_rhi_offered", YES_NO_NA),
                code(row, "miss_missing_rhi_accepted", YES_NO_NA),
            ),
        ),
        # The id of a care-leaver row is made anew in each run: every row counts by itself.
        observations=records_of(
            folder,
            "ssd_care_leavers",
            None,
            by("clea_person_id"),
            lambda row, key, child, line: Observation(
                key,
                child,
                line,
                day(row, "clea_care_leaver_latest_contact"),
                ELIGIBILITIES.get((text(row, "clea_care_leaver_eligibility") or "").lower()),
                code(row, "clea_care_leaver_in_touch", IN_TOUCH),
                code(row, "clea_care_leaver_accommodation", ACCOMMODATIONS),
                code(row, "clea_care_leaver_accom_suitable", SUITABILITIES),
                code(row, "clea_care_leaver_activity", ACTIVITIES),
            ),
        ),
    )
