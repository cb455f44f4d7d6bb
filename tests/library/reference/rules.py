"""The indicators, each as one function of an extract and a period (section 0 of the rules).

A flow function returns what is counted in the period from `start` to `end`; a snapshot is asked at
`end`. What is counted is a list of `Counted`: whose it is, and whether it is in the numerator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TypeGuard, TypeVar

from .dates import ONE_DAY, add_working_days, age, birthday, months_before, working_days
from .extract import (
    Episode,
    Extract,
    LegalStatus,
    Observation,
    Person,
    Placement,
    Record,
    Referral,
    Spell,
)

SHORT_BREAKS = ("V3", "V4")
TEMPORARY = ("T0", "T1", "T2", "T3", "T4")
ADOPTION = ("A3", "A4", "A5", "A6")
#: What the council of every extract decides, see tests/month/test_reference.py.
CP_VISIT_WORKING_DAYS = 10
NOBODY = Person(sex=None, born=None, died=None)

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass(frozen=True)
class Counted:
    """One thing that an indicator counts."""

    child: str
    in_numerator: bool = True
    age: int | None = None


@dataclass(frozen=True)
class PeriodOfCare:
    """Days of care without a break; `reason` is the recorded one, of care that ended so."""

    child: str
    start: date
    end: date | None
    reason: str | None = None


@dataclass(frozen=True)
class MissingEpisode:
    """Spells of type M that overlap, as one."""

    child: str
    start: datetime
    end: datetime | None
    spells: tuple[Spell, ...]


def known(value: T | None) -> T:
    """A value, where what was chosen before has one."""
    assert value is not None
    return value


def by_child(records: Iterable[R]) -> dict[str, list[R]]:
    """The records of each child."""
    found = defaultdict(list)
    for record in records:
        found[record.child].append(record)
    return found


def later_end(one: date | None, other: date | None) -> date | None:
    """The later of two ends; no end is later than any."""
    return None if one is None or other is None else max(one, other)


def parted_by_real_ends(episodes: list[Episode]) -> list[list[Episode]]:
    """Episodes of at least a night, parted where one ended with a real reason and the next says S.

    What overlaps ends where the next part begins.
    """
    parts: list[list[Episode]] = []
    before: Episode | None = None
    nights = [e for e in episodes if e.start and (e.end is None or e.end > e.start)]
    for episode in sorted(nights, key=lambda e: (e.start, e.end or date.max, e.key)):
        ended = before and before.end is not None and before.end_reason not in (None, "X1")
        if before is None or (ended and episode.reason == "S"):
            if parts:
                begins = known(episode.start)
                parts[-1] = [replace(e, end=min(e.end or begins, begins)) for e in parts[-1]]
            parts.append([])
        parts[-1].append(episode)
        before = episode
    return parts


def together(child: str, episodes: list[Episode]) -> list[PeriodOfCare]:
    """Episodes in order that touch or overlap are one; one without an end runs on."""
    periods: list[PeriodOfCare] = []
    for episode in episodes:
        start, end = known(episode.start), episode.end
        if not periods or (periods[-1].end is not None and start > periods[-1].end):
            periods.append(PeriodOfCare(child, start, end, episode.end_reason))
            continue
        latest = later_end(periods[-1].end, end)
        # Of two that end on one day, the later says why.
        reason = episode.end_reason if latest == end else periods[-1].reason
        periods[-1] = replace(periods[-1], end=latest, reason=reason)
    return periods


class Authority:
    """An extract, and what the rules derive from it once: periods of care, missing episodes."""

    def __init__(self, extract: Extract) -> None:
        self.extract = extract
        self.referrals = by_child(extract.referrals)
        self.legal_statuses = by_child(extract.legal_statuses)
        self.episodes = by_child(extract.episodes)
        self.placements = by_child(extract.placements)
        self.plans = by_child(extract.plans)
        self.health_checks = by_child(extract.health_checks)
        self.immigration_statuses = by_child(extract.immigration_statuses)
        self.observations = by_child(extract.observations)

    # People

    def person(self, child: str) -> Person:
        """The person; one who isn't in the person table has no dates."""
        return self.extract.persons.get(child, NOBODY)

    def age_at(self, child: str, at: date) -> int | None:
        """Completed years, or None without any date of birth."""
        born = self.person(child).born
        return None if born is None else age(born, at)

    def is_child_at(self, child: str, at: date) -> bool:
        """Under 18; a person without a date of birth counts as a child."""
        years = self.age_at(child, at)
        return years is None or years < 18

    def is_dead_at(self, child: str, at: date) -> bool:
        """Died on or before D."""
        died = self.person(child).died
        return died is not None and died <= at

    # Care

    @cached_property
    def periods_of_care(self) -> list[PeriodOfCare]:
        """By dates, within the five limits: nights, short breaks, real ends, 18 and death."""
        return [
            run
            for child, episodes in self.episodes.items()
            for part in parted_by_real_ends(episodes)
            for period in together(child, part)
            for run in self.without_short_breaks(self.within_childhood(period))
        ]

    def within_childhood(self, period: PeriodOfCare) -> PeriodOfCare:
        """Care ends at the latest on the 18th birthday and on the day of death."""
        person = self.person(period.child)
        ends = [period.end, person.died, None if person.born is None else birthday(person.born, 18)]
        return replace(period, end=min((end for end in ends if end is not None), default=None))

    def without_short_breaks(self, period: PeriodOfCare) -> list[PeriodOfCare]:
        """Each run of days whose legal status is not V3 or V4; with none, the day counts."""
        if period.end is not None and period.end <= period.start:
            return []
        changes = {period.start}
        for status in self.legal_statuses.get(period.child, []):
            for day in (status.start, status.end):
                if day is not None and day > period.start:
                    changes.add(day)
        days = sorted(day for day in changes if period.end is None or day < period.end)
        runs: list[PeriodOfCare] = []
        for day, until in zip(days, [*days[1:], period.end], strict=True):
            if self.is_short_break_at(period.child, day):
                continue
            reason = period.reason if until == period.end else None
            if runs and runs[-1].end == day:
                runs[-1] = replace(runs[-1], end=until, reason=reason)
            else:
                runs.append(PeriodOfCare(period.child, day, until, reason))
        return runs

    def legal_status_at(self, child: str, at: date) -> LegalStatus | None:
        """The open care status with the latest start; of two, one that isn't V3 or V4."""
        open_statuses = [
            status
            for status in self.legal_statuses.get(child, [])
            if status.code is not None and status.is_open_at(at)
        ]
        if not open_statuses:
            return None
        return max(open_statuses, key=lambda s: (s.start, s.code not in SHORT_BREAKS, s.key))

    def is_short_break_at(self, child: str, at: date) -> bool:
        """Legal status V3 or V4; with none, the child counts."""
        status = self.legal_status_at(child, at)
        return status is not None and status.code in SHORT_BREAKS

    def period_of_care_at(self, child: str, at: date) -> PeriodOfCare | None:
        """The child's period of care open at D."""
        for period in self.periods_of_care:
            if (
                period.child == child
                and period.start <= at
                and (period.end is None or period.end > at)
            ):
                return period
        return None

    def looked_after_at(self, at: date) -> list[str]:
        """A period of care open at D, under 18, legal status not V3 or V4, alive."""
        return [
            child
            for child in sorted(self.episodes)
            if self.period_of_care_at(child, at)
            and self.is_child_at(child, at)
            and not self.is_short_break_at(child, at)
            and not self.is_dead_at(child, at)
        ]

    # Missing

    @cached_property
    def missing_episodes(self) -> list[MissingEpisode]:
        """Spells of type M: one episode where the next starts before the last ended."""
        episodes = []
        missing = [s for s in self.extract.spells if s.type == "M" and s.start is not None]
        for child, spells in by_child(missing).items():
            spells.sort(key=lambda s: (s.start, s.end or datetime.max))
            current: MissingEpisode | None = None
            for spell in spells:
                if current and (current.end is None or known(spell.start) < current.end):
                    end = None
                    if current.end is not None and spell.end is not None:
                        end = max(current.end, spell.end)
                    current = replace(current, end=end, spells=(*current.spells, spell))
                    continue
                if current:
                    episodes.append(current)
                current = MissingEpisode(child, known(spell.start), spell.end, (spell,))
            if current:
                episodes.append(current)
        return episodes


