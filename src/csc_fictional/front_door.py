"""From contact to closure: referrals, assessments, S47 enquiries, conferences, plans.

A family has a chain of referrals; each child of it that is under 18 and has no open case takes
part. Everything is simulated to its end; what a month can know of it is decided later.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from csc_fictional import codes
from csc_fictional.clock import (
    NEVER,
    Ints,
    birthday,
    day_number,
    working_days_later,
)
from csc_fictional.dice import Dice
from csc_fictional.people import make_families, seasonal_days
from csc_fictional.rows import (
    Rows,
    first_of_each,
    length,
    look_up,
    repeat_each,
    stack,
    take,
    without_overlaps,
)
from csc_fictional.setting import Setting

MAX_REFERRALS = 9
NO_ACTION, ASSESSED, IN_NEED, ENQUIRY, CONFERENCE, PROTECTION = range(6)

CareExit = Callable[[Dice, Ints, Ints], tuple[Ints, Ints]]
"""Births and first days of care to last days and kinds of leaving (see `care.plan_exit`)."""


def referral_chains(setting: Setting, care_exit: CareExit) -> tuple[Rows, Rows]:
    """The year's newly referred families: children, and one row per child and referral.

    A referral row has every date of its story (NEVER where there is none), the child's position
    and the family's, and whether the child goes into care (care_start, care_end, care_kind).
    """
    rates = setting.rates
    dice = setting.dice("referred families")
    families = dice.count(rates.referred_families * setting.size * setting.pace)
    day = seasonal_days(dice, setting.year, families)
    children = make_families(dice, rates, families, day, rates.unborn_share)
    adult_day = birthday(children["birth"], 18)
    free_from = np.full(length(children), -NEVER, dtype=np.int64)
    steps: list[Rows] = []
    path = np.full(families, -1, dtype=np.int64)
    for number in range(MAX_REFERRALS):
        step, day = _referral_step(
            setting, dice, number, day, path, children, adult_day, free_from, care_exit
        )
        if not length(step):
            break
        free_from[step["child"]] = step["close"]
        steps.append(step)
    return children, _only_last_stories_end_in_death(stack(steps), length(children))


def _only_last_stories_end_in_death(rows: Rows, children: int) -> Rows:
    """The referrals, with another way out of care where the child is referred again after it."""
    last = np.full(children, -1, dtype=np.int64)
    np.maximum.at(last, rows["child"], rows["number"])
    died = rows["care_kind"] == codes.EPISODE_END.number("E2")
    again = died & (rows["number"] < last[rows["child"]])
    return {**rows, "care_kind": np.where(again, codes.EPISODE_END.number("E8"), rows["care_kind"])}


def _referral_step(
    setting: Setting,
    dice: Dice,
    number: int,
    day: Ints,
    last_path: Ints,
    children: Rows,
    adult_day: Ints,
    free_from: Ints,
    care_exit: CareExit,
) -> tuple[Rows, Ints]:
    """The families' next referrals on `day` (NEVER: none): rows by child, and the days after.

    `last_path` is what each family's last referral led to (-1: none); it is brought up to date.
    """
    rates = setting.rates
    families = len(day)
    family = _family_story(setting, dice, day, last_path)
    last_path[:] = family["path"]
    of = children["family"]
    takes_part = (
        (day[of] < NEVER)
        & (day[of] < adult_day - 5)
        & ((day[of] >= children["birth"]) | (children["is_first"] & (number == 0)))
        & (day[of] > free_from)
        & (children["is_first"] | dice.chance(rates.sibling_referred_share, len(of)))
    )
    child = np.flatnonzero(takes_part)
    rows = {"child": child, "number": np.full(len(child), number), **take(family, of[child])}
    rows["family"] = of[child]
    rows = _care_entries(setting, dice, rows, children, adult_day, care_exit)
    rows = _child_dates(dice, rows, adult_day)
    # when the family is referred again: some time after its (non-care) case closed
    base = np.where(family["path"] == NO_ACTION, day, family["case_end"])
    next_day = base + dice.mean_days(rates.another_referral_mean_days, families)
    next_day = np.where(
        dice.chance(0.93, families), working_days_later(np.minimum(next_day, 60_000), 0), next_day
    )
    again = (
        dice.chance(rates.another_referral_share, families)
        & (day < NEVER)
        & (np.bincount(of[child], minlength=families) > 0)
        & (next_day < day_number(2059, 1, 1))
    )
    return rows, np.where(again, next_day, NEVER)


def _family_story(setting: Setting, dice: Dice, day: Ints, last_path: Ints) -> Rows:
    """One referral of each family: its path and the dates that brothers and sisters share."""
    rates = setting.rates
    count = len(day)
    day = np.minimum(day, 60_000)
    path = dice.pick(rates.referral_path, count)
    like_before = dice.chance(rates.repeated_path_share, count) & (last_path >= 0)
    path = np.where(like_before, last_path, path)
    assessed = path > NO_ACTION
    asked = path >= ENQUIRY
    assessment_start = working_days_later(day, dice.pick((0.6, 0.3, 0.1), count))
    in_time = (8 + 37.9 * dice.generator.beta(2.6, 1.2, count)).astype(np.int64)
    late = dice.between(46, 75, count)
    assessment_days = np.where(dice.chance(rates.assessed_in_45_days_share, count), in_time, late)
    assessment_end = working_days_later(assessment_start, assessment_days)
    s47_start = working_days_later(day, dice.pick((0.35, 0.2, 0.1, 0.1, 0.1, 0.1, 0.05), count))
    later = dice.chance(0.2, count)
    s47_start = np.where(
        later, working_days_later(s47_start, dice.between(5, 30, count)), s47_start
    )
    s47_end = working_days_later(s47_start, dice.between(3, 14, count))
    wait = np.where(
        dice.chance(rates.conference_in_15_days_share, count),
        dice.between(8, 15, count),
        dice.between(16, 30, count),
    )
    conference = working_days_later(s47_start, wait)
    s47_end = np.where(path >= CONFERENCE, np.minimum(s47_end, conference), s47_end)
    target = working_days_later(s47_start, 15)
    reviews = 1 + dice.pick(rates.cp_reviews, count)
    first_review = working_days_later(conference, dice.between(48, 60, count))
    plan_end = working_days_later(
        first_review, np.maximum(0, (reviews - 1) * 118 - dice.between(0, 8, count))
    )
    protected = path == PROTECTION
    plan_end = np.where(protected, np.where(reviews == 1, first_review, plan_end), NEVER)
    stepped = (
        (path == IN_NEED)
        | ((path == ENQUIRY) & dice.chance(0.6, count))
        | (path == CONFERENCE)
        | (protected & dice.chance(0.65, count))
    )
    in_need_start = np.where(protected, plan_end, np.maximum(assessment_end, s47_end * asked))
    in_need_start = np.where(
        path == CONFERENCE, np.maximum(in_need_start, conference), in_need_start
    )
    in_need_days = dice.gamma_days(rates.cin_plan_mean_days, count) + 20
    in_need_days = np.where(protected, in_need_days // 2, in_need_days)
    in_need_start = np.where(stepped, in_need_start, NEVER)
    in_need_end = np.where(stepped, in_need_start + in_need_days, NEVER)
    last = np.where(assessed, assessment_end, day)
    for ending, there in (
        (s47_end, asked),
        (conference, path >= CONFERENCE),
        (plan_end, protected),
        (in_need_end, stepped),
    ):
        last = np.where(there, np.maximum(last, ending), last)
    case_end = last + dice.pick((0.5, 0.1, 0.1, 0.1, 0.1, 0.1), count) * 2
    team_kind = np.where(assessed, codes.ASSESSMENT, codes.FRONT_DOOR)
    team_kind = np.where(path >= CONFERENCE, codes.SAFEGUARDING, team_kind)
    team, worker = setting.workforce.assign(dice, team_kind, day)
    transfer_in = protected & dice.chance(0.05, count)
    record = dice.lag(0.03, 0.003, count)
    return {
        "day": day,
        "path": path,
        "contact_day": day - dice.pick((0.76, 0.14, 0.06, 0.04), count),
        "source": _sources(dice, day),
        "need": dice.pick(codes.NEED.weights, count),
        "assessment_start": np.where(assessed, assessment_start, NEVER),
        "assessment_end": np.where(assessed, assessment_end, NEVER),
        "s47_start": np.where(asked & ~transfer_in, s47_start, NEVER),
        "s47_end": np.where(asked & ~transfer_in, s47_end, NEVER),
        "conference_target": np.where(path >= CONFERENCE, target, NEVER),
        "conference": np.where(path >= CONFERENCE, conference, NEVER),
        "is_transfer_in": transfer_in,
        "plan_start": np.where(protected, conference, NEVER),
        "plan_end": plan_end,
        "first_review": np.where(protected, first_review, NEVER),
        "reviews": np.where(protected, reviews, 0),
        "category": dice.pick(rates.category, count),
        "later_category": np.where(dice.chance(0.12, count), dice.pick(rates.category, count), -1),
        "is_other_authority": protected & dice.chance(0.02, count),
        "in_need_start": in_need_start,
        "in_need_end": in_need_end,
        "case_end": case_end,
        "care_draw": dice.share(count),
        "team": team,
        "worker": worker,
        "rec": day + record,
    }


def _care_entries(
    setting: Setting,
    dice: Dice,
    rows: Rows,
    children: Rows,
    adult_day: Ints,
    care_exit: CareExit,
) -> Rows:
    """Decide which children of a referral go into care, when, and when they leave."""
    count = length(rows)
    path = rows["path"]
    share = np.asarray(setting.rates.care_share)[path]
    birth = children["birth"][rows["child"]]
    adult = adult_day[rows["child"]]
    from_plan = rows["plan_start"] + dice.between(5, 200, count)
    earliest = np.select(
        [path == PROTECTION, path >= ENQUIRY, path == IN_NEED],
        [
            np.minimum(from_plan, rows["plan_end"] - 1),
            np.minimum(rows["s47_start"], rows["day"] + 20) + dice.between(0, 20, count),
            rows["assessment_start"] + dice.between(3, 110, count),
        ],
        rows["day"] + dice.pick((0.4, 0.3, 0.1, 0.1, 0.1), count),
    )
    start = np.maximum(earliest, birth + dice.pick((0.5, 0.3, 0.2), count))
    enters = (
        (rows["care_draw"] < share * 1.25)
        & dice.chance(0.8, count)
        & (path > NO_ACTION)
        & (start < adult - 30)
        & (start < rows["case_end"] + 40)
    )
    safe_start = np.where(enters, start, rows["day"])
    end, kind = care_exit(dice, birth, safe_start)
    rows["care_start"] = np.where(enters, start, NEVER)
    rows["care_end"] = np.where(enters, end, NEVER)
    rows["care_kind"] = np.where(enters, kind, -1)
    return rows


def _child_dates(dice: Dice, rows: Rows, adult_day: Ints) -> Rows:
    """Fit the family's dates to each child: care ends plans, an 18th birthday ends everything."""
    count = length(rows)
    adult = adult_day[rows["child"]]
    in_care = rows["care_start"] < NEVER
    limit = np.where(in_care, rows["care_start"] + dice.between(10, 45, count), NEVER)
    limit = np.minimum(limit, adult)
    # no plan that would start only after the limit
    for start, end in (("plan_start", "plan_end"), ("in_need_start", "in_need_end")):
        has = (rows[start] < limit) & (rows[start] < NEVER)
        rows[start] = np.where(has, rows[start], NEVER)
        rows[end] = np.where(has, np.minimum(rows[end], limit), NEVER)
    no_plan = rows["plan_start"] >= NEVER
    rows["reviews"] = np.where(no_plan, 0, rows["reviews"])
    for start, end in (("assessment_start", "assessment_end"), ("s47_start", "s47_end")):
        too_old = rows[start] >= adult
        rows[start] = np.where(too_old, NEVER, rows[start])
        rows[end] = np.where(rows[start] < NEVER, rows[end], NEVER)
    # an enquiry belongs to a case that is assessed
    without = rows["assessment_start"] >= NEVER
    for name in ("s47_start", "s47_end"):
        rows[name] = np.where(without, NEVER, rows[name])
    gone = (rows["conference"] >= adult) | ((rows["path"] == PROTECTION) & no_plan)
    rows["conference"] = np.where(gone, NEVER, rows["conference"])
    rows["conference_target"] = np.where(gone, NEVER, rows["conference_target"])
    close = rows["case_end"].copy()
    for end in ("assessment_end", "s47_end", "conference", "plan_end", "in_need_end"):
        close = np.where(rows[end] < NEVER, np.maximum(close, rows[end]), close)
    nothing_after = np.maximum.reduce(
        [
            np.where(rows[name] < NEVER, rows[name], rows["day"])
            for name in ("assessment_end", "s47_end", "conference", "plan_end", "in_need_end")
        ]
    )
    close = np.maximum(np.minimum(close, adult + 3), nothing_after)
    after_care = rows["care_end"] + dice.between(0, 14, count)
    rows["close"] = np.where(in_care, np.maximum(after_care, nothing_after), close)
    return rows


