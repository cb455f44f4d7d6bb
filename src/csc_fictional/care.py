"""Care: periods, legal statuses, placements and the episodes between their changes.

A period of care is simulated with its legal statuses and its placements; an episode is a stretch
in which neither changes, as in the looked-after return.
"""

from __future__ import annotations

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
from csc_fictional.dice import Dice
from csc_fictional.rates import RATES, Rates
from csc_fictional.rows import Rows, length, look_up, repeat_each, stack, take
from csc_fictional.setting import Setting

ORDINARY, UNACCOMPANIED, BREAKS_AGREED, BREAKS_SINGLE = range(4)
NO_P2_FROM, SUPPORTED_FROM = day_number(2023, 10, 28), day_number(2024, 4, 1)
"""From these days P2 is H5, and H5 is K3 (collection guides 2023-24 and 2024-25)."""
ORDER_CODES_FROM = day_number(2018, 4, 1)
"""Until then special guardianship had two codes, and a custody arrangement none (guide 2018-19)."""

_END = codes.EPISODE_END.number
_LEGAL = codes.LEGAL_STATUS.number
_TYPE = codes.PLACEMENT_TYPE.number
_PROVIDER = codes.PROVIDER.number
TEMPORARY = codes.PLACEMENT_TYPE.numbers("T0", "T1", "T2", "T3", "T4")
MAX_PLACEMENTS = 40
SETTLED = codes.PLACEMENT_TYPE.numbers("P1", "H5", "P2", "K3", "A5")
"""Types that no temporary placement interrupts."""


def plan_exit(dice: Dice, birth: Ints, start: Ints) -> tuple[Ints, Ints]:
    """When and how a child leaves ordinary care: last days and EPISODE_END numbers."""
    count = len(start)
    adult = birthday(birth, 18)
    age = years_old(birth, start)
    stay = dice.pick(RATES.care_length, count)
    weeks = start + np.where(dice.chance(0.06, count), 1, dice.between(4, 170, count))
    months = start + 150 + dice.gamma_days(330, count)
    adopted = (age < 3) & dice.chance(0.5, count)
    adoption = start + dice.between(480, 900, count)
    guarded = (age < 11) & dice.chance(0.3, count)
    guardianship = start + dice.between(400, 1500, count)
    back_home = dice.chance(0.22, count)
    home = start + ((adult - start) * (0.25 + 0.7 * dice.share(count))).astype(np.int64)
    long = np.select([adopted, guarded, back_home], [adoption, guardianship, home], adult)
    end = np.minimum(np.choose(stay, (weeks, months, long)), adult)
    end = np.maximum(end, start)
    returned = np.asarray([_END("E4A"), _END("E4B"), _END("E8"), _END("E13"), _END("E3")])[
        dice.pick((0.62, 0.2, 0.1, 0.06, 0.02), count)
    ]
    ordered = np.where(
        age < 12,
        np.asarray([_END("E4A"), _END("E45"), _END("E41"), _END("E47")])[
            dice.pick((0.45, 0.3, 0.15, 0.1), count)
        ],
        returned,
    )
    order_kind = np.asarray([_END("E45"), _END("E46"), _END("E48")])[
        dice.pick((0.7, 0.2, 0.1), count)
    ]
    adoption_kind = np.where(dice.chance(0.5, count), _END("E12"), _END("E11"))
    long_kind = np.select([adopted, guarded, back_home], [adoption_kind, order_kind, returned], 0)
    kind = np.choose(stay, (returned, ordered, long_kind))
    died = dice.chance(0.003, count) & (end < adult)
    kind = np.where(died, _END("E2"), kind)
    early = end < ORDER_CODES_FROM
    kind = np.where(early & np.isin(kind, [_END("E45"), _END("E46")]), _END("E43"), kind)
    kind = np.where(early & np.isin(kind, [_END("E47"), _END("E48")]), _END("E44"), kind)
    return end, np.where(end >= adult, _adult_exit(dice, count), kind)


def _adult_exit(dice: Dice, count: int) -> Ints:
    ways = codes.EPISODE_END.numbers("E5", "E6", "E17", "E7", "E8", "E9")
    return np.asarray(ways)[dice.pick((0.36, 0.08, 0.25, 0.04, 0.24, 0.03), count)]