Rule = Callable[[Authority, date, date], list[Counted]]


def is_in(day: date | None, start: date, end: date) -> TypeGuard[date]:
    """Whether a recorded date lies in the period."""
    return day is not None and start <= day <= end


def once(children: Iterable[str]) -> list[Counted]:
    """Each child once."""
    return [Counted(child) for child in sorted(set(children))]


# Front door


def contacts(data: Authority, start: date, end: date) -> list[Counted]:
    """CON-01: contacts of one child on one day count once."""
    days = {(c.child, c.on) for c in data.extract.contacts if is_in(c.on, start, end)}
    return [Counted(child) for child, _ in days]


def referrals(data: Authority, start: date, end: date) -> list[Counted]:
    """REF-01: referrals of one child on one day count once."""
    return rereferrals(data, start, end, months=12, everything=True)


def rereferrals(
    data: Authority, start: date, end: date, months: int, everything: bool = False
) -> list[Counted]:
    """REF-03, REF-04, REF-05: an earlier referral on or after the date minus n months."""
    counted = []
    for child, records in data.referrals.items():
        days = {r.on for r in records if r.on is not None}
        for day in days:
            if start <= day <= end:
                earliest = months_before(day, months)
                again = any(earliest <= other < day for other in days)
                counted.append(Counted(child, everything or again))
    return counted


