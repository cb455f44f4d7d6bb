"""The code sets that the generator writes: code, national label, and how often.

Labels follow the guides of the Department for Education for the children in need census and the
looked-after return; a list's order is the code's number in the simulation (-1 is null).
"""

from __future__ import annotations

from dataclasses import dataclass


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


def _code_set(*entries: tuple[str, str, float]) -> CodeSet:
    return CodeSet(
        tuple(entry[0] for entry in entries),
        tuple(entry[1] for entry in entries),
        tuple(entry[2] for entry in entries),
    )


SEX = _code_set(("F", "Female", 48.5), ("M", "Male", 51.0), ("U", "Unknown", 0.5))

ETHNICITY = _code_set(
    ("WBRI", "White British", 70),
    ("WIRI", "White Irish", 0.5),
    ("WOTH", "Any other White background", 6),
    ("WIRT", "Traveller of Irish heritage", 0.4),
    ("WROM", "Gypsy/Roma", 0.6),
    ("MWBC", "White and Black Caribbean", 3),
    ("MWBA", "White and Black African", 2),
    ("MWAS", "White and Asian", 1.5),
    ("MOTH", "Any other Mixed background", 2),
    ("AIND", "Indian", 1),
    ("APKN", "Pakistani", 1),
    ("ABAN", "Bangladeshi", 1),
    ("AOTH", "Any other Asian background", 1.5),
    ("BCRB", "Caribbean", 1),
    ("BAFR", "African", 5),
    ("BOTH", "Any other Black background", 1),
    ("CHNE", "Chinese", 0.2),
    ("OOTH", "Any other ethnic group", 1.3),
    ("REFU", "Refused", 0.3),
    ("NOBT", "Information not yet obtained", 0.7),
)

DISABILITY = _code_set(
    ("NONE", "No disability", 0),
    ("MOB", "Mobility", 8),
    ("HAND", "Hand function", 3),
    ("PC", "Personal care", 6),
    ("INC", "Incontinence", 4),
    ("COMM", "Communication", 15),
    ("LD", "Learning", 24),
    ("HEAR", "Hearing", 4),
    ("VIS", "Vision", 4),
    ("BEH", "Behaviour", 14),
    ("CON", "Consciousness", 3),
    ("AUT", "Autism or Asperger Syndrome", 22),
    ("DDA", "Other disability", 5),
)

NEED = _code_set(
    ("N1", "Abuse or neglect", 52),
    ("N2", "Child's disability or illness", 8),
    ("N3", "Parental disability or illness", 4),
    ("N4", "Family in acute stress", 10),
    ("N5", "Family dysfunction", 16),
    ("N6", "Socially unacceptable behaviour", 4),
    ("N7", "Low income", 1),
    ("N8", "Absent parenting", 1),
    ("N9", "Cases other than children in need", 3),
    ("N0", "Not stated", 1),
)

SOURCE = _code_set(
    ("1A", "Individual - family member, relative or carer", 8),
    ("1B", "Individual - acquaintance (including neighbours and child minders)", 2),
    ("1C", "Individual - self", 1),
    ("1D", "Individual - other (including strangers, MPs)", 1),
    ("2A", "Schools", 19),
    ("2B", "Education services", 2),
    ("3A", "Health services - GP", 2),
    ("3B", "Health services - health visitor", 2),
    ("3C", "Health services - school nurse", 1),
    ("3D", "Health services - other primary health services", 4),
    ("3E", "Health services - A&E (emergency department)", 4),
    ("3F", "Health services - other (e.g. hospice)", 3),
    ("4", "Housing (local authority housing or housing association)", 2),
    ("5A", "Local authority services - social care", 6),
    ("5B", "Local authority services - other internal", 5),
    ("5C", "Local authority services - external", 4),
    ("5D", "Local authority services - early help", 3),
    ("6", "Police", 25),
    ("7", "Other legal agency", 3),
    ("8", "Other", 3),
    ("9", "Anonymous", 2),
    ("10", "Unknown", 0.5),
)

