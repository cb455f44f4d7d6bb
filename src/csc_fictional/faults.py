"""Planted faults: what is put wrong in the extracts, where, and which rule must find it.

`FAULTS` is the one table of them. A fault belongs to a record of the truth and is in every month
that shows the record, until somebody puts it right (a quarter of them, after some months). No
child has two. The ledger beside each extract lists those that the month's files contain, with the
record and person ids as they stand in the files.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from csc_fictional import codes
from csc_fictional.clock import NEVER, Flags
from csc_fictional.dialects import Dialect, text
from csc_fictional.layout import TableLayout, column_name
from csc_fictional.rows import Rows, length
from csc_fictional.setting import Setting
from csc_fictional.story import CONTACT_ONLY_BASE, Truth

MINUTES = 24 * 60
UNREADABLE = ("31/02/2021", "2021-13-45", "not known", "tomorrow", "00/00/0000")


@dataclass(frozen=True)
class Value:
    """What is written instead: nothing, words, a day, a minute or an unknown person's id."""

    kind: str
    words: str = ""
    number: int = 0

    def written(self, dialect: Dialect) -> str | None:
        """The text in the dialect of the case system (None is null)."""
        if self.kind == "nothing":
            return None
        if self.kind == "words":
            return self.words
        if self.kind == "person":
            return f"{dialect.person_prefix}{self.number:08d}"
        if self.kind == "day":
            return f"{np.datetime64(self.number, 'D')}{dialect.date_tail}"
        if not dialect.has_times:
            return f"{np.datetime64(self.number // MINUTES, 'D')}{dialect.date_tail}"
        moment = str(np.datetime64(self.number, "m")).replace("T", " ")
        return f"{moment}:00{dialect.date_tail[9:]}"


NOTHING = Value("nothing")
NOBODY = Value("person", number=99_999_990)


def words(value: str) -> Value:
    """A text to write."""
    return Value("words", words=value)


def day(number: int) -> Value:
    """A day to write."""
    return Value("day", number=int(number))


def minute(number: int) -> Value:
    """A minute to write."""
    return Value("minute", number=int(number))


Edits = dict[str, Value]
Row = dict[str, int]
Choose = Callable[[Rows, Truth], Flags]
Change = Callable[[Row], Edits]


def every_row(rows: Rows, _truth: Truth) -> Flags:
    """Any row will do."""
    return np.ones(length(rows), dtype=bool)