def rereferrals_12(data: Authority, start: date, end: date) -> list[Counted]:
    """REF-03 and REF-05."""
    return rereferrals(data, start, end, months=12)


def rereferrals_6(data: Authority, start: date, end: date) -> list[Counted]:
    """REF-04."""
    return rereferrals(data, start, end, months=6)


def closure(case: Referral) -> date | None:
    """When a case closed; a closure dated before its own referral is no closure."""
    if case.on is not None and case.closed is not None and case.closed < case.on:
        return None
    return case.closed


def is_case_open_at(case: Referral, at: date) -> bool:
    """Start ≤ D and (no end, or end > D)."""
    end = closure(case)
    return case.on is not None and case.on <= at and (end is None or end > at)


def rereferred_after_discharge(data: Authority, start: date, end: date) -> list[Counted]:
    """RE-REF-DIS: case closed in the window, no other open that day; then referred again."""
    counted = []
    for child, records in data.referrals.items():
        cases = [r for r in records if r.on is not None and not r.is_no_further_action]
        closures: list[date] = []
        for case in cases:
            closed = closure(case)
            if not is_in(closed, start, end):
                continue
            others = [other for other in cases if other is not case]
            if not any(is_case_open_at(other, closed) for other in others):
                closures.append(closed)
        if closures:
            again = any(
                r.on is not None and closed < r.on <= end for r in records for closed in closures
            )
            counted.append(Counted(child, again))
    return counted


def children_in_need(data: Authority, _start: date, at: date) -> list[Counted]:
    """CIN-01: children with a case open at D; a referral with NFA = Y is no case."""
    return once(open_since(data, at))


def open_since(data: Authority, at: date) -> dict[str, date]:
    """Each child in need at D, with the referral of its open case: the latest, of several."""
    since: dict[str, date] = {}
    for child, records in data.referrals.items():
        if not data.is_dead_at(child, at):
            for case in records:
                if not case.is_no_further_action and is_case_open_at(case, at):
                    on = known(case.on)
                    since[child] = max(on, since.get(child, on))
    return since


def duration(since: date, at: date) -> str:
    """CIN-02: how long a case has been open, counted forward in calendar months."""
    if at <= months_before(since, -3):
        return "up to 3 months"
    if at <= months_before(since, -6):
        return "over 3 to 6 months"
    if at < months_before(since, -12):
        return "over 6 to under 12 months"
    return "12 to under 24 months" if at < months_before(since, -24) else "24 months and over"


def in_working_days(start: date | None, end: date, limit: int) -> bool:
    """In time; a duration whose start is missing, or after its end, is not."""
    return start is not None and start <= end and working_days(start, end) <= limit


def assessments(data: Authority, start: date, end: date) -> list[Counted]:
    """ASM-02: authorised in the period, within 45 working days of the assessment's start."""
    return [
        Counted(a.child, in_working_days(a.start, a.authorised, 45))
        for a in data.extract.assessments
        if is_in(a.authorised, start, end)
    ]


