"""The local extensions of the same life stories: what the national shapes lack.

Exclusions and suspensions of children in need, return interviews after missing spells, and the
posts of the workforce; written as documented CSV files beside the extract of the case system.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from csc_fictional import codes
from csc_fictional.clock import (
    NEVER,
    Ints,
    birthday,
    day_number,
    working_days_later,
    years_old,
)
from csc_fictional.dialects import CLEAN, pick
from csc_fictional.front_door import NO_ACTION
from csc_fictional.layout import Extract, TableLayout
from csc_fictional.rows import (
    Rows,
    finish,
    first_of_each,
    length,
    look_up,
    repeat_each,
    stack,
    take,
    without_overlaps,
)
from csc_fictional.setting import (
    FIRST_WORKING_YEAR,
    LAST_WORKING_YEAR,
    Setting,
    Workforce,
)

SUSPENSION, PERMANENT_EXCLUSION = range(2)
PRIMARY_AGE, SECONDARY_AGE, LEAVING_AGE = 5, 11, 16
"""Completed years on the first day of a school year, from which a phase begins."""
TERM_WEEKS = (*range(7), *range(8, 15), *range(18, 24), *range(25, 30), *range(32, 38),
              *range(39, 46))  # fmt: skip
"""Weeks of term, counted from the first Monday of September."""
MINUTES_A_DAY = 24 * 60
IN_TIME_MINUTES = 72 * 60
VACANCY_BASE = 5_000_000
"""Numbers of vacant posts start here."""
VACANCY_DAYS = 200


def education_rows(setting: Setting, referrals: Rows, people: Rows) -> Rows:
    """Suspensions and permanent exclusions of children in the school years of their cases.

    `referrals` has person, birth, day, close and path, one row a referral.
    """
    rates = setting.rates
    dice = setting.dice("education")
    cases = take(referrals, referrals["path"] > NO_ACTION)
    first = _school_year(cases["day"])
    last = _school_year(np.minimum(cases["close"], birthday(cases["birth"], LEAVING_AGE + 1)))
    source, number = repeat_each(np.maximum(last - first + 1, 1))
    rows = {name: cases[name][source] for name in ("person", "birth")}
    rows["school_year"] = first[source] + number
    rows = take(rows, first_of_each(rows["person"], rows["school_year"]))
    september = _first_day(rows["school_year"])
    age = years_old(rows["birth"], september)
    rows["phase"] = np.where(age >= SECONDARY_AGE, 1, 0)
    rows = take(rows, (age >= PRIMARY_AGE) & (age < LEAVING_AGE))
    parts = []
    for kind, shares in (
        (SUSPENSION, rates.suspended_share),
        (PERMANENT_EXCLUSION, rates.permanently_excluded_share),
    ):
        chosen = take(rows, dice.chance(np.asarray(shares)[rows["phase"]], length(rows)))
        times = 1 + dice.pick((0.45, 0.25, 0.15, 0.1, 0.05), length(chosen))
        source, _ = repeat_each(times if kind == SUSPENSION else np.ones_like(times))
        chosen = take(chosen, source)
        parts.append({**chosen, "kind": np.full(length(chosen), kind)})
    both = stack(parts)
    count = length(both)
    start = _school_day(both["school_year"], dice.share(count))
    sessions = np.asarray((1, 2, 4, 6, 8, 10))[dice.pick((0.1, 0.4, 0.25, 0.1, 0.05, 0.1), count)]
    end = working_days_later(start, (sessions + 1) // 2 - 1)
    permanent = both["kind"] == PERMANENT_EXCLUSION
    person = both["person"]
    special = dice.chance(0.06, count)
    late = start + dice.lag(rates.late_share, rates.very_late_share, count)
    known = look_up(people["person"], people["rec"], person, NEVER)
    kept = look_up(people["person"], people["keep"], person, -NEVER)
    withdrawn = dice.chance(rates.deleted_share * 2, count)
    rec = np.maximum(late, known)
    result = {
        "person": person,
        "kind": both["kind"],
        "day": start,
        "end": np.where(permanent, NEVER, end),
        "sessions": np.where(permanent, -1, sessions),
        "phase": np.where(special, 2, both["phase"]),
        "rec": rec,
        "keep": np.minimum(start, kept),
        "gone": np.where(withdrawn, rec + dice.between(20, 120, count), NEVER),
    }
    fits = without_overlaps(person, start, end) & (rec < NEVER)
    return finish(take(result, fits), setting.rid_base)


def interview_rows(setting: Setting, missing: Rows) -> Rows:
    """Return interviews after missing spells (of `missing` rows of type M), as the teams keep them.

    Offered and accepted as the case system says; held some hours after the return, most of them
    within 72; offered when a third of that time had gone. `start`, `offered_at` and `held` are
    minutes since 1970.
    """
    rates = setting.rates
    dice = setting.dice("return interviews")
    asked = (missing["type"] == codes.MISSING_TYPE.number("M")) & (missing["gone"] == NEVER)
    spells = take(missing, asked & dice.chance(0.97, length(missing)))
    count = length(spells)
    accepted = (spells["offered"] == 1) & (spells["accepted"] == 1)
    soon = dice.between(5, IN_TIME_MINUTES // 60 - 1, count) * 60
    later = IN_TIME_MINUTES + dice.between(1, 24 * 9, count) * 60
    wait = np.where(dice.chance(rates.interview_in_72_hours_share, count), soon, later)
    held = spells["end"] + wait + dice.between(0, 11, count) * 5
    offered_at = np.where(spells["offered"] == 1, spells["end"] + wait // 3, NEVER * MINUTES_A_DAY)
    held = np.where(accepted, held, NEVER * MINUTES_A_DAY)
    held_day = np.where(accepted, held // MINUTES_A_DAY, spells["interview_rec"])
    rec = np.maximum(spells["interview_rec"], spells["end_rec"])
    reason = dice.pick(codes.MISSING_REASON.weights, count)
    return finish(
        {
            "person": spells["person"],
            "spell": spells["rid"],
            "start": spells["start"],
            "ended": spells["end"],
            "offered": spells["offered"],
            "accepted": spells["accepted"],
            "offered_at": offered_at,
            "held": held,
            "reason": np.where(accepted, reason, -1),
            "is_independent": dice.chance(rates.interview_independent_share, count),
            "rec": np.maximum(rec, held_day + dice.lag_between(0, 3, count)),
            "keep": spells["keep"],
        },
        setting.rid_base,
    )


def post_rows(workforce: Workforce, size: float, vacancies: int) -> Rows:
    """One row per worker in a post, and one per vacancy: from and to day, full-time share.

    `vacancies` is how many posts are vacant at a time in an authority of size 1.0.
    """
    workers = workforce.worker_rows()
    count = length(workers)
    last_day = day_number(LAST_WORKING_YEAR, 12, 31)
    leaves = workers["keep"] < last_day
    held = {
        "rid": workers["rid"],
        "worker": workers["rid"],
        "team": workers["team"],
        "kind": workers["kind"],
        "day": workers["rec"],
        "end": np.where(leaves, workers["keep"], NEVER),
        "full_time": workers["full_time"],
        "is_agency": workers["is_agency"],
        "days_absent": workers["rid"] * 7919 % 97 % 19,
        "rec": workers["rec"],
        "keep": np.where(leaves, workers["keep"], NEVER),
        "gone": np.full(count, NEVER, dtype=np.int64),
    }
    first = day_number(FIRST_WORKING_YEAR, 1, 1)
    apart = max(1, round(VACANCY_DAYS / max(vacancies * size, 1)))
    start = np.arange(first, last_day, apart, dtype=np.int64)
    number = np.arange(len(start))
    team = number * 7 % len(workforce.team_number)
    vacant = {
        "rid": VACANCY_BASE + number,
        "worker": np.full(len(start), -1, dtype=np.int64),
        "team": workforce.team_number[team],
        "kind": workforce.team_kind[team],
        "day": start,
        "end": start + VACANCY_DAYS // 2 + number * 37 % VACANCY_DAYS,
        "full_time": np.asarray([1.0, 1.0, 0.5])[number % 3],
        "is_agency": np.zeros(len(start), dtype=bool),
        "days_absent": np.full(len(start), -1, dtype=np.int64),
        "rec": start,
        "gone": np.full(len(start), NEVER, dtype=np.int64),
    }
    vacant["keep"] = vacant["end"]
    return stack([held, vacant])


def _school_year(day: Ints) -> Ints:
    """The year in whose September a day's school year began."""
    months = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    year: Ints = (months - 8) // 12 + 1970
    return year