def close_reasons(dice: Dice, rows: Rows) -> Ints:
    """Why a referral closed, by what it led to and by the way out of care."""
    number = codes.CLOSE_REASON.number
    count = length(rows)
    early_help = dice.chance(0.35, count) & (rows["close"] >= day_number(2022, 4, 1))
    only_assessed = np.where(early_help, number("RC9"), number("RC8"))
    plain = rows["path"] <= ASSESSED
    is_assessed = rows["assessment_start"] < NEVER
    reason = np.where(plain & is_assessed, only_assessed, number("RC7"))
    moved = ~plain & dice.chance(0.06, count)
    return np.where(moved, number("RC5"), reason)


def _sources(dice: Dice, day: Ints) -> Ints:
    """Who contacted or referred; early help has a code of its own since April 2022."""
    source = dice.pick(codes.SOURCE.weights, len(day))
    early = (source == codes.SOURCE.number("5D")) & (day < day_number(2022, 4, 1))
    return np.where(early, codes.SOURCE.number("5B"), source)


def contact_rows(setting: Setting, children: Rows, referrals: Rows, person: Ints) -> Rows:
    """Contacts that became these referrals, and the family's other ones around them."""
    rates = setting.rates
    dice = setting.dice("contacts of referred families")
    first = {
        "person": person[referrals["child"]],
        "family": referrals["family"],
        "day": referrals["contact_day"],
        "source": referrals["source"],
        "outcome": np.zeros(length(referrals), dtype=np.int64),
        "link": referrals["number"],
        "rec": np.minimum(referrals["rec"], referrals["contact_day"] + 1),
    }
    # other contacts: drawn for the family's first child in each referral, shared with siblings
    lead = first_of_each(referrals["family"], referrals["number"])
    source, _ = repeat_each(
        np.where(lead, dice.poisson(rates.other_contacts_per_referral / 0.9, length(referrals)), 0)
    )
    offset = dice.between(-220, 320, len(source))
    event_day = working_days_later(np.minimum(referrals["day"][source] + offset, 60_000), 0)
    event_source = _sources(dice, event_day)
    # children in the same referral of the same family
    same = referrals["family"] * 16 + referrals["number"]
    sorted_same = np.sort(same, kind="stable")
    by_same = np.argsort(same, kind="stable")
    left = np.searchsorted(sorted_same, same[source], side="left")
    right = np.searchsorted(sorted_same, same[source], side="right")
    copy, within = repeat_each(right - left)
    row = by_same[left[copy] + within]
    takes_part = (within == 0) | dice.chance(0.6, len(copy))
    day = event_day[copy]
    open_case = (day >= referrals["day"][row]) & (day <= referrals["close"][row])
    born = day >= children["birth"][referrals["child"][row]] - 150
    young = day < birthday(children["birth"][referrals["child"][row]], 18)
    died = np.full(len(person), NEVER, dtype=np.int64)
    ended = referrals["care_kind"] == codes.EPISODE_END.number("E2")
    died[referrals["child"][ended]] = referrals["care_end"][ended]
    alive = day <= died[referrals["child"][row]]
    other = take(
        {
            "person": person[referrals["child"][row]],
            "family": referrals["family"][row],
            "day": day,
            "source": event_source[copy],
            "outcome": np.where(open_case, 1, _contact_outcome(dice, rates.early_help_share, copy)),
            "link": np.where(day <= referrals["day"][row], referrals["number"][row], 99),
            "rec": day + dice.lag(rates.late_share, rates.very_late_share, len(day)),
        },
        takes_part & born & young & alive,
    )
    both = stack([first, other])
    return take(both, first_of_each(both["person"], both["day"]))