def assessments_from_referral(data: Authority, start: date, end: date) -> list[Counted]:
    """ASM-02R: the same from the date of the referral of that id and the same person."""
    counted = []
    for a in data.extract.assessments:
        if is_in(a.authorised, start, end):
            linked = [r.on for r in data.referrals.get(a.child, []) if r.key == a.referral]
            began = linked[0] if linked else None
            counted.append(Counted(a.child, in_working_days(began, a.authorised, 45)))
    return counted


def enquiries(data: Authority, start: date, end: date) -> list[Counted]:
    """S47-01: enquiries that started in the period."""
    return [Counted(e.child) for e in data.extract.enquiries if is_in(e.start, start, end)]


def conferences(data: Authority, start: date, end: date) -> list[Counted]:
    """ICPC-01: held in the period, within 15 working days of the S47 that it names."""
    counted = []
    for c in data.extract.conferences:
        if is_in(c.on, start, end):
            linked = [
                e.start for e in data.extract.enquiries if e.key == c.enquiry and e.child == c.child
            ]
            began = linked[0] if linked else None
            counted.append(Counted(c.child, in_working_days(began, c.on, 15)))
    return counted


def children_on_plan(data: Authority, _start: date, at: date) -> list[Counted]:
    """CPP-01: children, unborn included, with an open plan that isn't another authority's."""
    return once(
        child
        for child, plans in data.plans.items()
        if any(p.is_open_at(at) and not p.is_other_authority for p in plans)
        and not data.is_dead_at(child, at)
    )


def visited_on_plan(data: Authority, start: date, at: date) -> list[Counted]:
    """CPP-09: of the children on a plan, those seen no more working days ago than the council sets.

    Or whose plan began so, the one that began last. A visit counts where the child was seen; one
    that names nobody who is known is of its plan's child.
    """
    children_of: dict[str, set[str]] = defaultdict(set)
    for plan in data.extract.plans:
        children_of[plan.key].add(plan.child)
    seen: dict[str, list[date]] = defaultdict(list)
    for visit in data.extract.plan_visits:
        if visit.is_seen and visit.on is not None and visit.on <= at:
            named = children_of.get(visit.plan or "", set())
            is_known = visit.child in data.extract.persons or len(named) != 1
            seen[visit.child if is_known else next(iter(named))].append(visit.on)
    counted = []
    for on_plan in children_on_plan(data, start, at):
        began = max(
            known(plan.start)
            for plan in data.plans[on_plan.child]
            if plan.is_open_at(at) and not plan.is_other_authority
        )
        since = max([began, *seen[on_plan.child]])
        is_in_time = working_days(since, at) <= CP_VISIT_WORKING_DAYS
        counted.append(Counted(on_plan.child, is_in_time))
    return counted


def plans_started(data: Authority, start: date, end: date) -> list[Counted]:
    """CPP-02: plans that started in the period and are not another authority's."""
    return [
        Counted(p.child)
        for p in data.extract.plans
        if is_in(p.start, start, end) and not p.is_other_authority
    ]


def plans_ended(data: Authority, start: date, end: date) -> list[Counted]:
    """CPP-03: plans that ended in the period and are not another authority's."""
    return [
        Counted(p.child)
        for p in data.extract.plans
        if is_in(p.end, start, end) and not p.is_other_authority
    ]


def repeat_plans(data: Authority, start: date, end: date) -> list[Counted]:
    """CPP-04: of plans started, those whose child has another started on an earlier date."""
    counted = []
    for child, plans in data.plans.items():
        own = [p.start for p in plans if p.start is not None and not p.is_other_authority]
        for day in own:
            if start <= day <= end:
                counted.append(Counted(child, any(other < day for other in own)))
    return counted


# Care


def looked_after(data: Authority, _start: date, at: date) -> list[Counted]:
    """CLA-01."""
    return once(data.looked_after_at(at))


def first_starts(data: Authority, start: date, end: date) -> list[PeriodOfCare]:
    """Of each child who started to be looked after in the period, the first occasion."""
    first: dict[str, PeriodOfCare] = {}
    for period in data.periods_of_care:
        if is_in(period.start, start, end):
            found = first.setdefault(period.child, period)
            first[period.child] = min(found, period, key=lambda p: p.start)
    return list(first.values())


