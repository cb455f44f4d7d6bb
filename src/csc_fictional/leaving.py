"""Going missing, and life after care."""

from __future__ import annotations

import numpy as np

from csc_fictional import codes
from csc_fictional.care import UNACCOMPANIED
from csc_fictional.clock import NEVER, Ints, birthday, day_number
from csc_fictional.dice import Dice
from csc_fictional.rows import (
    Rows,
    length,
    repeat_each,
    stack,
    take,
    without_overlaps,
)
from csc_fictional.setting import Setting

MINUTES = 24 * 60
NEVER_MINUTE = NEVER * MINUTES
ACCEPTED_MORE_FROM = day_number(2021, 10, 1)


def missing_rows(setting: Setting, periods: Rows, at_home: Rows) -> Rows:
    """Missing spells of children in care and at home; start and end in minutes since 1970.

    `at_home` has person, birth and day for each referred child and referral. A child's spells
    never overlap, and none runs on after the period of care in which it began.
    """
    rates = setting.rates
    dice = setting.dice("missing")
    parts = []
    cared = take(periods, periods["kind"] <= UNACCOMPANIED)
    for young, old, yearly in (
        (11, 16, rates.missing_phases_in_care[0]),
        (16, 18, rates.missing_phases_in_care[1]),
    ):
        first = np.maximum(cared["day"], birthday(cared["birth"], young))
        last = np.minimum(cared["end"], birthday(cared["birth"], old))
        days = np.maximum(last - first, 0)
        source, _ = repeat_each(dice.poisson(days / 365.25 * yearly, len(days)))
        parts.append(
            {
                "person": cared["person"][source],
                "rec": cared["rec"][source],
                "first": first[source] + (dice.share(len(source)) * days[source]).astype(np.int64),
                "last": last[source],
            }
        )
    adult = birthday(at_home["birth"], 18)
    teenage = (at_home["day"] > birthday(at_home["birth"], 12)) & (at_home["day"] < adult - 30)
    prone = take(
        {**at_home, "adult": adult},
        teenage & dice.chance(rates.missing_phases_at_home, length(at_home)),
    )
    parts.append(
        {
            "person": prone["person"],
            "rec": prone["rec"],
            "first": prone["day"],
            "last": prone["adult"],
        }
    )
    phases = stack(parts)
    phase_days = dice.gamma_days(rates.missing_phase_mean_days, length(phases))
    last = np.minimum(phases["last"], phases["first"] + phase_days)
    days = np.maximum(last - phases["first"], 0)
    source, _ = repeat_each(dice.poisson(days * rates.missing_spells_a_day, len(days)))
    count = len(source)
    hour = np.asarray([16, 18, 19, 20, 21, 22, 23, 1, 9, 13])[dice.between(0, 9, count)]
    start_day = phases["first"][source] + (dice.share(count) * days[source]).astype(np.int64)
    start = start_day * MINUTES + hour * 60 + dice.between(0, 11, count) * 5
    spell = np.exp(dice.generator.normal(np.log(640.0), 1.0, count)).astype(np.int64) // 5 * 5
    end = start + np.clip(spell, 20, 25 * MINUTES)
    kind = dice.pick(codes.MISSING_TYPE.weights, count)
    fits = end // MINUTES < phases["last"][source]
    fits &= without_overlaps(phases["person"][source], start, end, 60)
    offered = np.where(dice.chance(rates.interview_offered_share, count), 1, 2)
    share = np.where(
        start_day >= ACCEPTED_MORE_FROM,
        rates.interview_accepted_share[1],
        rates.interview_accepted_share[0],
    )
    accepted = np.where(dice.chance(share, count), 1, 0)
    end_day = end // MINUTES
    rows = take(
        {
            "person": phases["person"][source],
            "start": start,
            "end": end,
            "day": start_day,
            "type": kind,
            "offered": offered,
            "accepted": np.where(offered == 1, accepted, 2),
            "rec": np.maximum(phases["rec"][source], start_day + dice.lag(0.1, 0.02, count)),
            "end_rec": end_day + dice.lag(0.1, 0.01, count),
            "interview_rec": end_day + dice.lag_between(1, 9, count),
            "keep": end_day,
        },
        fits,
    )
    # a spell is recorded after the end of the one before
    rows = take(rows, np.lexsort((rows["start"], rows["person"])))
    start_of = np.append(True, rows["person"][1:] != rows["person"][:-1])
    ended = np.append(0, rows["end_rec"][:-1]) * ~start_of
    group = np.cumsum(start_of) * NEVER
    rows["rec"] = np.maximum(rows["rec"], np.maximum.accumulate(ended + group) - group)
    rows["end_rec"] = np.maximum(rows["end_rec"], rows["rec"])
    return rows