def unaccompanied_exit(dice: Dice, birth: Ints, start: Ints) -> tuple[Ints, Ints]:
    """When and how an unaccompanied child leaves care."""
    count = len(start)
    adult = birthday(birth, 18)
    early = dice.pick((0.86, 0.08, 0.03, 0.03), count)
    soon = start + dice.between(10, 70, count)
    end = np.minimum(np.where(early == 0, adult, soon), adult)
    kind = np.asarray([0, _END("E3"), _END("E8"), _END("E15")])[early]
    return end, np.where(end >= adult, _adult_exit(dice, count), kind)


def legal_rows(setting: Setting, periods: Rows) -> Rows:
    """Legal statuses of periods of care: period (position), day, end, status."""
    dice = setting.dice("legal status")
    count = length(periods)
    start, end, kind = periods["day"], periods["end"], periods["kind"]
    age = years_old(periods["birth"], start)
    first = np.asarray(codes.LEGAL_STATUS.numbers("V2", "C1", "L2", "L1", "J1"))[
        dice.pick((0.52, 0.27, 0.07, 0.10, 0.04), count)
    ]
    first = np.where((first == _LEGAL("J1")) & (age < 12), _LEGAL("C1"), first)
    adopted = np.isin(periods["exit"], codes.EPISODE_END.numbers("E11", "E12"))
    first = np.where(adopted & (first == _LEGAL("V2")), _LEGAL("C1"), first)
    special = kind != ORDINARY
    first = np.where(
        special, np.asarray([0, _LEGAL("V2"), _LEGAL("V4"), _LEGAL("V3")])[kind], first
    )
    steps = [(start, first)]
    urgent = np.isin(first, codes.LEGAL_STATUS.numbers("L1", "L2", "J1"))
    wait = np.select(
        [first == _LEGAL("L1"), first == _LEGAL("L2")],
        [dice.between(1, 3, count), dice.between(5, 8, count)],
        dice.between(20, 110, count),
    )
    to_order = (first == _LEGAL("L2")) | adopted | dice.chance(0.5, count)
    second_day = np.where(urgent, start + wait, NEVER)
    second = np.where(to_order & (first != _LEGAL("J1")), _LEGAL("C1"), _LEGAL("V2"))
    steps.append((second_day, second))
    now = np.where(urgent, second, first)
    now_day = np.where(urgent, second_day, start)
    asks = (now == _LEGAL("V2")) & ~special & dice.chance(0.4, count)
    interim_day = np.where(asks, now_day + dice.between(50, 220, count), NEVER)
    steps.append((interim_day, np.full(count, _LEGAL("C1"))))
    interim = np.where(now == _LEGAL("C1"), now_day, interim_day)
    full_day = np.where(interim < NEVER, interim + dice.between(170, 300, count), NEVER)
    steps.append((full_day, np.full(count, _LEGAL("C2"))))
    order_day = np.where(adopted, full_day + dice.between(0, 60, count) * 1, NEVER)
    order_day = np.where(order_day == full_day, order_day + 7, order_day)
    steps.append((order_day, np.full(count, _LEGAL("E1"))))
    rows = stack(
        {"period": np.arange(count), "day": day, "status": status} for day, status in steps
    )
    rows = take(rows, (rows["day"] < end[rows["period"]]) | (rows["day"] == start[rows["period"]]))
    rows = take(rows, np.lexsort((rows["day"], rows["period"])))
    return {**rows, "end": _next_day(rows["period"], rows["day"], end)}


def _next_day(period: Ints, day: Ints, period_end: Ints) -> Ints:
    """The next row's day within the period, or the period's end."""
    following = np.append(day[1:], 0)
    is_last = np.append(period[1:] != period[:-1], True)
    return np.where(is_last, period_end[period], following)