def last_ends(data: Authority, start: date, end: date) -> list[PeriodOfCare]:
    """Of each child who ceased to be looked after in the period, the last occasion."""
    last: dict[str, PeriodOfCare] = {}
    for period in data.periods_of_care:
        if is_in(period.end, start, end):
            found = last.setdefault(period.child, period)
            last[period.child] = max(found, period, key=lambda p: known(p.end))
    return list(last.values())


def started(data: Authority, start: date, end: date) -> list[Counted]:
    """CLA-03: children who started to be looked after."""
    return [Counted(p.child) for p in first_starts(data, start, end)]


def ceased(data: Authority, start: date, end: date) -> list[Counted]:
    """CLA-04: children who ceased to be looked after."""
    return [Counted(p.child) for p in last_ends(data, start, end)]


def left_by(*reasons: str) -> Rule:
    """PRM: of the children who ceased, those whose last occasion in the period was for these."""

    def rule(data: Authority, start: date, end: date) -> list[Counted]:
        return [Counted(p.child, p.reason in reasons) for p in last_ends(data, start, end)]

    return rule


def came_back(data: Authority, start: date, end: date) -> list[Counted]:
    """CLA-09: of the children who started, those who on the first occasion came back in 12 months.

    Care that another authority took over (E3) is not care that was left.
    """
    return [
        Counted(
            period.child,
            any(
                other.child == period.child
                and other.end is not None
                and other.reason != "E3"
                and months_before(period.start, 12) <= other.end <= period.start
                for other in data.periods_of_care
            ),
        )
        for period in first_starts(data, start, end)
    ]


def taken(data: Authority, start: date, end: date) -> list[Counted]:
    """CLA-10: of the children who started, those under an order or police protection at first."""
    orders = ("C1", "C2", "D1", "E1", "L1", "L2", "L3")
    counted = []
    for period in first_starts(data, start, end):
        status = data.legal_status_at(period.child, period.start)
        counted.append(Counted(period.child, status is not None and status.code in orders))
    return counted


def started_unaccompanied(data: Authority, start: date, end: date) -> list[Counted]:
    """UASC-02: of the children who started, those unaccompanied on their first first day."""
    return [
        Counted(
            period.child,
            any(
                status.is_unaccompanied and status.is_open_at(period.start)
                for status in data.immigration_statuses.get(period.child, [])
            ),
        )
        for period in first_starts(data, start, end)
    ]


def looked_after_disabled(data: Authority, _start: date, at: date) -> list[Counted]:
    """CLA-07: a disability code in the extract holds at every D."""
    return [Counted(child, child in data.extract.disabled) for child in data.looked_after_at(at)]


def looked_after_unaccompanied(data: Authority, _start: date, at: date) -> list[Counted]:
    """UASC-01: looked after, with an unaccompanied-asylum-seeker status open at D."""
    return once(
        child
        for child in data.looked_after_at(at)
        if any(
            status.is_unaccompanied and status.is_open_at(at)
            for status in data.immigration_statuses.get(child, [])
        )
    )


@dataclass
class Joined:
    """One real placement, what was open for it, and the placement that it continues."""

    placement: Placement
    open_intervals: list[tuple[date, date | None]]
    before: Joined | None = None
    continues: bool = False

    def ends(self) -> date | None:
        """When it ends: while a temporary placement is open the one before it goes on."""
        end: date | None = date.min
        for _, interval_end in self.open_intervals:
            end = later_end(end, interval_end)
        return end

    def first(self) -> Joined:
        """The first placement of those that are one with this."""
        return self.before.first() if self.continues and self.before else self

    def is_open_on(self, day: date) -> bool:
        """Whether it is open at the end of `day`."""
        return self.is_open_within(day, day)

    def is_open_within(self, first: date, last: date) -> bool:
        """Whether it is open at the end of any day from `first` to `last`."""
        return any(
            (seen := max(start, first)) <= last and (end is None or end > seen)
            for start, end in self.open_intervals
        )


def has_days(placement: Placement) -> bool:
    """Whether a placement is open at the end of any day."""
    return placement.start is not None and (
        placement.end is None or placement.end > placement.start
    )