def care_leaver_rows(setting: Setting, periods: Rows) -> tuple[Rows, Rows]:
    """Observations of young people who are leaving or have left care, and deaths among them.

    One row per contact; deaths have person and day.
    """
    rates = setting.rates
    dice = setting.dice("care leavers")
    cared = take(periods, periods["kind"] <= UNACCOMPANIED)
    people, position = np.unique(cared["person"], return_inverse=True)
    count = len(people)
    birth = np.zeros(count, dtype=np.int64)
    birth[position] = cared["birth"]
    turn = {age: birthday(birth, age) for age in (14, 16, 18, 21, 25)}
    cared_days = np.zeros(count, dtype=np.int64)
    inside = np.minimum(cared["end"], turn[18][position]) - np.maximum(
        cared["day"], turn[14][position]
    )
    np.add.at(cared_days, position, np.maximum(inside, 0))
    left = np.zeros(count, dtype=np.int64)
    np.maximum.at(left, position, cared["end"])
    first = np.full(count, NEVER, dtype=np.int64)
    after_16 = np.where(
        cared["end"] > turn[16][position], np.maximum(cared["day"], turn[16][position]), NEVER
    )
    np.minimum.at(first, position, after_16)
    rec = np.zeros(count, dtype=np.int64)
    np.maximum.at(rec, position, cared["rec"])
    there = first < NEVER
    full = there & (cared_days >= 91)
    qualifying = there & ~full & (left > turn[18] - 400)
    start = np.where(qualifying, np.maximum(left, turn[16]), first) + dice.between(5, 70, count)
    longer = dice.chance(rates.supported_after_21_share, count)
    stop = np.where(longer, turn[25] - dice.between(0, 900, count), turn[21] + 60)
    # Whose care another authority took over is that authority's care leaver; who died is nobody's.
    last = cared["end"] == left[position]
    followed = np.ones(count, dtype=bool)
    followed[position[last]] = ~np.isin(cared["exit"][last], codes.EPISODE_END.numbers("E2", "E3"))
    died = np.where(
        full & dice.chance(0.004, count) & followed, turn[18] + dice.between(30, 900, count), NEVER
    )
    span = np.where(full | qualifying, np.maximum(stop - start, 0), 0)
    source, number = repeat_each(span // 43)
    total = len(source)
    day = start[source] + number * 43 + dice.between(0, 24, total)
    age_18, age_21 = day >= turn[18][source], day >= turn[21][source]
    eligibility = np.select(
        [
            qualifying[source],
            ~age_18 & (day < left[source]),
            ~age_18,
        ],
        [codes.ELIGIBILITY.number(code) for code in ("Qualifying", "Eligible", "Relevant")],
        codes.ELIGIBILITY.number("Former Relevant"),
    )
    is_end = age_21 & ~longer[source] & (day > turn[21][source] + 10)
    often = ~age_21 | is_end | dice.chance(0.4, total)
    changes = dice.chance(0.12, total) | (number == 0)
    phase = np.cumsum(changes) - 1
    phases = int(changes.sum())
    touch = dice.pick(codes.IN_TOUCH.weights, phases)[phase]
    touch = np.where(~age_18, 0, touch)
    band = (day >= birthday(birth[source], 19)).astype(np.int64)
    suitable = dice.share(phases)[phase] < np.asarray(rates.suitable_share)[band] / 0.945
    good = np.asarray(codes.ACCOMMODATION.weights).copy()
    poor_codes = codes.ACCOMMODATION.numbers("R", "S", "V", "W", "X")
    good[poor_codes] = 0.0
    poor = np.zeros(len(good))
    poor[poor_codes] = np.asarray(codes.ACCOMMODATION.weights)[poor_codes]
    poor[codes.ACCOMMODATION.numbers("K", "U", "Y")] = 0.6
    home = np.where(
        suitable, dice.pick(tuple(good), phases)[phase], dice.pick(tuple(poor), phases)[phase]
    )
    # former foster carers (Z) and foyers (T) take adults; before, it is supported lodgings (E)
    staying = ~age_18 & np.isin(home, codes.ACCOMMODATION.numbers("Z", "T"))
    home = np.where(staying, codes.ACCOMMODATION.number("E"), home)
    busy = dice.share(phases)[phase] < np.asarray(rates.education_or_work_share)[band] / 0.945
    weights = np.asarray(codes.ACTIVITY.weights)
    eet = dice.pick(tuple(weights[: codes.EET_ACTIVITIES]), phases)[phase]
    neet = (
        codes.EET_ACTIVITIES
        + dice.pick(tuple(weights[codes.EET_ACTIVITIES :][: codes.NEET_ACTIVITIES]), phases)[phase]
    )
    # until March 2021 an apprenticeship was training or employment
    before = day < day_number(2021, 4, 1)
    for old, new in (("F3", ("F4", "F5")), ("P3", ("P4", "P5"))):
        eet = np.where(
            before & np.isin(eet, codes.ACTIVITY.numbers(*new)), codes.ACTIVITY.number(old), eet
        )
    death_now = (day <= died[source]) & (day + 43 > died[source])
    touch = np.where(death_now, codes.IN_TOUCH.number("DIED"), touch)
    known = touch == 0
    team, worker = setting.workforce.assign(dice, codes.LEAVING, day)
    rows = {
        "person": people[source],
        "day": np.where(death_now, died[source], day),
        "eligibility": np.where(is_end, -1, eligibility),
        "touch": touch,
        "accommodation": np.where(known, home, -1),
        "suitable": np.where(known, np.where(suitable, 0, 1), -1),
        "activity": np.where(known, np.where(busy, eet, neet), -1),
        "plan_day": np.where(dice.chance(0.95, total), day - dice.between(3, 190, total), NEVER),
        "has_adviser": dice.chance(0.96, total),
        "team": team,
        "worker": worker,
        "rec": np.maximum(rec[source], day + dice.lag(0.15, 0.02, total)),
        "keep": day,
    }
    rows["rec"] = np.maximum(rows["rec"], rows["day"])
    rows["keep"] = rows["day"]
    fits = often & ((day <= died[source]) | death_now) & (followed[source] | (day < left[source]))
    dead = died < NEVER
    # Whom nobody supports any more has no eligibility from then on: the last row says so.
    is_last = np.append(source[1:] != source[:-1], True)
    ends = np.where(longer, stop, turn[21] + 30)
    over = is_last & ~is_end & (followed & (died == NEVER) & (ends < turn[25]))[source]
    closing = take(rows, over)
    closing["day"] = ends[source][over]
    closing["rec"] = np.maximum(closing["rec"], closing["day"] + 3)
    closing["keep"] = closing["day"]
    unknown = np.full(length(closing), -1, dtype=np.int64)
    closing.update(eligibility=unknown, accommodation=unknown, suitable=unknown, activity=unknown)
    closing["touch"] = np.full(length(closing), codes.IN_TOUCH.number("NREQ"))
    return stack([take(rows, fits), closing]), {"person": people[dead], "day": died[dead]}


def immigration_rows(dice: Dice, arrivals: Rows, others: Ints, other_days: Ints) -> Rows:
    """Immigration statuses: of unaccompanied children until 18 or a decision, and of others."""
    count = length(arrivals)
    adult = birthday(arrivals["birth"], 18)
    decided = arrivals["day"] + dice.between(200, 900, count)
    decision = dice.chance(0.45, count) & (decided < adult)
    end = np.where(decision, decided, adult)
    number = codes.IMMIGRATION.number
    granted = np.asarray([number("REFUGEE"), number("DLR"), number("ILR")])[
        dice.pick((0.6, 0.25, 0.15), count)
    ]
    later = np.where(decision, granted, number("ADULT"))
    parts = [
        {
            "person": arrivals["person"],
            "day": arrivals["day"],
            "end": end,
            "status": np.full(count, number("UASC")),
            "rec": arrivals["day"] + 1,
        },
        {
            "person": arrivals["person"],
            "day": end,
            "end": end + np.where(decision, NEVER, dice.between(100, 700, count)),
            "status": later,
            "rec": end + dice.lag_between(0, 20, count),
        },
        {
            "person": others,
            "day": other_days,
            "end": np.full(len(others), NEVER, dtype=np.int64),
            "status": np.full(len(others), number("ILR")),
            "rec": other_days + 5,
        },
    ]
    rows = stack(parts)
    rows["end"] = np.minimum(rows["end"], NEVER)
    rows["end_rec"] = np.where(rows["end"] < NEVER, rows["end"] + 3, NEVER)
    # An extract has every status of the people in it: a status keeps nobody in (see story._people).
    rows["keep"] = np.full(len(rows["day"]), -NEVER, dtype=np.int64)
    return rows


def sdq_scores(dice: Dice, count: int) -> Ints:
    """Scores of 0 to 40 around the published mean of 15."""
    return np.clip(np.rint(dice.generator.normal(15.0, 7.2, count)), 0, 40).astype(np.int64)