def _types(dice: Dice, age: Ints, day: Ints, kind: Ints, full_order: Ints) -> Ints:
    """Placement types of new carers, by age, kind of care and day."""
    count = len(age)
    small = np.asarray(
        codes.PLACEMENT_TYPE.numbers("U6", "U4", "U3", "U1", "U5", "U2", "R3", "K2", "P1")
    )[dice.pick((0.34, 0.18, 0.16, 0.12, 0.08, 0.02, 0.02, 0.03, 0.05), count)]
    middle = np.asarray(
        codes.PLACEMENT_TYPE.numbers("U6", "U4", "U3", "U1", "K2", "P1", "S1", "R2", "K1", "Z1")
    )[dice.pick((0.31, 0.24, 0.08, 0.08, 0.21, 0.04, 0.015, 0.005, 0.01, 0.01), count)]
    older = np.asarray(
        codes.PLACEMENT_TYPE.numbers(
            "U6", "U4", "U1", "K2", "H5", "P2", "P1", "R5", "K1", "Z1", "P3"
        )
    )[dice.pick((0.19, 0.19, 0.05, 0.19, 0.22, 0.07, 0.03, 0.02, 0.01, 0.02, 0.005), count)]
    arrived = np.asarray(codes.PLACEMENT_TYPE.numbers("H5", "P2", "U6"))[
        dice.pick((0.68, 0.16, 0.16), count)
    ]
    chosen = np.where(age < 10, small, np.where(age < 16, middle, older))
    young = np.where(dice.chance(0.8, count), _TYPE("U6"), _TYPE("U4"))
    chosen = np.where(kind == UNACCOMPANIED, np.where(age < 16, young, arrived), chosen)
    breaks = np.where(dice.chance(0.7, count), _TYPE("U6"), _TYPE("K2"))
    chosen = np.where(kind >= BREAKS_AGREED, breaks, chosen)
    at_home = (chosen == _TYPE("P1")) & (day < full_order)
    chosen = np.where(at_home, np.where(age < 16, _TYPE("U6"), _TYPE("K2")), chosen)
    chosen = np.where((chosen == _TYPE("P2")) & (day >= NO_P2_FROM), _TYPE("H5"), chosen)
    return np.where((chosen == _TYPE("H5")) & (day >= SUPPORTED_FROM), _TYPE("K3"), chosen)


def _carers(rates: Rates, dice: Dice, kinds: Ints, care_kind: Ints) -> Rows:
    """Provider, registration number, postcode number and miles from home of new carers."""
    count = len(kinds)
    foster = kinds >= _TYPE("U1")
    kin = np.isin(kinds, codes.PLACEMENT_TYPE.numbers("U1", "U2", "U3"))
    own = np.where(kin | dice.chance(0.55, count), _PROVIDER("PR1"), _PROVIDER("PR4"))
    home = np.asarray(codes.PROVIDER.numbers("PR4", "PR1", "PR5"))[
        dice.pick((0.8, 0.12, 0.08), count)
    ]
    provider = np.where(foster & (kinds < _TYPE("Z1")), own, home)
    parents = kinds == _TYPE("P1")
    public = np.isin(kinds, codes.PLACEMENT_TYPE.numbers("R2", "R5"))
    provider = np.select(
        [parents, public, kinds == _TYPE("Z1")], [_PROVIDER("PR0"), _PROVIDER("PR3"), -1], provider
    )
    registered = foster & (kinds < _TYPE("Z1")) | np.isin(
        kinds, codes.PLACEMENT_TYPE.numbers("K1", "K2", "R3")
    )
    newer = np.isin(kinds, codes.PLACEMENT_TYPE.numbers("H5", "K3"))
    urn = np.select(
        [registered, newer],
        [dice.between(900_000, 999_999, count), dice.between(9_900_000, 9_999_999, count)],
        0,
    )
    far = dice.chance(rates.far_share, count) & ~parents & ~kin
    near = np.minimum(20.0, dice.generator.gamma(1.6, 4.6, count))
    miles = np.where(far, 20.1 + dice.generator.exponential(38.0, count), near)
    miles = np.where(parents, 0.0, np.round(miles, 1))
    unknown = dice.chance(rates.distance_unknown_share, count)
    unknown |= (care_kind == UNACCOMPANIED) & (rates.distance_unknown_share > 0)
    return {
        "provider": provider,
        "urn": urn,
        "postcode": dice.between(0, 35_999, count),
        "miles": np.where(unknown, -1.0, np.minimum(miles, 400.0)),
    }