def _contact_outcome(dice: Dice, early_help_share: float, copy: Ints) -> Ints:
    """What a contact without a referral led to; siblings share it. 2 NFA, 3 advice, 4 early help,
    5 child protection enquiry of another authority, 6 missing, 7 private fostering."""
    events = int(copy.max(initial=-1)) + 1
    weights = (0.50, 0.98 - 0.50 - early_help_share, early_help_share, 0.01, 0.007, 0.003)
    return 2 + dice.pick(weights, events)[copy]


def contact_only_families(setting: Setting) -> tuple[Rows, Rows]:
    """Families that are never referred: children, and contacts by child (position in children)."""
    rates = setting.rates
    dice = setting.dice("families with contacts only")
    families = dice.count(rates.contact_only_families * setting.size * setting.pace)
    first_day = seasonal_days(dice, setting.year, families)
    children = make_families(dice, rates, families, first_day, 0.0)
    events = 1 + dice.poisson(0.45, families)
    family, number = repeat_each(events)
    day = first_day[family] + np.where(number > 0, dice.mean_days(260, len(family)), 0)
    day = working_days_later(day, 0)
    source = _sources(dice, day)
    first_child = np.searchsorted(children["family"], np.arange(families))
    child_count = np.bincount(children["family"], minlength=families)
    copy, within = repeat_each(child_count[family])
    child = first_child[family[copy]] + within
    takes_part = (
        ((within == 0) | dice.chance(0.7, len(copy)))
        & (day[copy] >= children["birth"][child])
        & (day[copy] < birthday(children["birth"][child], 18))
    )
    rows = {
        "child": child,
        "day": day[copy],
        "source": source[copy],
        "outcome": _contact_outcome(dice, rates.early_help_share, copy),
        "rec": (day + dice.lag(rates.late_share, rates.very_late_share, len(day)))[copy],
    }
    rows = take(rows, takes_part)
    return children, take(rows, first_of_each(rows["child"], rows["day"]))


