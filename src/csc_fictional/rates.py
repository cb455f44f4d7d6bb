"""How often things happen in a fictional authority, and where each number comes from.

A number is for an authority of 45,000 children (size 1.0) and a year, unless it says otherwise.
Published sources, all of the Department for Education (explore-education-statistics.service.gov.uk)
and read for Thurrock (883), an authority of that size, years ending March 2022 to 2024:
[CIN] children in need (referrals C1, in need B1, plans D3 and D5); [CLA] children looked after
including adoptions (numbers, stability, new placements, care leavers); [CSWW] children's social
work workforce; [ONS] mid-year population estimate. [MIN] is what minutes of scrutiny committees
quote; [OWN] is our own assumption, chosen so that the published numbers come out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Rates:
    """Yearly numbers at size 1.0, shares (0 to 1) and mean lengths (days)."""

    # the front door
    child_population: int = 45_000  # [ONS] 44,804 aged 0-17 in mid-2022
    referrals: int = 2_200  # [CIN] C1: 2,478 / 2,203 / 2,198 (to check against)
    rereferral_share: float = 0.205  # [CIN] C1: 20.5 / 20.1 / 18.4 % (to check against)
    referred_families: int = 745  # [OWN] families referred for the first time
    another_referral_share: float = 0.515  # [OWN] a referral is followed by another one, one day
    another_referral_mean_days: float = 290.0  # [OWN] from the closure to the next referral
    children_per_family: tuple[float, ...] = (0.47, 0.30, 0.14, 0.06, 0.03)  # [OWN] 1 to 5
    sibling_referred_share: float = 0.75  # [OWN] a sibling is referred with the first child
    unborn_share: float = 0.025  # [OWN] families whose first child is not yet born
    pace_spread: float = 0.035  # [OWN] how much busier one year is than another, one sigma
    contact_only_families: int = 1_600  # [OWN] so that contacts are about 8,000 a year [MIN]
    contacts: int = 8_000  # [MIN] (to check against)
    other_contacts_per_referral: float = 1.25  # [OWN] contacts of a family around a referral
    early_help_share: float = 0.16  # [OWN] of contacts without a referral
    # what a referral leads to (no further action, assessed only, CIN plan, S47 only, conference
    # without plan, CP plan): [CIN] NFA 2.5-6 %, 135-165 plans start, 300-400 in need begin
    referral_path: tuple[float, ...] = (0.03, 0.47, 0.275, 0.14, 0.013, 0.072)
    assessed_in_45_days_share: float = 0.955  # [CIN] 96.1 / 97.5 %
    conference_in_15_days_share: float = 0.82  # [OWN] England about 80 %
    cin_plan_mean_days: float = 260.0  # [OWN] so that about 1,400 are in need at 31 March [CIN] B1
    cp_reviews: tuple[float, ...] = (0.30, 0.40, 0.17, 0.09, 0.04)  # [OWN] reviews until the end
    cp_plans_at_31_march: int = 110  # [CIN] D5: 108 / 107 / 144 (to check against)
    category: tuple[float, ...] = (0.42, 0.07, 0.05, 0.38, 0.08)  # [OWN] NEG PHY SAB EMO MUL
    # care
    looked_after: int = 292  # [CLA] 294 / 292 / 290 (to check against)
    started_care: int = 120  # [CLA] 121 / 95 / 141 (to check against)
    care_share: tuple[float, ...] = (0.0, 0.011, 0.035, 0.062, 0.085, 0.205)  # [OWN] by path
    care_length: tuple[float, ...] = (0.285, 0.265, 0.45)  # [OWN] weeks, months, until grown up
    unaccompanied_arrivals: int = 29  # [CLA] 28 / 45 / 41 looked after; [MIN] 35
    short_break_children: float = 5.0  # [OWN] disabled children starting V4 (and V3: a third)
    three_placements_share: float = 0.105  # [CLA] 11 / 10 / 11 % (to check against)
    stable_share: float = 0.70  # [CLA] 66 / 74 / 69 % (to check against)
    unstable_child_share: float = 0.135  # [OWN] whose placements last weeks
    far_share: float = 0.28  # [CLA] 16 % of new placements over 20 miles outside, 17 % not known
    distance_unknown_share: float = (
        0.015  # [OWN] of placements, beside those of unaccompanied children
    )
    disability_share: float = 0.10  # [MIN] 9-11 % of looked-after children
    repeated_path_share: float = 0.45  # [OWN] a referral leads to what the last one led to
    initial_health_in_20_days_share: float = 0.70  # [OWN] [MIN] "an area of improvement"
    # missing: 218 episodes of 28 children in a quarter, 4 of them under 16 [MIN]
    missing_spells_a_quarter: int = 218  # (to check against)
    missing_children_a_quarter: int = 28  # (to check against)
    missing_phases_in_care: tuple[float, float] = (0.04, 0.42)  # [OWN] a year, aged 11-15, 16-17
    missing_phases_at_home: float = 0.010  # [OWN] of referred children aged 12-17, a referral
    missing_phase_mean_days: float = 150.0  # [OWN]
    missing_spells_a_day: float = 0.17  # [OWN] during a phase
    interview_offered_share: float = 0.985  # [MIN] 100 % (rounded)
    interview_accepted_share: tuple[float, float] = (0.56, 0.72)  # [MIN] to 2021, from 2022
    interview_in_72_hours_share: float = 0.82  # [OWN] of those held; the aim is nine in ten
    interview_independent_share: float = 0.88  # [OWN] "anyone with a relationship" [MIN]
    # school: of children in need, a school year (England 2023-24: 14.2 % suspended, 1.03 %
    # permanently excluded), by phase: primary, secondary
    suspended_share: tuple[float, float] = (0.05, 0.25)  # [OWN] so that 14.2 % come out
    permanently_excluded_share: tuple[float, float] = (0.003, 0.019)  # [OWN] 1.03 %
    # leaving care
    care_leaver_in_touch_share: float = 0.93  # [CLA] England 19-21
    suitable_share: tuple[float, float] = (0.95, 0.92)  # [CLA] 17-18: 96 %, 19-21: 92 %
    education_or_work_share: tuple[float, float] = (0.73, 0.51)  # [CLA] 17-18: 73 %, 19-21: 50-52
    supported_after_21_share: float = 0.30  # [OWN] [MIN] 260 in aftercare
    # the people who do it
    workers: int = 175  # [CSWW] 126 in post and 45 agency
    agency_share: float = 0.25  # [CSWW] 24.2-26.6 %
    vacancies: int = 21  # [CSWW] 14 % of 126 in post and the vacancies
    worker_leaves_share: float = 0.21  # [CSWW] turnover 15.9-21.2 %
    # how records get in
    late_share: float = 0.12  # [OWN] recorded some days after the event
    very_late_share: float = 0.02  # [OWN] recorded weeks or months after
    deleted_share: float = 0.008  # [OWN] recorded in error and deleted later
    corrected_share: float = 0.012  # [OWN] a value put right later
    birth_corrected_share: float = (
        0.04  # [OWN] of unaccompanied children, after the age is assessed
    )
    merged_share: float = 0.004  # [OWN] of children: known under two ids for a while
    recorded_at_once: bool = False  # everything on its day, whatever the shares above say


RATES = Rates()

#: Nothing that a data-quality rule asks about: every assessment in time, every distance measured,
#: everything recorded on its day and as it was.
TIDY_RATES = replace(
    RATES,
    assessed_in_45_days_share=1.0,
    distance_unknown_share=0.0,
    deleted_share=0.0,
    corrected_share=0.0,
    birth_corrected_share=0.0,
    merged_share=0.0,
    recorded_at_once=True,
)
