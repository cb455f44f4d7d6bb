"""The code sets that the generator writes, and how often it writes each code.

Codes and national labels come from the seed `code_sets/code.csv`, which the warehouse reads too;
what is only in a case system is written here. A code's position is its number in the simulation
(-1 is null). Weights of 0 are codes that the stories choose themselves. Weights are our own.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from csc_warehouse.places import SEEDS


@dataclass(frozen=True)
class CodeSet:
    """Codes with labels and weights, in the same order."""

    codes: tuple[str, ...]
    labels: tuple[str, ...]
    weights: tuple[float, ...]

    def number(self, code: str) -> int:
        """The position of a code."""
        return self.codes.index(code)

    def numbers(self, *codes: str) -> list[int]:
        """The positions of several codes."""
        return [self.codes.index(code) for code in codes]


@lru_cache(maxsize=1)
def _national_labels() -> dict[tuple[str, str], str]:
    """Labels by code set and code."""
    with (SEEDS / "code_sets" / "code.csv").open(encoding="utf-8", newline="") as handle:
        return {(row["code_set"], row["code"]): row["label"] for row in csv.DictReader(handle)}


def _from_seed(
    code_set: str, weights: Mapping[str, float], others: Sequence[tuple[str, str]] = ()
) -> CodeSet:
    """National codes of a set, and others that only a case system has (code and label)."""
    labels = _national_labels()
    return CodeSet(
        (*weights, *(code for code, _ in others)),
        (*(labels[code_set, code] for code in weights), *(label for _, label in others)),
        (*weights.values(), *(0.0 for _ in others)),
    )


def _unweighted(code_set: str, codes: str, others: Sequence[tuple[str, str]] = ()) -> CodeSet:
    """National codes (with blanks between) that the stories choose themselves."""
    return _from_seed(code_set, dict.fromkeys(codes.split(), 0.0), others)


def _here(*entries: tuple[str, str, float]) -> CodeSet:
    """Codes that no seed has."""
    return CodeSet(
        tuple(entry[0] for entry in entries),
        tuple(entry[1] for entry in entries),
        tuple(entry[2] for entry in entries),
    )


SEX = _from_seed("sex", {
    "F": 48.5, "M": 51, "U": 0.5,
})  # fmt: skip

ETHNICITY = _from_seed("ethnicity", {
    "WBRI": 70, "WIRI": 0.5, "WOTH": 6, "WIRT": 0.4, "WROM": 0.6, "MWBC": 3, "MWBA": 2,
    "MWAS": 1.5, "MOTH": 2, "AIND": 1, "APKN": 1, "ABAN": 1, "AOTH": 1.5, "BCRB": 1, "BAFR": 5,
    "BOTH": 1, "CHNE": 0.2, "OOTH": 1.3, "REFU": 0.3, "NOBT": 0.7,
})  # fmt: skip

DISABILITY = _from_seed("disability", {
    "NONE": 0, "MOB": 8, "HAND": 3, "PC": 6, "INC": 4, "COMM": 15, "LD": 24, "HEAR": 4,
    "VIS": 4, "BEH": 14, "CON": 3, "AUT": 22, "DDA": 5,
})  # fmt: skip

NEED = _from_seed("primary_need", {
    "N1": 52, "N2": 8, "N3": 4, "N4": 10, "N5": 16, "N6": 4, "N7": 1, "N8": 1, "N9": 3,
    "N0": 1,
})  # fmt: skip

SOURCE = _from_seed("referral_source", {
    "1A": 8, "1B": 2, "1C": 1, "1D": 1, "2A": 19, "2B": 2, "3A": 2, "3B": 2, "3C": 1, "3D": 4,
    "3E": 4, "3F": 3, "4": 2, "5A": 6, "5B": 5, "5C": 4, "5D": 3, "6": 25, "7": 3, "8": 3,
    "9": 2, "10": 0.5,
})  # fmt: skip

CLOSE_REASON = _unweighted(
    "close_reason",
    "RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9",
)

FACTOR = _from_seed("assessment_factor", {
    "1A": 2, "1B": 8, "1C": 3, "2A": 4, "2B": 8, "2C": 3, "3A": 6, "3B": 20, "3C": 5, "4A": 12,
    "4B": 18, "4C": 5, "5A": 7, "5B": 2, "5C": 1, "6A": 4, "6B": 3, "6C": 1, "7A": 2,
    "8B": 0.1, "8C": 0.1, "8D": 0.1, "8E": 0.1, "8F": 0.1, "9A": 0, "10A": 2, "11A": 2,
    "12A": 0.6, "13A": 1.5, "14A": 4, "15A": 4, "16A": 9, "17A": 12, "18B": 2, "18C": 5,
    "19B": 2, "19C": 3, "20": 8, "21": 2, "22A": 0.2, "23A": 0.1, "24A": 1.5, "18A": 0,
    "19A": 0,
})  # fmt: skip

CATEGORY = _unweighted(
    "abuse_category",
    "NEG PHY SAB EMO MUL",
)

LEGAL_STATUS = _unweighted(
    "legal_status",
    "C1 C2 D1 E1 V2 V3 V4 L1 L2 L3 J1 J2 J3",
    others=(("SO", "Supervision order"), ("SG", "Special guardianship order")),
)

NON_CARE_STATUSES = ("SO", "SG")

EPISODE_START = _unweighted(
    "episode_start_reason",
    "S L P T B U",
)

EPISODE_END = _unweighted(
    "episode_end_reason",
    "X1 E11 E12 E2 E3 E4A E4B E13 E41 E45 E46 E47 E48 E5 E6 E7 E8 E9 E14 E15 E16 E17 E43 E44",
)

PLACEMENT_TYPE = _unweighted(
    "placement_type",
    "A3 A4 A5 A6 K1 K2 K3 H5 P1 P2 P3 R1 R2 R3 R5 S1 T0 T1 T2 T3 T4 U1 U2 U3 U4 U5 U6 Z1",
)

PROVIDER = _unweighted(
    "placement_provider",
    "PR0 PR1 PR2 PR3 PR4 PR5",
)

CHANGE_REASON = _from_seed("placement_change_reason", {
    "CARPL": 34, "CLOSE": 2, "ALLEG": 2, "STAND": 3, "APPRR": 1, "CREQB": 12, "CREQO": 12,
    "CHILD": 6, "LAREQ": 3, "PLACE": 0, "CUSTOD": 1, "OTHER": 24,
})  # fmt: skip

PARTICIPATION = _from_seed("review_participation", {
    "PN0": 0, "PN1": 45, "PN2": 5, "PN3": 3, "PN4": 4, "PN5": 14, "PN6": 24, "PN7": 5,
})  # fmt: skip

HEALTH_CHECK = _here(
    ("INITIAL", "Initial Health Assessment", 0),
    ("REVIEW", "Review Health Assessment", 0),
    ("DENTAL", "Dental Check", 0),
    ("OPTICIAN", "Optician Check", 0),
)

HEALTH_STATUS = _here(
    ("Planned", "Planned", 0),
    ("Refused", "Refused", 0),
    ("Cancelled", "Cancelled", 0),
    ("Completed", "Completed", 0),
)

IMMIGRATION = _here(
    ("ILR", "ILR", 0),
    ("DLR", "DLR to 18", 0),
    ("REFUGEE", "Refugee Status", 0),
    ("ADULT", "Adult Asylum Seeker", 0),
    ("UASC", "Unaccompanied Asylum Seeking Child", 0),
)

ELIGIBILITY = _here(
    ("Relevant", "a) Relevant child", 0),
    ("Former Relevant", "b) Former relevant child", 0),
    ("Qualifying", "c) Qualifying care leaver", 0),
    ("Eligible", "d) Eligible", 0),
)

IN_TOUCH = _from_seed("care_leaver_in_touch", {
    "YES": 94.5, "NO": 2, "DIED": 0, "REFU": 1.7, "NREQ": 0.8, "RHOM": 1,
})  # fmt: skip

ACCOMMODATION = _from_seed("care_leaver_accommodation", {
    "B": 10, "C": 4, "D": 26, "E": 5, "G": 0.5, "H": 0.2, "K": 3, "R": 1.5, "S": 1, "T": 3,
    "U": 34, "V": 0.6, "W": 0.4, "X": 2.5, "Y": 3, "Z": 8,
})  # fmt: skip

SUITABILITY = _unweighted(
    "care_leaver_suitability",
    "1 2",
)

ACTIVITY = _from_seed("care_leaver_activity", {
    "F1": 5, "P1": 1, "F2": 40, "P2": 8, "F4": 6, "P4": 1, "F5": 28, "P5": 10, "G4": 20,
    "G5": 66, "G6": 14, "F3": 0, "P3": 0,
})  # fmt: skip

EET_ACTIVITIES, NEET_ACTIVITIES = 8, 3
"""The first codes are education, employment or training; the next ones are not."""

MISSING_TYPE = _from_seed("missing_type", {
    "M": 92, "A": 8,
})  # fmt: skip

YES_NO = _unweighted(
    "yes_no_na",
    "N Y NA",
)

WORKER_CHANGE = _here(
    ("MANAGE", "Organisational or management reasons", 20),
    ("FCONTA", "First contact or care episode", 0),
    ("LEFTRL", "Worker left role permanently", 28),
    ("ORGRST", "Organisational restructure", 6),
    ("TSPROC", "Transferred to another team in line with process", 34),
    ("ABSENC", "Worker absence", 6),
    ("CHCHAN", "Request by child", 1),
    ("PCCHAN", "Request by parent or carer", 1),
    ("OTHERS", "Other reason", 4),
)

CONTACT_OUTCOMES = (
    "NEW_REFERRAL_FLAG", "EXISTING_REFERRAL_FLAG", "CP_ENQUIRY_FLAG", "NFA_FLAG",
    "NON_AGENCY_ADOPTION_FLAG", "PRIVATE_FOSTERING_FLAG", "ADVICE_FLAG", "MISSING_FLAG",
    "OLA_CP_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
REFERRAL_OUTCOMES = (
    "SINGLE_ASSESSMENT_FLAG", "NFA_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG",
    "NON_AGENCY_ADOPTION_FLAG", "PRIVATE_FOSTERING_FLAG", "CP_TRANSFER_IN_FLAG",
    "CP_CONFERENCE_FLAG", "CARE_LEAVER_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
ASSESSMENT_OUTCOMES = (
    "NFA_FLAG", "NFA_S47_END_FLAG", "STRATEGY_DISCUSSION_FLAG", "CLA_REQUEST_FLAG",
    "PRIVATE_FOSTERING_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG",
    "PROV_OF_SB_CARE_FLAG", "SPECIALIST_ASSESSMENT_FLAG", "REFERRAL_TO_OTHER_AGENCY_FLAG",
    "OTHER_ACTIONS_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
S47_OUTCOMES = (
    "NFA_FLAG", "LEGAL_ACTION_FLAG", "PROV_OF_SERVICES_FLAG", "PROV_OF_SB_CARE_FLAG",
    "CP_CONFERENCE_FLAG", "NFA_CONTINUE_SINGLE_FLAG", "MONITOR_FLAG",
    "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip
CONFERENCE_OUTCOMES = (
    "NFA_FLAG", "REFERRAL_TO_OTHER_AGENCY_FLAG", "SINGLE_ASSESSMENT_FLAG",
    "PROV_OF_SERVICES_FLAG", "CP_FLAG", "OTHER_OUTCOMES_EXIST_FLAG",
)  # fmt: skip

MISSING_REASON = _from_seed("missing_reason", {
    "FRIENDS": 34, "FAMILY": 22, "PLACEMENT": 14, "LATE": 12, "EXPLOITATION": 6, "SUBSTANCE": 3,
    "SCHOOL": 2, "OTHER": 4, "NOT_SAID": 3,
})  # fmt: skip
"""Why a child went missing, as the return interview found."""

EARLY_HELP_ORGANISATIONS = (
    "Fictional early help service",
    "Fictional Primary School",
    "Fictional Health Visitors",
    "Fictional Academy",
    "Fictional Family Charity",
)
"""Who helps a family before social care does: the council, schools, the health service, others."""

TEAM_KINDS = (
    ("Front door", 1),
    ("Assessment", 3),
    ("Family safeguarding", 5),
    ("Children looked after", 3),
    ("Leaving care", 2),
    ("Disabled children", 1),
    ("Early help", 2),
    ("Reviewing officers", 1),
)
"""Kinds of teams and how many of each at size 1.0; a kind's position is its number."""
FRONT_DOOR, ASSESSMENT, SAFEGUARDING, LOOKED_AFTER, LEAVING, DISABLED, EARLY_HELP, REVIEWING = (
    range(8)
)

WORKFORCE_ROLES = (*("Case holder",) * 6, "Qualified without cases", "Qualified without cases")
"""What the holders of posts do, by kind of team: early help and reviewing hold no cases."""