def early_help_rows(setting: Setting, contacts: Rows) -> Rows:
    """Early help episodes out of contacts with that outcome; none of a child overlap."""
    dice = setting.dice("early help")
    helped = take(contacts, contacts["outcome"] == 4)
    count = length(helped)
    start = helped["day"] + dice.between(0, 14, count)
    end = start + dice.gamma_days(150, count)
    _, worker = setting.workforce.assign(dice, codes.EARLY_HELP, start)
    rec = np.maximum(helped["rec"], start + dice.lag(0.1, 0.01, count))
    rows = {
        "person": helped["person"],
        "day": start,
        "end": end,
        "end_rec": end + dice.lag_between(0, 10, count),
        "worker": worker,
        "reason": dice.between(0, 4, count),
        "rec": rec,
        "keep": end,
    }
    return take(rows, without_overlaps(rows["person"], start, end))


def assessment_rows(setting: Setting, referrals: Rows, person: Ints) -> Rows:
    """First assessments of referrals, and yearly ones of cases that stay open."""
    dice = setting.dice("assessments")
    has = referrals["assessment_start"] < NEVER
    first = take(referrals, has)
    rows = _assessments_of(first, first["assessment_start"], first["assessment_end"], person)
    # again, a year or more later, while the case is open and a plan runs
    years = np.where(
        has & (referrals["care_kind"] < 0), (referrals["close"] - referrals["day"] - 200) // 365, 0
    )
    source, number = repeat_each(np.clip(years, 0, 4))
    start = working_days_later(
        referrals["assessment_start"][source]
        + 330 * (number + 1)
        + dice.between(0, 30, len(source)),
        0,
    )
    end = working_days_later(start, dice.between(15, 44, len(source)))
    fits = end <= referrals["close"][source]
    again = _assessments_of(take(referrals, source[fits]), start[fits], end[fits], person)
    both = stack([rows, again])
    count = length(both)
    both["is_seen"] = dice.chance(0.94, count)
    both["rec"] = np.maximum(both["referral_rec"], both["day"] + dice.lag(0.03, 0.003, count))
    both["end_rec"] = np.maximum(both["end"] + dice.lag(0.05, 0.005, count), both["rec"])
    return both