def no_edits(_row: Row) -> Edits:
    """Nothing is written differently."""
    return {}


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    `action`: `edit` changes the record, `copy` adds it again (with the edits, so an empty edit is
    an exact repeat), `drop` removes it. `choose` says which records can have it, `since` from
    which day on it shows. `yearly` is how many there are of each year's children at size 1.0
    (fewer in proportion to the root of the size where it is smaller).
    """

    code: str
    name: str
    source: str
    table: str
    column: str
    rule: str
    change: Change = no_edits
    action: str = "edit"
    choose: Choose = every_row
    since: Callable[[Row], int] | None = None
    yearly: float = 0.8


@dataclass(frozen=True)
class Planted:
    """One fault of one record, shown from the end of `first_day` to before `last_day`."""

    fault: Fault
    rid: int
    first_day: int
    last_day: int
    edits: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Plan:
    """All faults to plant, by file."""

    by_table: dict[str, tuple[Planted, ...]]

    def active(self, table: TableLayout, last_day: int) -> list[Planted]:
        """The faults of a table that a month can show."""
        return [
            planted
            for planted in self.by_table.get(table.name, ())
            if planted.first_day <= last_day < planted.last_day
        ]


# -- which records ---------------------------------------------------------------------------------
def _referred(rows: Rows, _truth: Truth) -> Flags:
    """Contacts of referred families (their stories are there in every range of months)."""
    fits: Flags = rows["person"] % 1_000_000 < CONTACT_ONLY_BASE
    return fits


def _simple_case(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = (rows["path"] == 1) & ~rows["in_care"]
    return fits


def _continues(rows: Rows, _truth: Truth) -> Flags:
    """Episodes that another one of more than 30 days follows."""
    follows = np.append(rows["care"][1:] == rows["care"][:-1], False)
    long = np.append(rows["end"][1:] - rows["day"][1:] > 30, False)
    fits: Flags = follows & long & (rows["end"] > rows["day"] + 5)
    return fits


def _from_s47(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["s47"] >= 0
    return fits


def _own_plan(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["conference"] >= 0
    return fits


def _only_status(rows: Rows, _truth: Truth) -> Flags:
    """The only legal status of a child with one long period of care."""
    _, place, count = np.unique(rows["person"], return_inverse=True, return_counts=True)
    fits: Flags = (count[place] == 1) & (rows["end"] - rows["day"] > 60)
    return fits


def _two_days(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["end"] // MINUTES - rows["start"] // MINUTES >= 2
    return fits


def _in_touch(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["touch"] == 0
    return fits


def _out_of_touch(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["touch"] > 0
    return fits


def _unaccompanied(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["status"] == codes.IMMIGRATION.number("UASC")
    return fits


def _child(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = ~rows["is_adult"] & ~rows["is_duplicate"] & (rows["birth"] < rows["rec"])
    return fits


def _held(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["held"] < NEVER * MINUTES
    return fits


def _suspended(rows: Rows, _truth: Truth) -> Flags:
    """Suspensions (a permanent exclusion has no end)."""
    fits: Flags = rows["sessions"] > 0
    return fits


def _long(rows: Rows, _truth: Truth) -> Flags:
    fits: Flags = rows["end"] - rows["day"] > 20
    return fits


def _ended(row: Row) -> int:
    return max(row["end"], row["end_rec"]) + 31


def _unreadable(row: Row) -> Value:
    return words(UNREADABLE[row["rid"] % len(UNREADABLE)])


# -- the table of faults ---------------------------------------------------------------------------
_CARE, _EVENT = 0.65, 0.9
"""Yearly numbers in care, and of events that leave the six-year window sooner."""

FAULTS: tuple[Fault, ...] = (
    # people
    Fault("PERSON_REPEAT", "exact repeat", "people", "ssd_person", "pers_person_id",
          "an id occurs twice", action="copy", choose=_child),
    Fault("PERSON_TWO_VERSIONS", "same id, two versions", "people", "ssd_person",
          "pers_person_id", "an id occurs twice with different content",
          lambda row: {"pers_ethnicity": words("NOBT" if row["ethnicity"] < 19 else "WBRI")},
          "copy", _child),
    Fault("PERSON_NO_ID", "no person id", "people", "ssd_person", "pers_person_id",
          "a record needs its id", lambda _: {"pers_person_id": NOTHING}, choose=_child),
    Fault("PERSON_NO_BIRTH_DATE", "no birth date", "people", "ssd_person", "pers_dob",
          "a birth date or an expected one",
          lambda _: {"pers_dob": NOTHING, "pers_expected_dob": NOTHING}, choose=_child),
    Fault("PERSON_BORN_IN_FUTURE", "birth date in the future", "people", "ssd_person",
          "pers_dob", "not born after the extract",
          lambda row: {"pers_dob": day(row["rec"] + 40_000 + row["rid"] % 900),
                       "pers_expected_dob": NOTHING}, choose=_child),
    Fault("PERSON_DIED_BEFORE_BIRTH", "died before birth", "people", "ssd_person",
          "pers_death_date", "death not before birth",
          lambda row: {"pers_death_date": day(row["birth"] - 400)}, choose=_child),
    Fault("PERSON_SEX_UNKNOWN", "unknown code", "people", "ssd_person", "pers_sex",
          "code is in its list", lambda _: {"pers_sex": words("Q")}, choose=_child),
    Fault("PERSON_ETHNICITY_UNKNOWN", "unknown code", "people", "ssd_person",
          "pers_ethnicity", "code is in its list",
          lambda _: {"pers_ethnicity": words("QQQQ")}, choose=_child),
    Fault("DISABILITY_UNKNOWN", "unknown code", "disabilities", "ssd_disability",
          "disa_disability_code", "code is in its list",
          lambda _: {"disa_disability_code": words("QQ")}),
    Fault("IMMIGRATION_NO_START", "no start date", "immigration", "ssd_immigration_status",
          "immi_immigration_status_start_date", "a status needs its start",
          lambda _: {"immi_immigration_status_start_date": NOTHING},
          choose=_unaccompanied, yearly=_EVENT),
    # contacts and early help
    Fault("CONTACT_REPEAT", "exact repeat", "contacts", "ssd_contacts", "cont_contact_id",
          "an id occurs twice", action="copy", choose=_referred),
    Fault("CONTACT_NO_PERSON", "no person id", "contacts", "ssd_contacts", "cont_person_id",
          "a record needs its person", lambda _: {"cont_person_id": NOTHING}, choose=_referred),
    Fault("CONTACT_ORPHAN", "unknown person", "contacts", "ssd_contacts", "cont_person_id",
          "the person is in the extract", lambda _: {"cont_person_id": NOBODY},
          choose=_referred),
    Fault("CONTACT_DATE_UNREADABLE", "unreadable date", "contacts", "ssd_contacts",
          "cont_contact_date", "a date can be read",
          lambda row: {"cont_contact_date": _unreadable(row)}, choose=_referred),
    Fault("CONTACT_DATE_PLACEHOLDER", "placeholder date", "contacts", "ssd_contacts",
          "cont_contact_date", "no 1900-01-01",
          lambda _: {"cont_contact_date": day(-25_567)}, choose=_referred),
    Fault("CONTACT_IN_FUTURE", "date in the future", "contacts", "ssd_contacts",
          "cont_contact_date", "no event after the extract",
          lambda row: {"cont_contact_date": day(row["day"] + 20_000)}, choose=_referred),
    Fault("CONTACT_SOURCE_UNKNOWN", "unknown code", "contacts", "ssd_contacts",
          "cont_contact_source_code", "code is in its list",
          lambda _: {"cont_contact_source_code": words("99Z"),
                     "cont_contact_source_desc": words("Fictional unknown source")},
          choose=_referred),
    Fault("EARLY_HELP_END_BEFORE_START", "end before start", "early_help",
          "ssd_early_help_episodes", "earl_episode_end_date", "end not before start",
          lambda row: {"earl_episode_end_date": day(row["day"] - 9)}),
    # referrals and assessments
    Fault("REFERRAL_REPEAT", "exact repeat", "referrals", "ssd_cin_episodes",
          "cine_referral_id", "an id occurs twice", action="copy"),
    Fault("REFERRAL_TWO_VERSIONS", "same id, two versions", "referrals", "ssd_cin_episodes",
          "cine_referral_id", "an id occurs twice with different content",
          lambda row: {"cine_cin_primary_need_code": words("N5" if row["need"] != 4 else "N1")},
          "copy"),
    Fault("REFERRAL_SAME_DAY", "second referral on a day", "referrals", "ssd_cin_episodes",
          "cine_referral_date", "one referral of a child a day",
          lambda row: {"cine_referral_id": words(str(row["rid"] + 5_000_000))}, "copy",
          _simple_case),
    Fault("REFERRAL_NO_ID", "no id", "referrals", "ssd_cin_episodes", "cine_referral_id",
          "a record needs its id", lambda _: {"cine_referral_id": NOTHING}, choose=_simple_case),
    Fault("REFERRAL_NO_DATE", "no date", "referrals", "ssd_cin_episodes",
          "cine_referral_date", "a referral needs its date",
          lambda _: {"cine_referral_date": NOTHING}),
    Fault("REFERRAL_DATE_UNREADABLE", "unreadable date", "referrals", "ssd_cin_episodes",
          "cine_referral_date", "a date can be read",
          lambda row: {"cine_referral_date": _unreadable(row)}),
    Fault("REFERRAL_CLOSED_BEFORE", "closed before referral", "referrals", "ssd_cin_episodes",
          "cine_close_date", "closure not before referral",
          lambda row: {"cine_close_date": day(row["day"] - 10),
                       "cine_close_reason": words("RC8")}, choose=_simple_case),
    Fault("REFERRAL_CLOSE_PLACEHOLDER", "placeholder date", "referrals", "ssd_cin_episodes",
          "cine_close_date", "no 1900-01-01", lambda _: {"cine_close_date": day(-25_567)}),
    Fault("REFERRAL_ORPHAN", "unknown person", "referrals", "ssd_cin_episodes",
          "cine_person_id", "the person is in the extract", lambda _: {"cine_person_id": NOBODY},
          choose=_simple_case),
    Fault("REFERRAL_NEED_UNKNOWN", "unknown code", "referrals", "ssd_cin_episodes",
          "cine_cin_primary_need_code", "code is in its list",
          lambda _: {"cine_cin_primary_need_code": words("N77")}),
    Fault("ASSESSMENT_REPEAT", "exact repeat", "assessments", "ssd_cin_assessments",
          "cina_assessment_id", "an id occurs twice", action="copy"),
    Fault("ASSESSMENT_AUTHORISED_BEFORE", "authorised before start", "assessments",
          "ssd_cin_assessments", "cina_assessment_auth_date", "authorised not before start",
          lambda row: {"cina_assessment_auth_date": day(row["day"] - 6)}, since=_ended),
    Fault("ASSESSMENT_NO_START", "no start date", "assessments", "ssd_cin_assessments",
          "cina_assessment_start_date", "an assessment needs its start",
          lambda _: {"cina_assessment_start_date": NOTHING}),
    Fault("ASSESSMENT_NO_REFERRAL", "unknown referral", "assessments", "ssd_cin_assessments",
          "cina_referral_id", "the referral is in the extract",
          lambda _: {"cina_referral_id": words("999999999")}),
    Fault("FACTOR_UNKNOWN", "unknown code", "assessments", "ssd_assessment_factors",
          "cinf_assessment_factors_json", "code is in its list",
          lambda _: {"cinf_assessment_factors_json": words('["4B", "99Z"]')}),
    # protection
    Fault("S47_BEFORE_REFERRAL", "before its referral", "s47", "ssd_s47_enquiry",
          "s47e_s47_start_date", "enquiry not before referral",
          lambda row: {"s47e_s47_start_date": day(row["day"] - 90)}, yearly=0.7),
    Fault("S47_END_BEFORE_START", "end before start", "s47", "ssd_s47_enquiry",
          "s47e_s47_end_date", "end not before start",
          lambda row: {"s47e_s47_end_date": day(row["day"] - 4)}, since=_ended, yearly=0.7),
    Fault("CONFERENCE_BEFORE_S47", "before its enquiry", "conferences",
          "ssd_initial_cp_conference", "icpc_icpc_date", "conference not before enquiry",
          lambda row: {"icpc_icpc_date": day(row["day"] - 70)}, choose=_from_s47, yearly=0.7),
    Fault("CONFERENCE_NO_DATE", "no date", "conferences", "ssd_initial_cp_conference",
          "icpc_icpc_date", "a held conference needs its date",
          lambda _: {"icpc_icpc_date": NOTHING}, yearly=0.7),
    Fault("PLAN_NO_CONFERENCE", "no conference", "cp_plans", "ssd_cp_plans", "cppl_icpc_id",
          "a plan follows a conference", lambda _: {"cppl_icpc_id": NOTHING},
          choose=_own_plan, yearly=0.7),
    Fault("PLAN_END_BEFORE_START", "end before start", "cp_plans", "ssd_cp_plans",
          "cppl_cp_plan_end_date", "end not before start",
          lambda row: {"cppl_cp_plan_end_date": day(row["day"] - 8)}, since=_ended, yearly=0.7),
    Fault("PLAN_OVERLAP", "two plans at once", "cp_plans", "ssd_cp_plans",
          "cppl_cp_plan_start_date", "one plan at a time",
          lambda row: {"cppl_cp_plan_id": words(str(row["rid"] + 5_000_000)),
                       "cppl_cp_plan_start_date": day(row["day"] + 5)},
          "copy", _long, yearly=0.7),
    Fault("PLAN_CATEGORY_UNKNOWN", "unknown code", "cp_plans", "ssd_cp_plans",
          "cppl_cp_plan_initial_category", "code is in its list",
          lambda _: {"cppl_cp_plan_initial_category": words("Fictional category")}, yearly=0.7),
    Fault("CIN_PLAN_END_BEFORE_START", "end before start", "cin_plans", "ssd_cin_plans",
          "cinp_cin_plan_end_date", "end not before start",
          lambda row: {"cinp_cin_plan_end_date": day(row["day"] - 8)}, since=_ended),
    # care
    Fault("LEGAL_REPEAT", "exact repeat", "legal_statuses", "ssd_legal_status",
          "lega_legal_status_id", "an id occurs twice", action="copy", yearly=_CARE),
    Fault("LEGAL_END_BEFORE_START", "end before start", "legal_statuses", "ssd_legal_status",
          "lega_legal_status_end_date", "end not before start",
          lambda row: {"lega_legal_status_end_date": day(row["day"] - 3)}, since=_ended,
          yearly=_CARE),
    Fault("LEGAL_STATUS_UNKNOWN", "unknown code", "legal_statuses", "ssd_legal_status",
          "lega_legal_status", "code is in its list",
          lambda _: {"lega_legal_status": words("QQ Fictional order")}, yearly=_CARE),
    Fault("LEGAL_STATUS_MISSING", "no legal status", "legal_statuses", "ssd_legal_status",
          "lega_legal_status", "a child in care has a legal status", action="drop",
          choose=_only_status, yearly=_CARE),
    Fault("EPISODE_REPEAT", "exact repeat", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_id", "an id occurs twice", action="copy", yearly=_CARE),
    Fault("EPISODE_TWO_VERSIONS", "same id, two versions", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_id", "an id occurs twice with different content",
          lambda row: {"clae_cla_primary_need_code": words("N5" if row["need"] != 4 else "N1")},
          "copy", yearly=_CARE),
    Fault("EPISODE_NO_START", "no start date", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_start_date", "an episode needs its start",
          lambda _: {"clae_cla_episode_start_date": NOTHING}, yearly=_CARE),
    Fault("EPISODE_DATE_UNREADABLE", "unreadable date", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_start_date", "a date can be read",
          lambda row: {"clae_cla_episode_start_date": _unreadable(row)}, yearly=_CARE),
    Fault("EPISODE_END_BEFORE_START", "end before start", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_ceased_date", "end not before start",
          lambda row: {"clae_cla_episode_ceased_date": day(row["day"] - 5)}, since=_ended,
          yearly=_CARE),
    Fault("EPISODE_OVERLAP", "overlaps the next", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_ceased_date", "episodes of a child do not overlap",
          lambda row: {"clae_cla_episode_ceased_date": day(row["end"] + 14)},
          choose=_continues, since=_ended, yearly=_CARE),
    Fault("EPISODE_OPEN_EARLIER", "still open though another began", "episodes",
          "ssd_cla_episodes", "clae_cla_episode_ceased_date", "only the last episode is open",
          lambda _: {"clae_cla_episode_ceased_date": NOTHING,
                     "clae_cla_episode_ceased_reason": NOTHING},
          choose=_continues, since=_ended, yearly=_CARE),
    Fault("EPISODE_REASON_UNKNOWN", "unknown code", "episodes", "ssd_cla_episodes",
          "clae_cla_episode_start_reason", "code is in its list",
          lambda _: {"clae_cla_episode_start_reason": words("Q9")}, yearly=_CARE),
    Fault("PLACEMENT_NO_ID", "no id", "placements", "ssd_cla_placement",
          "clap_cla_placement_id", "a record needs its id",
          lambda _: {"clap_cla_placement_id": NOTHING}, yearly=_CARE),
    Fault("PLACEMENT_TWO_VERSIONS", "same id, two versions", "placements", "ssd_cla_placement",
          "clap_cla_placement_id", "an id occurs twice with different content",
          lambda _: {"clap_cla_placement_distance": words("19.9")}, "copy", yearly=_CARE),
    Fault("PLACEMENT_NO_START", "no start date", "placements", "ssd_cla_placement",
          "clap_cla_placement_start_date", "a placement needs its start",
          lambda _: {"clap_cla_placement_start_date": NOTHING}, yearly=_CARE),
    Fault("PLACEMENT_END_BEFORE_START", "end before start", "placements", "ssd_cla_placement",
          "clap_cla_placement_end_date", "end not before start",
          lambda row: {"clap_cla_placement_end_date": day(row["day"] - 5)}, since=_ended,
          yearly=_CARE),
    Fault("PLACEMENT_TYPE_UNKNOWN", "unknown code", "placements", "ssd_cla_placement",
          "clap_cla_placement_type", "code is in its list",
          lambda _: {"clap_cla_placement_type": words("QQ")}, yearly=_CARE),
    Fault("PLACEMENT_TYPE_MISSING", "no placement type", "placements", "ssd_cla_placement",
          "clap_cla_placement_type", "a placement needs its type",
          lambda _: {"clap_cla_placement_type": NOTHING}, yearly=_CARE),
    Fault("PLACEMENT_DISTANCE_999", "distance 999.9", "placements", "ssd_cla_placement",
          "clap_cla_placement_distance", "999.9 is not a distance",
          lambda _: {"clap_cla_placement_distance": words("999.9")}, yearly=2 * _CARE),
    Fault("REVIEW_NO_DUE_DATE", "no due date", "cla_reviews", "ssd_cla_reviews",
          "clar_cla_review_due_date", "a review needs its due date",
          lambda _: {"clar_cla_review_due_date": NOTHING}, yearly=_EVENT),
    Fault("HEALTH_DATE_PLACEHOLDER", "placeholder date", "health", "ssd_cla_health",
          "clah_health_check_date", "no 1900-01-01",
          lambda _: {"clah_health_check_date": day(-25_567)}, yearly=_EVENT),
    Fault("HEALTH_STATUS_UNKNOWN", "unknown code", "health", "ssd_cla_health",
          "clah_health_check_status", "code is in its list",
          lambda _: {"clah_health_check_status": words("Perhaps")}, yearly=_EVENT),
    # missing
    Fault("MISSING_REPEAT", "exact repeat", "missing", "ssd_missing", "miss_table_id",
          "an id occurs twice", action="copy", yearly=_EVENT),
    Fault("MISSING_ORPHAN", "unknown person", "missing", "ssd_missing", "miss_person_id",
          "the person is in the extract", lambda _: {"miss_person_id": NOBODY}, yearly=_EVENT),
    Fault("MISSING_NO_START", "no start", "missing", "ssd_missing",
          "miss_missing_episode_start_date", "a spell needs its start",
          lambda _: {"miss_missing_episode_start_date": NOTHING}, yearly=_EVENT),
    Fault("MISSING_DATE_UNREADABLE", "unreadable date", "missing", "ssd_missing",
          "miss_missing_episode_start_date", "a date can be read",
          lambda row: {"miss_missing_episode_start_date": _unreadable(row)}, yearly=_EVENT),
    Fault("MISSING_END_BEFORE_START", "end before start", "missing", "ssd_missing",
          "miss_missing_episode_end_date", "end not before start",
          lambda row: {"miss_missing_episode_end_date": minute(row["start"] - 2 * MINUTES)},
          since=lambda row: row["interview_rec"] + 31, yearly=_EVENT),
    Fault("MISSING_OVERLAP", "overlaps another spell", "missing", "ssd_missing",
          "miss_missing_episode_start_date", "spells of a child do not overlap",
          lambda row: {"miss_table_id": words(str(row["rid"] + 5_000_000)),
                       "miss_missing_episode_start_date": minute(row["start"] + MINUTES)},
          "copy", _two_days, lambda row: row["interview_rec"] + 31, yearly=_EVENT),
    Fault("MISSING_STILL_OPEN", "open for years", "missing", "ssd_missing",
          "miss_missing_episode_end_date", "nobody is missing for years",
          lambda _: {"miss_missing_episode_end_date": NOTHING,
                     "miss_missing_rhi_offered": NOTHING, "miss_missing_rhi_accepted": NOTHING},
          since=lambda row: row["day"] + 800, yearly=_EVENT),
    Fault("MISSING_TYPE_UNKNOWN", "unknown code", "missing", "ssd_missing",
          "miss_missing_episode_type", "code is in its list",
          lambda _: {"miss_missing_episode_type": words("Q")}, yearly=_EVENT),
    Fault("MISSING_ACCEPTED_NOT_OFFERED", "interview accepted but not offered", "missing",
          "ssd_missing", "miss_missing_rhi_accepted", "accepted only if offered",
          lambda _: {"miss_missing_rhi_offered": NOTHING,
                     "miss_missing_rhi_accepted": words("Y")},
          since=lambda row: row["interview_rec"] + 31, yearly=_EVENT),
    # leaving care
    Fault("CARE_LEAVER_REPEAT", "exact repeat", "care_leavers", "ssd_care_leavers",
          "clea_person_id", "an observation occurs twice", action="copy", yearly=_EVENT),
    Fault("CARE_LEAVER_NO_ACTIVITY", "in touch without activity", "care_leavers",
          "ssd_care_leavers", "clea_care_leaver_activity", "in touch: activity is known",
          lambda _: {"clea_care_leaver_activity": NOTHING}, choose=_in_touch, yearly=_EVENT),
    Fault("CARE_LEAVER_NO_DATE", "no contact date", "care_leavers", "ssd_care_leavers",
          "clea_care_leaver_latest_contact", "an observation needs its date",
          lambda _: {"clea_care_leaver_latest_contact": NOTHING}, yearly=_EVENT),
    Fault("CARE_LEAVER_TOUCH_UNKNOWN", "unknown code", "care_leavers", "ssd_care_leavers",
          "clea_care_leaver_in_touch", "code is in its list",
          lambda _: {"clea_care_leaver_in_touch": words("PERHAPS")}, yearly=_EVENT),
    Fault("CARE_LEAVER_ACTIVITY_UNKNOWN", "unknown code", "care_leavers", "ssd_care_leavers",
          "clea_care_leaver_activity", "code is in its list",
          lambda _: {"clea_care_leaver_activity": words("Q9")}, choose=_in_touch, yearly=_EVENT),
    Fault("CARE_LEAVER_HOME_UNKNOWN", "unknown code", "care_leavers", "ssd_care_leavers",
          "clea_care_leaver_accommodation", "code is in its list",
          lambda _: {"clea_care_leaver_accommodation": words("Q")}, choose=_in_touch,
          yearly=_EVENT),
    Fault("CARE_LEAVER_ACTIVITY_UNTOUCHED", "activity though not in touch", "care_leavers",
          "ssd_care_leavers", "clea_care_leaver_activity", "not in touch: activity is empty",
          lambda _: {"clea_care_leaver_activity": words("G5"),
                     "clea_care_leaver_accommodation": words("U"),
                     "clea_care_leaver_accom_suitable": words("1")},
          choose=_out_of_touch, yearly=_EVENT),
)  # fmt: skip
"""Every kind of fault: code, name, where, the rule that must find it, and how it is made."""

LOCAL_FAULTS: tuple[Fault, ...] = (
    # return interviews
    Fault("INTERVIEW_REPEAT", "exact repeat", "interviews", "return_interviews",
          "return_interview_id", "an id occurs twice", action="copy", yearly=_EVENT),
    Fault("INTERVIEW_BEFORE_RETURN", "held before the return", "interviews", "return_interviews",
          "held_at", "held not before the return",
          lambda row: {"held_at": minute(row["ended"] - 300)}, choose=_held, yearly=_EVENT),
    Fault("INTERVIEW_NOT_ACCEPTED", "held though not accepted", "interviews", "return_interviews",
          "accepted", "held only if accepted", lambda _: {"accepted": words("N")},
          choose=_held, yearly=_EVENT),
    Fault("INTERVIEW_REASON_UNKNOWN", "unknown code", "interviews", "return_interviews",
          "missing_reason", "code is in its list",
          lambda _: {"missing_reason": words("Fictional words of a child")}, choose=_held,
          yearly=_EVENT),
    Fault("INTERVIEW_NO_SPELL", "no missing spell", "interviews", "return_interviews",
          "missing_episode_id", "the spell is in the extract",
          lambda _: {"missing_episode_id": words("99999990"), "missing_start": NOTHING},
          yearly=_EVENT),
    # education
    Fault("EXCLUSION_ORPHAN", "unknown person", "education", "education_status", "person_id",
          "the person is in the extract", lambda _: {"person_id": NOBODY}, yearly=_EVENT),
    Fault("EXCLUSION_NO_DATE", "no date", "education", "education_status", "start_date",
          "an exclusion needs its date", lambda _: {"start_date": NOTHING}, yearly=_EVENT),
    Fault("EXCLUSION_END_BEFORE_START", "end before start", "education", "education_status",
          "end_date", "end not before start",
          lambda row: {"end_date": day(row["day"] - 3)}, choose=_suspended, yearly=_EVENT),
    Fault("EXCLUSION_STATUS_UNKNOWN", "unknown code", "education", "education_status", "status",
          "code is in its list", lambda _: {"status": words("Sent home")}, yearly=_EVENT),
    Fault("EXCLUSION_REPEAT", "exact repeat", "education", "education_status",
          "education_status_id", "an id occurs twice", action="copy", yearly=_EVENT),
)  # fmt: skip
"""Faults of the local files: planted after the others, which they leave as they are."""


def make_plan(setting: Setting, truth: Truth) -> Plan:
    """Choose the records of a year's stories that get a fault; no child gets two."""
    people = truth["people"]
    free = np.ones(length(people), dtype=bool)
    order = np.argsort(people["person"])
    known = people["person"][order]
    known_twice = np.unique(truth["referrals"]["person"][truth["referrals"]["alt"] > 0])
    free[order[np.searchsorted(known, known_twice)]] = False
    scale = min(1.0, setting.size**0.5) * max(1.0, setting.size)
    found: dict[str, list[Planted]] = {}
    # the rare records first, so that there is a child left for them; the local files last
    for faults, dice in (
        (FAULTS, setting.dice("faults")),
        (LOCAL_FAULTS, setting.dice("local faults")),
    ):
        for fault in sorted(faults, key=lambda fault: (fault.yearly, fault.code)):
            rows = truth[fault.source]
            wanted = _yearly_count(fault, setting, fault.yearly * scale)
            lot = dice.share(length(rows))
            owner = order[np.searchsorted(known, rows["person"])]
            fits = fault.choose(rows, truth) & free[owner] & (rows["gone"] == NEVER)
            candidates = np.flatnonzero(fits)
            candidates = candidates[np.argsort(lot[candidates], kind="stable")]
            _, first = np.unique(owner[candidates], return_index=True)
            chosen = candidates[np.sort(first)][:wanted]
            free[owner[chosen]] = False
            put_right = dice.chance(0.25, len(chosen))
            after = dice.between(40, 500, len(chosen))
            for position, corrected, wait in zip(
                chosen.tolist(), put_right.tolist(), after.tolist(), strict=True
            ):
                row = {name: int(values[position]) for name, values in rows.items()}
                first_day = max(row["rec"], fault.since(row)) if fault.since else row["rec"]
                planted = Planted(
                    fault,
                    row["rid"],
                    first_day,
                    first_day + wait if corrected else NEVER,
                    tuple(fault.change(row).items()),
                )
                found.setdefault(fault.table, []).append(planted)
    return Plan({table: tuple(planted) for table, planted in found.items()})