def placement_rows(setting: Setting, periods: Rows, legal: Rows) -> Rows:
    """Placements of periods of care, in order: period, number, day, end, type and so on.

    `same_carer` is true where the carer of the one before stays; the reason for change belongs
    to the placement that ends.
    """
    dice = setting.dice("placements")
    count = length(periods)
    start, end, kind = periods["day"], periods["end"], periods["kind"]
    full = legal["status"] == _LEGAL("C2")
    full_order = look_up(legal["period"][full], legal["day"][full], np.arange(count), NEVER)
    unstable = dice.chance(setting.rates.unstable_child_share, count) & (kind <= UNACCOMPANIED)
    adopted = np.isin(periods["exit"], codes.EPISODE_END.numbers("E11", "E12"))
    matched = np.where(adopted, end - dice.between(170, 330, count), NEVER)
    matched = np.where(matched - start > 90, matched, NEVER)
    # Adopters take a child when the placement order is made, or by consent where none is.
    by_order = legal["status"] == _LEGAL("E1")
    order = look_up(legal["period"][by_order], legal["day"][by_order], np.arange(count), NEVER)
    matched = np.where((matched < NEVER) & (order < NEVER), np.maximum(matched, order), matched)
    day = start.copy()
    current: Rows = {
        name: np.zeros(count, dtype=np.int64) for name in ("type", "provider", "urn", "postcode")
    }
    current["miles"] = np.zeros(count)
    active = np.arange(count)
    parts: list[Rows] = []
    moved_in_a_day = np.zeros(count, dtype=bool)
    for number in range(MAX_PLACEMENTS):
        if not len(active):
            break
        size = len(active)
        age = years_old(periods["birth"][active], day[active])
        to_adopters = day[active] == matched[active]
        is_ordered = order[active] < NEVER
        foster = current["type"][active] >= _TYPE("U1")
        stays = (
            (number > 0)
            & foster
            & ~moved_in_a_day[active]
            & (dice.chance(0.26, size) | (to_adopters & dice.chance(0.4, size)))
            & (current["type"][active] < _TYPE("Z1"))
            & (~to_adopters | is_ordered)
        )
        chosen = _types(dice, age, day[active], kind[active], full_order[active])
        promoted = np.where(
            np.isin(current["type"][active], codes.PLACEMENT_TYPE.numbers("U3", "U2", "U1")),
            np.where(current["type"][active] == _TYPE("U1"), _TYPE("U3"), _TYPE("U1")),
            np.where(current["type"][active] == _TYPE("U4"), _TYPE("U6"), _TYPE("U4")),
        )
        chosen = np.where(stays, promoted, chosen)
        adopters = np.where(is_ordered, np.where(stays, _TYPE("A5"), _TYPE("A6")), _TYPE("A4"))
        chosen = np.where(to_adopters, adopters, chosen)
        carers = _carers(setting.rates, dice, chosen, kind[active])
        for name, values in carers.items():
            current[name][active] = np.where(stays, current[name][active], values)
        current["type"][active] = chosen
        stay_days = _stay(dice, number, unstable[active], kind[active], size)
        instant = dice.chance(0.006, size) & (number > 0)
        stay_days = np.where(instant, 0, stay_days)
        until = np.minimum(day[active] + stay_days, end[active])
        until = np.where(to_adopters, end[active], until)
        wait = matched[active]
        until = np.where((wait < NEVER) & (wait > day[active]) & (until > wait), wait, until)
        is_last = (until >= end[active]) | (number == MAX_PLACEMENTS - 1)
        # a change in the last days is no change
        is_last |= (end[active] - until < 2) & (wait >= NEVER)
        until = np.where(is_last, end[active], until)
        parts.append(
            {
                "period": active,
                "number": np.full(size, number),
                "day": day[active],
                "end": until,
                "same_carer": stays,
                **{name: values[active] for name, values in current.items()},
            }
        )
        moved_in_a_day[active] = until == day[active]
        day[active] = until
        active = active[~is_last]
    rows = _with_temporary_moves(dice, stack(parts), periods)
    return _with_change_reasons(dice, rows)


def _stay(dice: Dice, number: int, unstable: np.ndarray, kind: Ints, count: int) -> Ints:
    """How long a placement lasts."""
    brief = dice.chance(0.30 if number == 0 else 0.07, count)
    days = np.where(brief, dice.between(1, 45, count), dice.mean_days(2000.0, count))
    days = np.where(unstable, dice.mean_days(85.0, count), days)
    return np.where(kind >= BREAKS_AGREED, 100_000, days)