def _assessments_of(referrals: Rows, start: Ints, end: Ints, person: Ints) -> Rows:
    return {
        "person": person[referrals["child"]],
        "referral": referrals["rid"],
        "referral_rec": referrals["rec"],
        "link": referrals["number"],
        "day": start,
        "end": end,
        "path": referrals["path"],
        "need": referrals["need"],
        "in_care": referrals["care_kind"] >= 0,
        "team": referrals["team"],
        "worker": referrals["worker"],
        "keep": referrals["close"],
    }


def factor_lists(dice: Dice, assessments: Rows) -> Rows:
    """Up to four different factors of each assessment, as positions in FACTOR (-1: none).

    That there are none is said only where nothing but the assessment follows.
    """
    count = length(assessments)
    draws = np.stack([dice.pick(codes.FACTOR.weights, count) for _ in range(4)])
    wanted = 1 + dice.pick((0.25, 0.3, 0.27, 0.18), count)
    none_found = codes.FACTOR.number("21")
    alone = draws[0] == none_found
    only_assessed = (assessments["path"] <= ASSESSED) & ~assessments["in_care"]
    draws[0] = np.where(alone & ~only_assessed, codes.FACTOR.number("17A"), draws[0])
    alone &= only_assessed
    for number in range(1, 4):
        repeated = (draws[number] == none_found) | alone | (number >= wanted)
        for earlier in range(number):
            repeated |= draws[number] == draws[earlier]
        draws[number] = np.where(repeated, -1, draws[number])
    draws = np.stack([_factor_then(draw, assessments["day"]) for draw in draws])
    for later in range(1, 4):
        for earlier in range(later):
            draws[later] = np.where(draws[later] == draws[earlier], -1, draws[later])
    return {f"factor_{number + 1}": draws[number] for number in range(4)}