CLOSE_REASON = _code_set(
    ("RC1", "Adopted", 0),
    ("RC2", "Died", 0),
    ("RC3", "Child arrangements order", 0),
    ("RC4", "Special guardianship order", 0),
    ("RC5", "Transferred to services of another LA", 0),
    ("RC6", "Transferred to adult social services", 0),
    ("RC7", "Services ceased for any other reason", 0),
    ("RC8", "Case closed after assessment, no further action", 0),
    ("RC9", "Case closed after assessment, referred to early help", 0),
)

FACTOR = _code_set(
    *(
        (code, code, weight)
        for code, weight in (
            ("1A", 2), ("1B", 8), ("1C", 3), ("2A", 4), ("2B", 8), ("2C", 3), ("3A", 6),
            ("3B", 20), ("3C", 5), ("4A", 12), ("4B", 18), ("4C", 5), ("5A", 7), ("5B", 2),
            ("5C", 1), ("6A", 4), ("6B", 3), ("6C", 1), ("7A", 2), ("8B", 0.1), ("8C", 0.1),
            ("8D", 0.1), ("8E", 0.1), ("8F", 0.1), ("9A", 0.0), ("10A", 2), ("11A", 2),
            ("12A", 0.6), ("13A", 1.5), ("14A", 4), ("15A", 4), ("16A", 9), ("17A", 12),
            ("18B", 2), ("18C", 5), ("19B", 2), ("19C", 3), ("20", 8), ("21", 2), ("22A", 0.2),
            ("23A", 0.1), ("24A", 1.5),
        )
    )
)  # fmt: skip

CATEGORY = _code_set(
    ("NEG", "Neglect", 0),
    ("PHY", "Physical abuse", 0),
    ("SAB", "Sexual abuse", 0),
    ("EMO", "Emotional abuse", 0),
    ("MUL", "Multiple", 0),
)

LEGAL_STATUS = _code_set(
    ("C1", "Interim care order", 0),
    ("C2", "Full care order", 0),
    ("D1", "Freeing order granted", 0),
    ("E1", "Placement order granted", 0),
    ("V2", "Single period of accommodation under section 20", 0),
    ("V3", "Accommodated under an agreed series of short-term breaks (individually)", 0),
    ("V4", "Accommodated under an agreed series of short-term breaks (agreement)", 0),
    ("L1", "Under police protection and in local authority accommodation", 0),
    ("L2", "Emergency protection order", 0),
    ("L3", "Under child assessment order and in local authority accommodation", 0),
    ("J1", "Remanded to local authority accommodation or to youth detention", 0),
    ("J2", "Detained in local authority accommodation under PACE", 0),
    ("J3", "Sentenced to youth rehabilitation order with residence requirement", 0),
    ("SO", "Supervision order", 0),
    ("SG", "Special guardianship order", 0),
)
NON_CARE_STATUSES = ("SO", "SG")

EPISODE_START = _code_set(
    ("S", "Started to be looked after", 0),
    ("L", "Change of legal status only", 0),
    ("P", "Change of placement and carer(s) only", 0),
    ("T", "Change of placement (but same carer(s)) only", 0),
    ("B", "Change of legal status and placement and carer(s) at the same time", 0),
    ("U", "Change of legal status and change of placement (but same carer(s)) at the same time", 0),
)