def _with_temporary_moves(dice: Dice, rows: Rows, periods: Rows) -> Rows:
    """Let some long placements be interrupted by a temporary one and go on after it."""
    count = length(rows)
    days = rows["end"] - rows["day"]
    ordinary = periods["kind"][rows["period"]] <= UNACCOMPANIED
    holds = (days > 150) & ordinary & dice.chance(0.10, count) & ~np.isin(rows["type"], SETTLED)
    away = np.asarray(TEMPORARY)[dice.pick((0.08, 0.3, 0.2, 0.2, 0.22), count)]
    leave = rows["day"] + 20 + (dice.share(count) * np.maximum(days - 60, 1)).astype(np.int64)
    back = leave + np.where(
        away == _TYPE("T4"), dice.between(1, 7, count), dice.between(2, 20, count)
    )
    rows["order"] = rows["number"] * 4
    before = take(rows, holds)
    between = take(rows, holds)
    after = take(rows, holds)
    rows["end"] = np.where(holds, leave, rows["end"])
    between |= {
        "day": leave[holds],
        "end": back[holds],
        "type": away[holds],
        "order": before["order"] + 1,
        "same_carer": np.zeros(len(before["day"]), dtype=bool),
        "provider": np.where(away[holds] == _TYPE("T3"), -1, _PROVIDER("PR1")),
        "urn": np.zeros(len(before["day"]), dtype=np.int64),
        "postcode": dice.between(0, 35_999, len(before["day"])),
    }
    after |= {
        "day": back[holds],
        "order": before["order"] + 2,
        "same_carer": np.zeros(len(before["day"]), dtype=bool),
    }
    rows = stack([rows, between, after])
    return take(rows, np.lexsort((rows["order"], rows["period"])))


def _with_change_reasons(dice: Dice, rows: Rows) -> Rows:
    """Why each placement ended, where another one follows; a temporary move needs no reason."""
    count = length(rows)
    is_last = np.append(rows["period"][1:] != rows["period"][:-1], True)
    next_same = np.append(rows["same_carer"][1:], False)
    next_temporary = np.append(np.isin(rows["type"][1:], TEMPORARY), False)
    temporary = np.isin(rows["type"], TEMPORARY)
    other = codes.CHANGE_REASON.number("OTHER")
    reason = dice.pick(codes.CHANGE_REASON.weights, count)
    custody = reason == codes.CHANGE_REASON.number("CUSTOD")
    reason = np.where(custody & (rows["end"] < ORDER_CODES_FROM), other, reason)
    reason = np.where(next_same, codes.CHANGE_REASON.number("PLACE"), reason)
    reason = np.where(next_temporary | temporary, -1, reason)
    return {**rows, "reason": np.where(is_last, -1, reason)}


def episode_rows(periods: Rows, legal: Rows, placements: Rows) -> Rows:
    """Episodes: from each change of legal status or placement to the next."""
    big = 1_000_000
    keys = np.unique(
        np.concatenate(
            [
                legal["period"] * big + legal["day"],
                placements["period"] * big + placements["day"],
            ]
        )
    )
    period, day = keys // big, keys % big
    legal_key = legal["period"] * big + legal["day"]
    placement_key = placements["period"] * big + placements["day"]
    status_at = np.searchsorted(legal_key, keys, side="right") - 1
    placed_at = np.searchsorted(placement_key, keys, side="right") - 1
    is_first = np.append(True, period[1:] != period[:-1])
    before = np.append(0, placed_at[:-1])
    legal_change = legal["day"][status_at] == day
    place_change = placed_at != before
    same = placements["same_carer"][placed_at]
    reason = np.select(
        [is_first, legal_change & place_change & same, legal_change & place_change,
         legal_change, place_change & same],
        [codes.EPISODE_START.number(code) for code in ("S", "U", "B", "L", "T")],
        codes.EPISODE_START.number("P"),
    )  # fmt: skip
    end = _next_day(period, day, periods["end"])
    is_last = np.append(is_first[1:], True)
    return {
        "period": period,
        "day": day,
        "end": end,
        "start_reason": reason,
        "end_reason": np.where(is_last, periods["exit"][period], _END("X1")),
        "status": legal["status"][status_at],
        "placement": placed_at,
    }