def one_before(real: list[Joined], start: date) -> Joined | None:
    """The one that starts before it; of two, the one that ends later, then the highest id."""
    earlier = [joined for joined in real if known(joined.placement.start) < start]
    return max(
        earlier,
        key=lambda j: (j.placement.start, j.placement.end or date.max, j.placement.key),
        default=None,
    )


def only_temporary_between(temporary: list[Placement], start: date, end: date) -> bool:
    """Whether temporary placements lead from `start` to `end`, touching end to start."""
    reached = {start}
    for placement in temporary:
        if placement.start in reached and placement.end is not None:
            reached.add(placement.end)
    return start < end and end in reached


def joined_placements(data: Authority, child: str, with_adoption: bool = False) -> list[Joined]:
    """The child's placements without temporary ones and those of no days, joined as decided.

    `with_adoption` (PLC-03): a placement for adoption also joins the one before it if it starts on
    the day that one ended.
    """
    dated = [p for p in data.placements.get(child, []) if has_days(p)]
    dated.sort(key=lambda p: (p.start, p.end or date.max, p.key))
    temporary = [p for p in dated if p.type in TEMPORARY]
    real = [Joined(p, [(known(p.start), p.end)]) for p in dated if p.type not in TEMPORARY]
    for placement in temporary:
        start = known(placement.start)
        before = one_before(real, start)
        if before:
            before.open_intervals.append((start, placement.end))
    same_carer_days = {
        e.start for e in data.episodes.get(child, []) if e.reason in ("T", "U") and e.start
    }
    for joined in real:
        placement = joined.placement
        start = known(placement.start)
        before = joined.before = one_before(real, start)
        if before is None:
            continue
        earlier = before.placement
        same_place = (
            earlier.type is not None
            and earlier.type == placement.type
            and earlier.postcode is not None
            and earlier.postcode == placement.postcode
        )
        if (
            same_place
            and earlier.end is not None
            and only_temporary_between(temporary, earlier.end, start)
        ):
            joined.continues = True
        if start == before.ends():
            joined.continues |= (
                earlier.change_reason == "PLACE"
                or start in same_carer_days
                or placement.type in ("A3", "A5")
                or (with_adoption and placement.type in ADOPTION)
            )
    return real


def three_placements(data: Authority, _start: date, at: date) -> list[Counted]:
    """PLC-01: of those looked after, three or more placements open in the 12 months to D."""
    first_day = months_before(at.replace(day=1), 11)
    counted = []
    for child in data.looked_after_at(at):
        placements = joined_placements(data, child)
        open_in_window = {id(j.first()) for j in placements if j.is_open_within(first_day, at)}
        counted.append(Counted(child, len(open_in_window) >= 3))
    return counted


def long_term_stability(data: Authority, _start: date, at: date) -> list[Counted]:
    """PLC-03: under 16, looked after for 30 months; in the placement open for 24 months."""
    counted = []
    for child in data.looked_after_at(at):
        years = data.age_at(child, at)
        period = data.period_of_care_at(child, at)
        since = months_before(at + ONE_DAY, 30)
        if years is None or years >= 16 or known(period).start > since:
            continue
        placements = joined_placements(data, child, with_adoption=True)
        current = max(
            (j for j in placements if j.is_open_on(at)),
            key=lambda j: (j.placement.start, j.placement.key),
            default=None,
        )
        stable = current is not None and (
            known(current.first().placement.start) <= months_before(at + ONE_DAY, 24)
        )
        counted.append(Counted(child, stable))
    return counted


def known_distance(data: Authority, child: str, at: date) -> float | None:
    """Miles, by the placement open at D with the latest start; 999 and over is unknown."""
    current = max(
        (p for p in data.placements.get(child, []) if p.is_open_at(at)),
        key=lambda p: (p.start, p.key),
        default=None,
    )
    if current is None or current.distance is None or current.distance >= 999:
        return None
    return current.distance


def distances(data: Authority, at: date) -> list[tuple[str, float | None]]:
    """The known distance of each child looked after."""
    return [(child, known_distance(data, child, at)) for child in data.looked_after_at(at)]


def far_from_home(data: Authority, _start: date, at: date) -> list[Counted]:
    """PLC-05: more than 20 miles, out of all looked after."""
    return [
        Counted(child, miles is not None and miles > 20) for child, miles in distances(data, at)
    ]