EPISODE_END = _code_set(
    ("X1", "Episode ceases, and new episode begins on same day, for any reason", 0),
    ("E11", "Adopted - application for an adoption order unopposed", 0),
    ("E12", "Adopted - consent dispensed with by the court", 0),
    ("E2", "Died", 0),
    ("E3", "Care taken over by another LA in the UK", 0),
    ("E4A", "Returned home to live with parents, relatives or other person (planned)", 0),
    ("E4B", "Returned home to live with parents, relatives or other person (unplanned)", 0),
    ("E13", "Left care to live with parents, relatives or other person with no PR", 0),
    ("E41", "Residence order or child arrangements order granted", 0),
    ("E45", "Special guardianship order made to former foster carers (relative or friend)", 0),
    ("E46", "Special guardianship order made to former foster carers (other)", 0),
    ("E47", "Special guardianship order made to carers other than former foster carers (kin)", 0),
    ("E48", "Special guardianship order made to carers other than former foster carers (other)", 0),
    ("E5", "Moved into independent living arrangement, supportive accommodation", 0),
    ("E6", "Moved into independent living arrangement, no formalised support", 0),
    ("E7", "Transferred to residential care funded by adult social care services", 0),
    ("E8", "Period of being looked after ceased for any other reason", 0),
    ("E9", "Sentenced to custody", 0),
    ("E14", "Accommodation on remand ended", 0),
    ("E15", "Age assessment determined child is aged 18 or over", 0),
    ("E16", "Child moved abroad", 0),
    ("E17", "Aged 18 (or over) and remained with current carers (staying put)", 0),
)

PLACEMENT_TYPE = _code_set(
    ("A3", "Placed for adoption with parental consent with current foster carer", 0),
    ("A4", "Placed for adoption with parental consent not with current foster carer", 0),
    ("A5", "Placed for adoption with placement order with current foster carer", 0),
    ("A6", "Placed for adoption with placement order not with current foster carer", 0),
    ("K1", "Secure children's homes", 0),
    ("K2", "Children's homes subject to Children's Homes Regulations", 0),
    ("K3", "Supported accommodation", 0),
    ("H5", "Semi-independent living accommodation not subject to children's homes regulations", 0),
    ("P1", "Placed with own parents or other person with parental responsibility", 0),
    ("P2", "Independent living", 0),
    ("P3", "Residential employment", 0),
    ("R1", "Residential care home", 0),
    ("R2", "NHS/health trust or other establishment providing medical or nursing care", 0),
    ("R3", "Family centre or mother and baby unit", 0),
    ("R5", "Young offender institution", 0),
    ("S1", "All residential schools, except where dual-registered as a children's home", 0),
    ("T0", "All types of temporary move", 0),
    ("T1", "Temporary periods in hospital", 0),
    ("T2", "Temporary absences of the child on holiday", 0),
    ("T3", "Temporary accommodation whilst normal foster carer is on holiday", 0),
    ("T4", "Temporary accommodation of seven days or less for any reason", 0),
    ("U1", "Foster placement with relative or friend - long term fostering", 0),
    ("U2", "Foster placement with relative or friend who is also an approved adopter - FFA", 0),
    ("U3", "Foster placement with relative or friend - not long term or FFA", 0),
    ("U4", "Placement with other foster carer - long term fostering", 0),
    ("U5", "Placement with other foster carer who is also an approved adopter - FFA", 0),
    ("U6", "Placement with other foster carer - not long term or FFA", 0),
    ("Z1", "Other placements", 0),
)

PROVIDER = _code_set(
    ("PR0", "Parent(s) or other person with parental responsibility", 0),
    ("PR1", "Own provision (by the LA)", 0),
    ("PR2", "Other LA provision", 0),
    ("PR3", "Other public provision", 0),
    ("PR4", "Private provision", 0),
    ("PR5", "Voluntary/third sector provision", 0),
)

CHANGE_REASON = _code_set(
    ("CARPL", "Change to/implementation of care plan", 34),
    ("CLOSE", "Resignation/closure of provision", 2),
    ("ALLEG", "Allegation (s47)", 2),
    ("STAND", "Standards of care concern", 3),
    ("APPRR", "Approval removed", 1),
    ("CREQB", "Carer requests placement end due to child's behaviour", 12),
    ("CREQO", "Carer requests placement end other than due to child's behaviour", 12),
    ("CHILD", "Child requests placement end", 6),
    ("LAREQ", "Responsible/area authority requests placement end", 3),
    ("PLACE", "Change in the status of placement only", 0),
    ("CUSTOD", "Custody arrangement", 1),
    ("OTHER", "Other", 24),
)