def _yearly_count(fault: Fault, setting: Setting, rate: float) -> int:
    """How many a year gets: evenly over the years, so that every kind is there."""
    phase = zlib.crc32(f"{setting.seed}|{setting.la_code}|{fault.code}".encode()) / 2**32
    return int(rate * (setting.year + 1) + phase) - int(rate * setting.year + phase)


def join_plans(plans: Iterable[Plan]) -> Plan:
    """One plan of several."""
    joined: dict[str, tuple[Planted, ...]] = {}
    for plan in plans:
        for table, planted in plan.by_table.items():
            joined[table] = joined.get(table, ()) + planted
    return Plan(joined)


def plant(
    connection: duckdb.DuckDBPyConnection,
    query: str,
    table: TableLayout,
    planted: list[Planted],
    dialect: Dialect,
    path: Path,
) -> list[tuple[str, ...]]:
    """Write a table with its faults; returns the ledger's rows for those that are in it.

    A fault is left out where the case system doesn't have its columns or doesn't show its record.
    """
    rows = [
        item
        for item in planted
        if all(column_name(dialect, name) in table.columns for name, _ in item.edits)
        and column_name(dialect, item.fault.column) in table.columns
    ]
    connection.execute(
        "create or replace temp table written as"
        f" select row_number() over () as _seq, 0 as _copy, * from ({query}) as rows_of_table"
    )
    faults = pa.table(
        {
            "rid": pa.array([item.rid for item in rows], pa.int64()),
            "number": pa.array(range(1, len(rows) + 1), pa.int64()),
            "action": pa.array([item.fault.action for item in rows], pa.string()),
        }
    )
    connection.register("planted_faults", faults)
    connection.execute(
        """insert into written
        select 1000000000 + planted_faults.number, planted_faults.number,
            written.* exclude (_seq, _copy)
        from planted_faults
        inner join written on written._rid = planted_faults.rid and written._copy = 0
        where planted_faults.action = 'copy'
        order by planted_faults.number"""
    )
    _edit(connection, rows, dialect)
    shown = _shown(connection, table)
    connection.execute(
        """delete from written where _rid in (
            select rid from planted_faults where action = 'drop')"""
    )
    columns = ", ".join(f'"{name}"' for name in table.columns)
    copy_to(
        connection,
        f"select _rid, {columns} from written order by _seq",
        path,
        dialect.null_token,
    )
    connection.unregister("planted_faults")
    ledger: list[tuple[str, ...]] = []
    for number, record, person in shown:
        fault = rows[number - 1].fault
        column = column_name(dialect, fault.column)
        ledger.append(
            (fault.code, fault.name, fault.table, column, record or "", person or "", fault.rule)
        )
    return ledger