def _factor_then(factor: Ints, day: Ints) -> Ints:
    """The code that stood for a factor at the time (18 and 19 were split, 24 is new)."""
    for new, old, since in (
        (("18B", "18C"), "18A", day_number(2020, 4, 1)),
        (("19B", "19C"), "19A", day_number(2020, 4, 1)),
        (("24A",), "14A", day_number(2021, 4, 1)),
    ):
        before = np.isin(factor, codes.FACTOR.numbers(*new)) & (day < since)
        factor = np.where(before, codes.FACTOR.number(old), factor)
    return factor


def s47_rows(referrals: Rows, person: Ints) -> Rows:
    """S47 enquiries."""
    rows = take(referrals, referrals["s47_start"] < NEVER)
    return {
        "person": person[rows["child"]],
        "referral": rows["rid"],
        "link": rows["number"],
        "day": rows["s47_start"],
        "end": rows["s47_end"],
        "path": rows["path"],
        "is_no_action": rows["path"] < CONFERENCE,
        "team": rows["team"],
        "worker": rows["worker"],
        "rec": np.maximum(rows["rec"], rows["s47_start"] + 1),
        "end_rec": rows["s47_end"] + 2,
        "keep": rows["close"],
    }


def conference_rows(setting: Setting, referrals: Rows, s47: Rows, person: Ints) -> Rows:
    """Initial conferences of this authority, with the S47 that led to them (-1: transfer in)."""
    rows = take(referrals, (referrals["conference"] < NEVER) & ~referrals["is_other_authority"])
    dice = setting.dice("conferences")
    team, worker = setting.workforce.assign(dice, codes.REVIEWING, rows["conference"])
    return {
        "person": person[rows["child"]],
        "referral": rows["rid"],
        "s47": look_up(s47["referral"], s47["rid"], rows["rid"]),
        "meeting": rows["family"] * 16 + rows["number"] + setting.rid_base,
        "link": rows["number"],
        "day": rows["conference"],
        "target": rows["conference_target"],
        "is_transfer_in": rows["is_transfer_in"],
        "is_plan": rows["plan_start"] < NEVER,
        "team": team,
        "worker": worker,
        "rec": np.maximum(rows["rec"], rows["conference"] + 1),
        "keep": rows["close"],
    }


def plan_rows(referrals: Rows, conferences: Rows, person: Ints) -> Rows:
    """Child protection plans, with their conference (-1: another authority's plan)."""
    rows = take(referrals, referrals["plan_start"] < NEVER)
    return {
        "person": person[rows["child"]],
        "referral": rows["rid"],
        "conference": look_up(conferences["referral"], conferences["rid"], rows["rid"]),
        "link": rows["number"],
        "day": rows["plan_start"],
        "end": rows["plan_end"],
        "end_rec": rows["plan_end"] + 2,
        "category": rows["category"],
        "later_category": np.where(
            rows["later_category"] >= 0, rows["later_category"], rows["category"]
        ),
        "later_day": (rows["plan_start"] + rows["plan_end"]) // 2,
        "is_other_authority": rows["is_other_authority"],
        "first_review": rows["first_review"],
        "reviews": rows["reviews"],
        "rec": np.maximum(rows["rec"], rows["plan_start"] + 1),
        "keep": rows["close"],
    }