PARTICIPATION = _code_set(
    ("PN0", "Child aged under 4 at the time of the review", 0),
    ("PN1", "Child physically attends and speaks for him or herself", 45),
    ("PN2", "Child physically attends and an advocate speaks on his or her behalf", 5),
    ("PN3", "Child attends and conveys his or her view symbolically", 3),
    ("PN4", "Child physically attends but does not speak for him or herself", 4),
    ("PN5", "Child does not attend but briefs an advocate to speak for him or her", 14),
    ("PN6", "Child does not attend but conveys feelings to the review by a facilitative medium", 24),
    ("PN7", "Child does not attend nor are his or her views conveyed to the review", 5),
)

HEALTH_CHECK = _code_set(
    ("INITIAL", "Initial Health Assessment", 0),
    ("REVIEW", "Review Health Assessment", 0),
    ("DENTAL", "Dental Check", 0),
    ("OPTICIAN", "Optician Check", 0),
)
HEALTH_STATUS = _code_set(
    ("Planned", "Planned", 0),
    ("Refused", "Refused", 0),
    ("Cancelled", "Cancelled", 0),
    ("Completed", "Completed", 0),
)

IMMIGRATION = _code_set(
    ("ILR", "ILR", 0),
    ("DLR", "DLR to 18", 0),
    ("REFUGEE", "Refugee Status", 0),
    ("ADULT", "Adult Asylum Seeker", 0),
    ("UASC", "Unaccompanied Asylum Seeking Child", 0),
)

ELIGIBILITY = _code_set(
    ("Relevant", "a) Relevant child", 0),
    ("Former Relevant", "b) Former relevant child", 0),
    ("Qualifying", "c) Qualifying care leaver", 0),
    ("Eligible", "d) Eligible", 0),
)
IN_TOUCH = _code_set(
    ("YES", "Yes", 93),
    ("NO", "No", 3),
    ("DIED", "Died after leaving care", 0),
    ("REFU", "Young person refuses contact", 2),
    ("NREQ", "Young person no longer requires services", 1),
    ("RHOM", "Young person returned home", 1),
)
ACCOMMODATION = _code_set(
    ("B", "With parents or relatives", 10),
    ("C", "Community home or other form of residential care", 4),
    ("D", "Semi-independent, transitional accommodation", 26),
    ("E", "Supported lodgings", 5),
    ("G", "Gone abroad", 0.5),
    ("H", "Deported", 0.2),
    ("K", "Ordinary lodgings, without formal support", 3),
    ("R", "Residence not known", 1.5),
    ("S", "No fixed abode / homeless", 1),
    ("T", "Foyers and similar supported accommodation", 3),
    ("U", "Independent living", 34),
    ("V", "Emergency accommodation", 0.6),
    ("W", "Bed and breakfast", 0.4),
    ("X", "In custody", 2.5),
    ("Y", "Other accommodation", 3),
    ("Z", "With former foster carers", 8),
)
SUITABILITY = _code_set(
    ("1", "Accommodation considered suitable", 0),
    ("2", "Accommodation considered unsuitable", 0),
)
ACTIVITY = _code_set(
    ("F1", "Full time in higher education i.e. studies beyond A level", 5),
    ("P1", "Part time in higher education i.e. studies beyond A level", 1),
    ("F2", "Full time in education other than higher education", 40),
    ("P2", "Part time in education other than higher education", 8),
    ("F4", "Full time in training or employment (not an apprenticeship)", 28),
    ("P4", "Part time in training or employment (not an apprenticeship)", 10),
    ("F5", "Full time in an apprenticeship", 6),
    ("P5", "Part time in an apprenticeship", 1),
    ("G4", "Not in education, employment or training because of illness or disability", 20),
    ("G5", "Not in education, employment or training: other circumstances", 66),
    ("G6", "Not in education, employment or training due to pregnancy or parenting", 14),
)
EET_ACTIVITIES = 8

MISSING_TYPE = _code_set(("M", "Missing", 92), ("A", "Absent", 8))
YES_NO = _code_set(("N", "No", 0), ("Y", "Yes", 0), ("NA", "Not applicable", 0))

WORKER_CHANGE = _code_set(
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