def _edit(connection: duckdb.DuckDBPyConnection, rows: list[Planted], dialect: Dialect) -> None:
    """Write the wrong values, column by column."""
    by_column: dict[str, list[tuple[int, int, str | None]]] = {}
    for number, item in enumerate(rows, start=1):
        copy = number if item.fault.action == "copy" else 0
        for name, value in item.edits:
            edits = by_column.setdefault(column_name(dialect, name), [])
            edits.append((item.rid, copy, value.written(dialect)))
    for name, edits in sorted(by_column.items()):
        values = pa.table(
            {
                "rid": pa.array([edit[0] for edit in edits], pa.int64()),
                "copy_number": pa.array([edit[1] for edit in edits], pa.int64()),
                "value": pa.array([edit[2] for edit in edits], pa.string()),
            }
        )
        connection.register("wrong_values", values)
        connection.execute(
            f"""update written set "{name}" = wrong_values.value from wrong_values
            where written._rid = wrong_values.rid and written._copy = wrong_values.copy_number"""
        )
        connection.unregister("wrong_values")


def _shown(
    connection: duckdb.DuckDBPyConnection, table: TableLayout
) -> list[tuple[int, str | None, str | None]]:
    """The faults whose record is in the file: number, record id, person id as written there."""
    record = f'"{table.record_column}"' if table.record_column in table.columns else "null"
    person = f'"{table.person_column}"' if table.person_column in table.columns else "null"
    return connection.execute(
        f"""select planted_faults.number, {record}, {person}
        from planted_faults
        inner join written
            on written._rid = planted_faults.rid
            and written._copy =
                case when planted_faults.action = 'copy' then planted_faults.number else 0 end
        order by planted_faults.number"""
    ).fetchall()


def copy_to(connection: duckdb.DuckDBPyConnection, query: str, path: Path, null_token: str) -> None:
    """Write a query's rows (without `_rid`) as CSV: UTF-8, comma, header, quotes where needed."""
    connection.execute(
        f"copy (select * exclude (_rid) from ({query}) as rows_of_table) to {text(str(path))}"
        f" (format csv, header, delimiter ',', nullstr {text(null_token)})"
    )