def plan_review_rows(setting: Setting, plans: Rows) -> Rows:
    """Reviews of plans: due at three months and then every six; the last one ends the plan."""
    dice = setting.dice("plan reviews")
    source, number = repeat_each(plans["reviews"])
    count = len(source)
    planned = working_days_later(
        plans["first_review"][source], np.maximum(0, number * 118 - dice.between(0, 8, count))
    )
    end = plans["end"][source]
    is_last = number + 1 == plans["reviews"][source]
    held = np.where(is_last, end, planned)
    before = np.where(number == 0, plans["day"][source] + 91, 0)
    due = np.maximum(before, held - dice.between(-14, 3, count))
    due = np.where(number == 0, before, due)
    rows = {
        "person": plans["person"][source],
        "plan": plans["rid"][source],
        "link": plans["link"][source],
        "day": held,
        "due": due,
        "is_continued": held < end,
        "is_quorate": dice.chance(0.97, count),
        "rec": np.maximum(plans["rec"][source], held + dice.lag_between(0, 6, count)),
        "keep": plans["keep"][source],
    }
    fits = (held <= end) & (held > plans["day"][source])
    rows = take(rows, fits)
    return take(rows, first_of_each(rows["plan"], rows["day"]))


def in_need_rows(referrals: Rows, person: Ints) -> Rows:
    """Child in need plans."""
    rows = take(referrals, referrals["in_need_start"] < NEVER)
    return {
        "person": person[rows["child"]],
        "referral": rows["rid"],
        "link": rows["number"],
        "day": rows["in_need_start"],
        "end": rows["in_need_end"],
        "end_rec": rows["in_need_end"] + 2,
        "team": rows["team"],
        "worker": rows["worker"],
        "rec": np.maximum(rows["rec"], rows["in_need_start"] + 1),
        "keep": rows["close"],
    }


def visit_rows(dice: Dice, stays: Rows, parent: str, every: int, rates_late: float) -> Rows:
    """Visits during plans or periods of care, about every so many days."""
    lengths = np.maximum(stays["end"] - stays["day"], 0)
    source, number = repeat_each(lengths // every)
    count = len(source)
    day = working_days_later(
        stays["day"][source] + number * every + dice.between(2, every - 1, count), 0
    )
    rows = {
        "person": stays["person"][source],
        parent: stays["rid"][source],
        "link": stays["link"][source] if "link" in stays else np.zeros(count, dtype=np.int64),
        "day": day,
        "is_seen": dice.chance(0.96, count),
        "is_alone": dice.chance(0.7, count),
        "is_bedroom": dice.chance(0.5, count),
        "rec": np.maximum(stays["rec"][source], day + dice.lag(rates_late, 0.01, count)),
        "keep": day,
    }
    return take(rows, day <= stays["end"][source])


def involvement_rows(setting: Setting, referrals: Rows, person: Ints) -> Rows:
    """Social workers of a case, one after the other."""
    dice = setting.dice("involvements")
    cases = take(referrals, referrals["path"] > NO_ACTION)
    lengths = cases["close"] - cases["day"]
    changes = np.minimum(dice.poisson(np.maximum(lengths, 0) / 330.0, len(lengths)), 12)
    source, number = repeat_each(1 + changes)
    parts = (1 + changes)[source]
    start = cases["day"][source] + lengths[source] * number // parts
    end = cases["day"][source] + lengths[source] * (number + 1) // parts
    in_care = cases["care_start"][source] <= start
    kind = np.where(
        in_care,
        codes.LOOKED_AFTER,
        np.where((number == 0) & (parts > 1), codes.ASSESSMENT, codes.SAFEGUARDING),
    )
    team, worker = setting.workforce.assign(dice, kind, start)
    first = number == 0
    return {
        "person": person[cases["child"]][source],
        "referral": cases["rid"][source],
        "link": cases["number"][source],
        "day": start,
        "end": end,
        "role": np.zeros(len(source), dtype=np.int64),
        "team": np.where(first, cases["team"][source], team),
        "worker": np.where(first, cases["worker"][source], worker),
        "change": np.where(
            number + 1 == parts, -1, dice.pick(codes.WORKER_CHANGE.weights, len(source))
        ),
        "rec": np.maximum(cases["rec"][source], start + dice.lag_between(0, 3, len(source))),
        "end_rec": end + 1,
        "keep": cases["close"][source],
    }