def far_from_home_of_known(data: Authority, _start: date, at: date) -> list[Counted]:
    """PLC-05K: out of those whose distance is known."""
    return [Counted(child, miles > 20) for child, miles in distances(data, at) if miles is not None]


def distance_unknown(data: Authority, _start: date, at: date) -> list[Counted]:
    """PLC-05U: those whose distance is unknown."""
    return [Counted(child) for child, miles in distances(data, at) if miles is None]


def initial_health_assessments(data: Authority, start: date, end: date) -> list[Counted]:
    """HLT-01: periods of care whose 20th working day falls in the period, not ended by then."""
    counted = []
    for period in data.periods_of_care:
        due = add_working_days(period.start, 20)
        if not start <= due <= end or (period.end is not None and period.end <= due):
            continue
        held = any(
            check.is_initial_assessment
            and check.status == "COMPLETED"
            and is_in(check.on, period.start, due)
            for check in data.health_checks.get(period.child, [])
        )
        counted.append(Counted(period.child, held))
    return counted


# Missing


def missing_episodes(data: Authority, start: date, end: date) -> list[Counted]:
    """MIS-01: episodes that start in the period."""
    return [Counted(e.child) for e in data.missing_episodes if is_in(e.start.date(), start, end)]


def missing_children(data: Authority, start: date, end: date) -> list[Counted]:
    """MIS-02 and MIS-03: each child once, with its age at its first episode in the period."""
    first: dict[str, date] = {}
    for episode in data.missing_episodes:
        began = episode.start.date()
        if is_in(began, start, end):
            first[episode.child] = min(began, first.get(episode.child, began))
    return [Counted(child, age=data.age_at(child, began)) for child, began in first.items()]


def return_interviews(data: Authority, start: date, end: date) -> list[Counted]:
    """RHI-01: episodes that ended in the period, unless every spell says NA; offered: any Y."""
    return [
        Counted(e.child, any(s.offered == "Y" for s in e.spells))
        for e in data.missing_episodes
        if e.end is not None
        and is_in(e.end.date(), start, end)
        and not all(s.offered == "NA" for s in e.spells)
    ]


def return_interviews_held(data: Authority, start: date, end: date) -> list[Counted]:
    """RHI-02: out of offered, a spell offered Y and accepted Y."""
    return [
        Counted(e.child, any(s.offered == "Y" and s.accepted == "Y" for s in e.spells))
        for e in data.missing_episodes
        if e.end is not None
        and is_in(e.end.date(), start, end)
        and any(s.offered == "Y" for s in e.spells)
    ]


# Care leavers

ELIGIBILITY_ORDER = ("FORMER RELEVANT", "RELEVANT", "QUALIFYING", "ELIGIBLE", None)


def observation_at(data: Authority, child: str, at: date) -> Observation:
    """The row of the latest contact ≤ D (none sorts first), by eligibility, then the later row."""
    rows = [o for o in data.observations[child] if o.on is None or o.on <= at]
    return max(
        rows,
        key=lambda o: (o.on or date.min, -ELIGIBILITY_ORDER.index(o.eligibility), o.line),
    )


def care_leavers_at(data: Authority, at: date, youngest: int, oldest: int) -> list[Observation]:
    """CL-01: Relevant, Former Relevant or Qualifying, of the ages given, not DIED."""
    found = []
    for child, rows in sorted(data.observations.items()):
        if all(o.on is not None and o.on > at for o in rows) or data.is_dead_at(child, at):
            continue
        seen = observation_at(data, child, at)
        years = data.age_at(child, at)
        if (
            seen.eligibility in ("FORMER RELEVANT", "RELEVANT", "QUALIFYING")
            and years is not None
            and youngest <= years <= oldest
            and seen.in_touch != "DIED"
        ):
            found.append(seen)
    return found