def record_days(setting: Setting, periods: Rows, episodes: Rows) -> Rows:
    """When each change of a period of care was recorded: period, day, rec; later never earlier."""
    last = periods["end"]
    everything = stack(
        [
            {"period": episodes["period"], "day": episodes["day"]},
            {"period": np.arange(len(last)), "day": last},
        ]
    )
    everything = take(everything, np.lexsort((everything["day"], everything["period"])))
    mixed = (
        everything["period"].astype(np.uint64) + np.uint64((setting.seed + setting.year) % 65_521)
    ) * np.uint64(0x9E3779B97F4A7C15) + everything["day"].astype(np.uint64) * np.uint64(
        0xBF58476D1CE4E5B9
    )
    draw = (mixed >> np.uint64(40)).astype(np.int64)
    lag = np.select(
        [draw % 100 < 72, draw % 100 < 95],
        [draw // 128 % 2, 2 + draw // 128 % 6],
        8 + draw // 128 % 30,
    )
    lag *= not setting.rates.recorded_at_once
    rec = np.maximum(everything["day"] + lag, periods["rec"][everything["period"]])
    rec = np.minimum(rec, periods["known_by"][everything["period"]])
    big = 10_000_000
    rec = np.maximum.accumulate(everything["period"] * big + rec) - everything["period"] * big
    return {"key": everything["period"] * 1_000_000 + everything["day"], "rec": rec}


def recorded(changes: Rows, period: Ints, day: Ints) -> Ints:
    """The day on which the change of a period at a day was recorded."""
    place = np.searchsorted(changes["key"], period * 1_000_000 + day)
    return changes["rec"][np.minimum(place, len(changes["rec"]) - 1)]


def review_rows(setting: Setting, periods: Rows) -> Rows:
    """Reviews of looked-after children: by 20 working days, within 3 months of it, then of 6."""
    dice = setting.dice("care reviews")
    lengths = np.where(periods["kind"] == BREAKS_SINGLE, 0, periods["end"] - periods["day"])
    number_of = np.where(lengths < 28, 0, np.where(lengths < 105, 1, 2 + (lengths - 105) // 168))
    source, number = repeat_each(number_of)
    count = len(source)
    after = np.where(number == 0, 28, 105 + 168 * np.maximum(number - 1, 0))
    due = working_days_later(periods["day"][source] + after, 0)
    early = due - dice.between(0, 9, count)
    late = due + dice.between(1, 25, count)
    held = working_days_later(np.where(dice.chance(0.94, count), early, late), 0)
    age = years_old(periods["birth"][source], held)
    rows = {
        "person": periods["person"][source],
        "period": periods["rid"][source],
        "due": due,
        "day": held,
        "participation": np.where(age < 4, 0, dice.pick(codes.PARTICIPATION.weights, count)),
        "is_cancelled": dice.chance(0.01, count),
        "rec": np.maximum(periods["rec"][source], np.minimum(held, due) - 20),
        "day_rec": held + dice.lag(0.2, 0.01, count),
        "keep": periods["end"][source],
    }
    return take(rows, (held <= periods["end"][source]) & (held > periods["day"][source]))


def health_rows(setting: Setting, periods: Rows) -> Rows:
    """Health checks: the initial assessment, later ones by age, dental checks, opticians."""
    rates = setting.rates
    dice = setting.dice("health checks")
    plain = take(periods, periods["kind"] <= UNACCOMPANIED)
    count = length(plain)
    quick = working_days_later(plain["day"], dice.between(6, 20, count))
    slow = working_days_later(plain["day"], dice.between(21, 60, count))
    share = np.where(plain["kind"] == UNACCOMPANIED, 0.55, rates.initial_health_in_20_days_share)
    day = np.where(dice.chance(share, count), quick, slow)
    number = codes.HEALTH_CHECK.number
    initial = {"source": np.arange(count), "day": day, "type": np.full(count, number("INITIAL"))}
    parts = [initial]
    for code, every, offset in (("REVIEW", 350, 330), ("DENTAL", 200, 60), ("OPTICIAN", 420, 90)):
        days = np.maximum(plain["end"] - plain["day"] - offset, 0)
        source, repeat = repeat_each(-(-days // every))
        due = plain["day"][source] + offset + repeat * every + dice.between(0, 40, len(source))
        parts.append(
            {
                "source": source,
                "day": working_days_later(due, 0),
                "type": np.full(len(source), number(code)),
            }
        )
    rows = stack(parts)
    source = rows["source"]
    total = length(rows)
    status = codes.HEALTH_STATUS.numbers("Completed", "Refused", "Cancelled")
    chosen = np.asarray(status)[dice.pick((0.93, 0.05, 0.02), total)]
    result = {
        "person": plain["person"][source],
        "period": plain["rid"][source],
        "day": rows["day"],
        "type": rows["type"],
        "status": chosen,
        "rec": np.maximum(plain["rec"][source], rows["day"]),
        "status_rec": rows["day"] + dice.lag(0.4, 0.02, total),
        "keep": rows["day"],
    }
    return take(result, rows["day"] <= plain["end"][source])