def _first_day(school_year: Ints) -> Ints:
    """The number of 1 September of a year."""
    years = (school_year - 1970).astype("datetime64[Y]")
    months = years.astype("datetime64[M]") + 8
    day: Ints = months.astype("datetime64[D]").astype(np.int64)
    return day


def _school_day(school_year: Ints, share: np.ndarray) -> Ints:
    """A school day of the year: `share` (0 to 1) of its days have gone."""
    september = _first_day(school_year)
    monday = september + (-(september + 3)) % 7
    place = (share * len(TERM_WEEKS) * 5).astype(np.int64)
    week = np.asarray(TERM_WEEKS)[place // 5]
    return working_days_later(monday + week * 7 + place % 5, 0)


# -- how they are written --------------------------------------------------------------------------
def extract_of(extract: Extract) -> Extract:
    """The same month in the one form that the local files have, ids as the case system has them."""
    written = replace(CLEAN, person_prefix=extract.dialect.person_prefix)
    return replace(extract, dialect=written)


def layouts(extract: Extract) -> list[TableLayout]:
    """The local files of an extract (see `extract_of`)."""
    return [_return_interviews(extract), _education_status(extract), _workforce(extract)]


def _return_interviews(extract: Extract) -> TableLayout:
    d = extract.dialect
    words = ("N", "Y", "NA")
    offered = f"offered_at < {NEVER * MINUTES_A_DAY}"
    held = f"held < {NEVER * MINUTES_A_DAY}"
    return TableLayout(
        "return_interviews",
        "interviews",
        {
            "return_interview_id": "'RHI' || cast(rid as varchar)",
            "person_id": d.person(),
            "missing_episode_id": d.number("spell"),
            "missing_start": d.minute("start"),
            "missing_end": d.minute("ended"),
            "offered": pick("offered", words),
            "accepted": pick("accepted", words),
            "offered_at": f"case when {offered} then {d.minute('offered_at')} end",
            "held_at": f"case when {held} then {d.minute('held')} end",
            "missing_reason": d.code("reason", codes.MISSING_REASON),
            "is_independent": f"case when {held} then {d.yes_no('is_independent')} end",
        },
        record_column="return_interview_id",
        person_column="person_id",
    )


def _education_status(extract: Extract) -> TableLayout:
    d = extract.dialect
    return TableLayout(
        "education_status",
        "education",
        {
            "education_status_id": "'EDU' || cast(rid as varchar)",
            "person_id": d.person(),
            "status": pick("kind", ("suspension", "permanent exclusion")),
            "start_date": d.day("day"),
            "end_date": d.seen("ended", "rec"),
            "sessions": "case when sessions > 0 then cast(sessions as varchar) end",
            "school_phase": pick("phase", ("primary", "secondary", "special")),
        },
        record_column="education_status_id",
        person_column="person_id",
    )


def _workforce(extract: Extract) -> TableLayout:
    d = extract.dialect
    absent = "days_absent >= 0 and ended > :day"
    return TableLayout(
        "workforce",
        "posts",
        {
            "post_id": "'P' || cast(rid as varchar)",
            "worker_id": f"case when worker >= 0 then {d.worker('worker')} end",
            "role": pick("kind", codes.WORKFORCE_ROLES),
            "team": d.team(),
            "full_time_equivalent": "cast(cast(full_time as decimal(4, 2)) as varchar)",
            "is_agency": d.yes_no("is_agency"),
            "is_vacant": d.yes_no("worker < 0"),
            "start_date": d.day("day"),
            "end_date": d.seen("ended", "ended"),
            "absence_days": f"case when {absent} then cast(days_absent as varchar) end",
        },
        record_column="post_id",
    )