def care_leavers(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-01."""
    return [Counted(o.child) for o in care_leavers_at(data, at, 17, 24)]


def in_touch(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-02: all ages of CL-01; returned home left out."""
    return [
        Counted(o.child, o.in_touch == "YES")
        for o in care_leavers_at(data, at, 17, 24)
        if o.in_touch != "RHOM"
    ]


def suitable(data: Authority, at: date, youngest: int, oldest: int) -> list[Counted]:
    """CL-03, CL-04: returned home, gone abroad, deported and residence not known left out."""
    return [
        Counted(o.child, o.suitability == "1")
        for o in care_leavers_at(data, at, youngest, oldest)
        if o.in_touch != "RHOM" and o.accommodation not in ("G", "H", "R")
    ]


def occupied(data: Authority, at: date, youngest: int, oldest: int) -> list[Counted]:
    """CL-05, CL-06: education, employment or training; returned home left out."""
    return [
        Counted(o.child, (o.activity or "").startswith(("F", "P")))
        for o in care_leavers_at(data, at, youngest, oldest)
        if o.in_touch != "RHOM"
    ]


def suitable_17_18(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-03."""
    return suitable(data, at, 17, 18)


def suitable_19_21(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-04."""
    return suitable(data, at, 19, 21)


def occupied_19_21(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-05."""
    return occupied(data, at, 19, 21)


def occupied_17_18(data: Authority, _start: date, at: date) -> list[Counted]:
    """CL-06."""
    return occupied(data, at, 17, 18)


@dataclass(frozen=True)
class Indicator:
    """A rule, whether it is a snapshot, and whether it is a share (else a count)."""

    rule: Rule
    is_snapshot: bool
    is_share: bool


def flow(rule: Rule, is_share: bool = False) -> Indicator:
    return Indicator(rule, is_snapshot=False, is_share=is_share)


def snapshot(rule: Rule, is_share: bool = False) -> Indicator:
    return Indicator(rule, is_snapshot=True, is_share=is_share)


INDICATORS = {
    "CON-01": flow(contacts),
    "REF-01": flow(referrals),
    "REF-03": flow(rereferrals_12, is_share=True),
    "REF-04": flow(rereferrals_6, is_share=True),
    "REF-05": flow(rereferrals_12, is_share=True),
    "RE-REF-DIS": flow(rereferred_after_discharge, is_share=True),
    "CIN-01": snapshot(children_in_need),
    "ASM-01": flow(assessments),
    "ASM-02": flow(assessments, is_share=True),
    "ASM-02R": flow(assessments_from_referral, is_share=True),
    "S47-01": flow(enquiries),
    "ICPC-01": flow(conferences, is_share=True),
    "CPP-01": snapshot(children_on_plan),
    "CPP-02": flow(plans_started),
    "CPP-03": flow(plans_ended),
    "CPP-04": flow(repeat_plans, is_share=True),
    "CPP-09": snapshot(visited_on_plan, is_share=True),
    "CLA-01": snapshot(looked_after),
    "CLA-03": flow(started),
    "CLA-04": flow(ceased),
    "CLA-09": flow(came_back, is_share=True),
    "CLA-10": flow(taken, is_share=True),
    "PRM-01": flow(left_by("E11", "E12"), is_share=True),
    "PRM-02": flow(left_by("E43", "E44", "E45", "E46", "E47", "E48"), is_share=True),
    "PRM-03": flow(left_by("E41"), is_share=True),
    "PRM-05": flow(left_by("E4A", "E4B"), is_share=True),
    "UASC-02": flow(started_unaccompanied, is_share=True),
    "CLA-07": snapshot(looked_after_disabled, is_share=True),
    "PLC-01": snapshot(three_placements, is_share=True),
    "PLC-03": snapshot(long_term_stability, is_share=True),
    "PLC-05": snapshot(far_from_home, is_share=True),
    "PLC-05K": snapshot(far_from_home_of_known, is_share=True),
    "PLC-05U": snapshot(distance_unknown),
    "HLT-01": flow(initial_health_assessments, is_share=True),
    "MIS-01": flow(missing_episodes),
    "MIS-02": flow(missing_children),
    "MIS-03": flow(missing_children),
    "RHI-01": flow(return_interviews, is_share=True),
    "RHI-02": flow(return_interviews_held, is_share=True),
    "UASC-01": snapshot(looked_after_unaccompanied),
    "CL-01": snapshot(care_leavers),
    "CL-02": snapshot(in_touch, is_share=True),
    "CL-03": snapshot(suitable_17_18, is_share=True),
    "CL-04": snapshot(suitable_19_21, is_share=True),
    "CL-05": snapshot(occupied_19_21, is_share=True),
    "CL-06": snapshot(occupied_17_18, is_share=True),
}
