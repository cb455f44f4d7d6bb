"""`make signals`: what the control charts call a change, where there is one and where not.

Worlds of every kind of measure, at five sizes of authority: children come and go at constant
rates, events happen, shares are drawn. Then changes are planted. Of each kind it
prints how often the newest month is called changed where nothing changed (at 1%, and at what is
told among a hundred measures), how often a planted change is found within the months that it is
given, and after how many, beside the most that any test could find; then how many false statements
a report makes in which nothing changed. The chart of before, XmR with four rules, is held against
it at its own limits, and both where each is wrong in 1% of the runs.

    python tests/bench/signals.py --runs 1000 --seed 16
    python tests/bench/signals.py --rare           # rare events, and where a change is
    python tests/bench/signals.py --road 20 --homes ROAD   # from extracts to pages: road.py
    python tests/bench/signals.py --write                  # the results into the methods page
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, product
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_warehouse.disclosure import Cell
from csc_warehouse.report import control_chart
from csc_warehouse.report.concentration import Part, concentrated
from csc_warehouse.report.control_chart import Kind, evidence, weight_of_holidays
from csc_warehouse.report.signals import FALSE_SHARE, FALSE_STATEMENTS, LARGEST, chosen
from library import other_rare_charts
from library.four_rules import LIMIT_FACTOR, newest_breaks
from library.other_stock_charts import autocorrelation, differences
from library.places import PROJECT

Numbers = NDArray[np.float64]

#: The page that says how often a report is wrong.
METHODS = PROJECT / "docs" / "control-charts.md"

#: Months of a line, and those after a planted change.
MONTHS, AFTER = 36, 6

#: Children who live in the authority.
AUTHORITIES = (5_000, 15_000, 45_000, 100_000, 250_000)

#: Children in care, and events of a month (starts to be looked after), for each child who lives
#: there: about England's.
IN_CARE, STARTS, REFERRALS = 0.007, 0.0003, 0.0045

#: Measures of a report that can be judged, and reports that are drawn of all lines.
MEASURES, REPORTS = 100, 1000

#: The probability at which a change is told among a hundred measures, and that at which it is
#: strong evidence there, if it stands alone.
TOLD, ALONE = min(LARGEST, FALSE_STATEMENTS / MEASURES), FALSE_SHARE / MEASURES

#: Runs without a change for each run with one, and runs that find the most that could be found:
#: small probabilities need many.
STILL, MOST_RUNS = 5, 40_000

#: The share of false alarms at which the old and the new charts are held against each other.
SAME = 0.01


@dataclass(frozen=True)
class Change:
    """What is planted: which parameter is multiplied or moved, and the months to find it in."""

    name: str
    parameter: str
    times: float = 1.0
    plus: float = 0.0
    within: int = AFTER


Likelihood = Callable[[Numbers, Numbers, Change | None], Numbers]


@dataclass(frozen=True)
class World:
    """A kind of measure at one size: `made(random, runs, change)` gives values and sizes.

    `likelihood(values, sizes, change)` is the logarithm for each month but the first, if known.
    """

    kind: Kind
    name: str
    made: Callable[[np.random.Generator, int, Change | None], tuple[Numbers, Numbers]]
    changes: tuple[Change, ...] = ()
    likelihood: Likelihood | None = None


def _moved(value: float, parameter: str, change: Change | None, month: int) -> float:
    if change is None or change.parameter != parameter or month < MONTHS:
        return value
    return value * change.times + change.plus


def _months(change: Change | None) -> int:
    return MONTHS + (AFTER if change else 0)


def events(mean: float, clustered: bool) -> Callable[..., tuple[Numbers, Numbers]]:
    """Counts of a month: Poisson, or of families of one to three children."""

    def made(
        random: np.random.Generator, runs: int, change: Change | None
    ) -> tuple[Numbers, Numbers]:
        each = [_moved(mean, "rate", change, month) for month in range(_months(change))]
        values = _came(random, np.array(each), (runs, len(each)), clustered)
        return values.astype(float), np.ones(values.shape)

    return made


def _came(
    random: np.random.Generator, mean: Numbers | float, shape: tuple[int, ...], clustered: bool
) -> NDArray[np.int64]:
    if not clustered:
        return random.poisson(mean, shape)
    families = random.poisson(np.asarray(mean) / 1.6, shape)
    return families + random.binomial(families, 0.4) + random.binomial(families, 0.2)


def likelihood_of_events(mean: float) -> Likelihood:
    """Of Poisson counts."""

    def likelihood(values: Numbers, _: Numbers, change: Change | None) -> Numbers:
        expected = _moved(mean, "rate", change, MONTHS)
        logarithm: Numbers = values[:, 1:] * np.log(expected) - expected
        return logarithm

    return likelihood


def likelihood_of_shares(share: float) -> Likelihood:
    """Of binomial shares, in percent."""

    def likelihood(values: Numbers, sizes: Numbers, change: Change | None) -> Numbers:
        each = _moved(share, "share", change, MONTHS)
        counts = np.nan_to_num(values[:, 1:]) / 100 * sizes[:, 1:]
        logarithm: Numbers = counts * np.log(each) + (sizes[:, 1:] - counts) * np.log(1 - each)
        return logarithm

    return likelihood


def likelihood_of_stock(mean: float, stay: float) -> Likelihood:
    """Of who stays and who comes, together as if they were normal."""

    def likelihood(values: Numbers, _: Numbers, change: Change | None) -> Numbers:
        stays = np.exp(-1 / _moved(stay, "stay", change, MONTHS))
        come = _moved(mean * (1 - np.exp(-1 / stay)), "entry", change, MONTHS)
        variance = values[:, :-1] * stays * (1 - stays) + come
        off = values[:, 1:] - values[:, :-1] * stays - come
        logarithm: Numbers = -(off**2 / variance + np.log(variance)) / 2
        return logarithm

    return likelihood


def most(world: World, change: Change, random: np.random.Generator) -> float | None:
    """The share of runs in which the best test of all finds `change` in time; None if not known.

    Neyman and Pearson's: the likelihood ratio of the months since the change, by somebody who knows
    the level before, the month and the size; as often false in each month as what is told, half of
    it on this side.
    """
    if world.likelihood is None:
        return None
    ratios = []
    for made, end in ((None, MONTHS), (change, MONTHS + change.within)):
        lines = [each[:, end - change.within - 1 : end]
                 for each in world.made(random, MOST_RUNS, made)]  # fmt: skip
        ratio = world.likelihood(*lines, change) - world.likelihood(*lines, None)
        ratios.append(ratio.cumsum(axis=1))
    # Of counts many are equal: what is above the bound is told, and not what is at it.
    bound = np.quantile(ratios[0], 1 - TOLD / 2, axis=0, method="higher")
    return float((ratios[1] > bound).any(axis=1).mean())


def shares(
    mean: float, share: float, spread: float = 0.0
) -> Callable[..., tuple[Numbers, Numbers]]:
    """Shares of the events of a month; `spread`: how much the share itself differs, in points."""

    def made(
        random: np.random.Generator, runs: int, change: Change | None
    ) -> tuple[Numbers, Numbers]:
        each = np.array([_moved(share, "share", change, month) for month in range(_months(change))])
        sizes = random.poisson(mean, (runs, len(each)))
        true = np.clip(each + spread * random.standard_normal(sizes.shape), 0, 1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100 * random.binomial(sizes, true) / sizes, sizes.astype(float)

    return made


def averages(mean: float) -> Callable[..., tuple[Numbers, Numbers]]:
    """Means of skewed quantities (log-normal, in days) of the events of a month."""

    def made(
        random: np.random.Generator, runs: int, change: Change | None
    ) -> tuple[Numbers, Numbers]:
        months = _months(change)
        sizes = np.maximum(random.poisson(mean, (runs, months)), 1)
        drawn = random.lognormal(3.5, 0.5, (int(sizes.max()), runs, months))
        there = np.arange(drawn.shape[0])[:, None, None] < sizes
        values = np.where(there, drawn, 0).sum(axis=0) / sizes
        times = [_moved(1.0, "length", change, month) for month in range(months)]
        return values * np.array(times), sizes.astype(float)

    return made


def stock(
    mean: float, stay: float, clustered: bool = False, share: float | None = None
) -> Callable[..., tuple[Numbers, Numbers]]:
    """A month-end count of children who stay `stay` months, or the `share` of them that has it.

    Who has it keeps it; each child who comes has it with the same chance.
    """

    def made(
        random: np.random.Generator, runs: int, change: Change | None
    ) -> tuple[Numbers, Numbers]:
        parts = (share, 1 - share) if share is not None else (1.0,)
        groups = [random.poisson(mean * part, runs) for part in parts]
        counts = np.empty((len(parts), runs, _months(change)))
        for month in range(-24, _months(change)):
            stays = np.exp(-1 / _moved(stay, "stay", change, month))
            come = _moved(mean * (1 - np.exp(-1 / stay)), "entry", change, month)
            for number, part in enumerate(parts):
                groups[number] = random.binomial(groups[number], stays) + _came(
                    random, come * part, (runs,), clustered
                )
            if share is not None and month == MONTHS and change and change.parameter == "share":
                # Who has it loses it at once: a change of practice for all.
                lose = -change.plus / share
                lost = random.binomial(groups[0], lose)
                groups[0] -= lost
                groups[1] += lost
            if month >= 0:
                counts[:, :, month] = groups
        sizes = counts.sum(axis=0)
        if share is None:
            return sizes, np.ones(sizes.shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            return 100 * counts[0] / sizes, sizes

    return made


def scores(mean: float, stay: float) -> Callable[..., tuple[Numbers, Numbers]]:
    """A month-end mean of a lasting attribute of `mean` children who stay `stay` months."""

    def made(
        random: np.random.Generator, runs: int, change: Change | None
    ) -> tuple[Numbers, Numbers]:
        carry, sigma = np.exp(-1 / stay), 6 / np.sqrt(mean)
        value = sigma * random.standard_normal(runs)
        values = np.empty((runs, _months(change)))
        for month in range(_months(change)):
            noise = sigma * np.sqrt(1 - carry**2) * random.standard_normal(runs)
            value = carry * value + noise
            if month == MONTHS:
                value += _moved(0, "score", change, month)
            values[:, month] = 14 + value
        return values, np.full(values.shape, mean)

    return made


def worlds(children: int) -> Iterator[World]:
    """Every kind of measure in an authority of so many children."""
    starts, referrals, care = STARTS * children, REFERRALS * children, IN_CARE * children
    entries = (
        Change("entries ×2", "rate", times=2, within=3),
        Change("entries ×1.5", "rate", times=1.5),
    )
    flows = (
        Change("entries ×2", "entry", times=2, within=3),
        Change("entries ×1.5", "entry", times=1.5),
        Change("stay +30%", "stay", times=1.3),
    )
    fewer = (Change("share −15 points", "share", plus=-0.15, within=3),)
    yield World(Kind.COUNT, "starts", events(starts, False), entries, likelihood_of_events(starts))
    yield World(Kind.COUNT, "starts, families", events(starts, True), entries)
    yield World(Kind.COUNT, "referrals, families", events(referrals, True), entries)
    yield World(Kind.SHARE, "of starts", shares(starts, 0.4), fewer, likelihood_of_shares(0.4))
    yield World(
        Kind.SHARE, "of referrals", shares(referrals, 0.8), fewer, likelihood_of_shares(0.8)
    )
    yield World(Kind.SHARE, "of referrals, unsteady", shares(referrals, 0.8, 0.03), fewer)
    yield World(
        Kind.AVERAGE, "days", averages(starts), (Change("length +30%", "length", times=1.3),)
    )
    for stay in (6, 12, 24, 36):
        yield World(
            Kind.STOCK, f"stay {stay}", stock(care, stay), flows, likelihood_of_stock(care, stay)
        )
    yield World(Kind.STOCK, "stay 18, families", stock(care, 18, True), flows)
    for stay in (6, 18, 36):
        yield World(Kind.STOCK_SHARE, f"stay {stay}", stock(care, stay, share=0.4), fewer)
    yield World(
        Kind.STOCK_AVERAGE, "stay 18", scores(care, 18), (Change("score +2", "score", plus=2),)
    )


def probabilities(kind: Kind, values: Numbers, sizes: Numbers) -> Numbers:
    """Of each line that chance alone makes its newest months; NaN where nothing can be said."""
    return np.array(
        [
            np.nan if (found := evidence(kind, line, of)) is None else found.probability
            for line, of in zip(_given(values), _given(sizes), strict=True)
        ]
    )


def _given(lines: Numbers) -> list[list[float | None]]:
    return [[None if number != number else number for number in line] for line in lines.tolist()]


@dataclass(frozen=True)
class Found:
    """Of the runs with a planted change, how many were found in time, and after how many months."""

    share: float
    delay: float


def found(flagged: NDArray[np.bool_]) -> Found:
    """`flagged`: a row for each run, a column for each month after the change."""
    hit = flagged.any(axis=1)
    delays = flagged.argmax(axis=1)[hit] + 1
    return Found(float(hit.mean()), float(np.median(delays)) if hit.any() else float("nan"))


def _bound(chance: Numbers) -> float:
    """The probability that is called changed in `SAME` of the lines in which nothing changes."""
    return float(np.quantile(np.nan_to_num(chance, nan=1.0), SAME))


def _windows(lines: Numbers, within: int) -> Iterator[Numbers]:
    """The lines as they are one month after the change, two, …"""
    for month in range(1, within + 1):
        yield lines[:, month : month + MONTHS]


def _factor_for(stationary: Numbers, rate: float) -> float:
    """The factor of the four rules at which they are wrong at most so often."""
    for factor in np.arange(LIMIT_FACTOR, 14.0, 0.19):
        if newest_breaks(stationary, float(factor)).mean() <= rate:
            return float(factor)
    return 14.0


def measure(world: World, runs: int, random: np.random.Generator) -> tuple[list[str], Numbers]:
    """A line of the table for the world without a change, and one for each planted change.

    With the probabilities of the lines in which nothing changes.
    """
    values, sizes = world.made(random, STILL * runs, None)
    chance = probabilities(world.kind, values, sizes)
    whole = np.nan_to_num(values)
    factor, bound = _factor_for(whole, SAME), _bound(chance)
    name = f"| {world.kind}, {world.name} "
    rows = [
        f"{name}| nothing | {100 * (chance < SAME).mean():.1f} "
        f"| {100 * (chance <= TOLD).mean():.1f} | {100 * newest_breaks(whole).mean():.1f} "
        "| | | | |"
    ]
    for change in world.changes:
        values, sizes = world.made(random, runs, change)
        each = np.column_stack(
            [
                probabilities(world.kind, line, of)
                for line, of in zip(
                    _windows(values, change.within), _windows(sizes, change.within), strict=True
                )
            ]
        )
        told, same = found(each <= TOLD), found(each <= bound)
        four = found(
            np.column_stack(
                [newest_breaks(line, factor)
                 for line in _windows(np.nan_to_num(values), change.within)]
            )
        )  # fmt: skip
        could = most(world, change, random)
        rows.append(
            f"{name}| {change.name}, in {change.within} months | | | "
            f"| {100 * told.share:.0f} ({told.delay:.0f}) "
            f"| {'' if could is None else f'{100 * could:.0f} '}"
            f"| {100 * same.share:.0f} | {100 * four.share:.0f} |"
        )
    return rows, chance


def false_statements(chance: list[Numbers], random: np.random.Generator) -> str:
    """How many measures a report of `MEASURES` calls changed, of an authority without a change."""
    known = np.concatenate([each[np.isfinite(each)] for each in chance])
    told = [
        len(chosen(dict(zip(map(str, range(MEASURES)), drawn, strict=True))))
        for drawn in random.choice(known, (REPORTS, MEASURES))
    ]
    return (
        f"Of {REPORTS} reports of {MEASURES} measures in which nothing changes, "
        f"{100 * np.mean(np.array(told) > 0):.0f}% say anything; {np.mean(told):.2f} false "
        "statements a report on average."
    )


HEAD = (
    f"| World | Planted | False at 1% | False as told ({100 * TOLD:g}%) | Four rules: false "
    "| Found as told (median month) | The most that could be found | Found at 1% false "
    "| Four rules: found at 1% false |\n|---|---|---|---|---|---|---|---|---|"
)


WAYS: dict[str, Callable[[Numbers], Numbers]] = {
    "births and deaths": lambda lines: probabilities(Kind.STOCK, lines, np.ones(lines.shape)),
    "differences": differences,
    "autocorrelation": autocorrelation,
}


WAYS_HEAD = (
    "| Children and months | Chart | False at 1% | False at 0.1% "
    "| Entries ×1.5 found in 6 months at 1% false alarms |\n|---|---|---|---|---|"
)


def stock_ways(runs: int, random: np.random.Generator) -> Iterator[str]:
    """Three charts of a stock: their false alarms, and what each finds where 1% are false."""
    change = Change("entries ×1.5", "entry", times=1.5)
    for mean, stay, clustered in (
        (15, 36, True), (60, 12, False), (250, 6, False), (250, 24, False), (1500, 36, False),
    ):  # fmt: skip
        made = stock(mean, stay, clustered)
        still, moved = made(random, runs, None)[0], made(random, runs, change)[0]
        for name, way in WAYS.items():
            chance = way(still)
            bound = _bound(chance)
            hit = found(np.column_stack([way(line) <= bound for line in _windows(moved, AFTER)]))
            yield (
                f"| {mean}, stay {stay}{', families' if clustered else ''} | {name} "
                f"| {100 * (chance < SAME).mean():.1f} | {100 * (chance < ALONE).mean():.1f} "
                f"| {100 * hit.share:.0f} |"
            )


#: Days of the months of a year, and those of them that are school holidays (2021).
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
HOLIDAYS = (3, 9, 0, 18, 3, 6, 8, 31, 5, 9, 0, 14)

SEASON_HEAD = (
    "| A day of school holidays brings | Newest month | Days | False as told "
    "| Entries ×1.2 told in 3 months |\n|---|---|---|---|---|"
)


def seasons(runs: int, random: np.random.Generator) -> Iterator[str]:
    """What the days of school holidays do to referrals, taken for days and for what they bring."""
    change = Change("entries ×1.2", "rate", times=1.2, within=3)
    for weight in (1.0, 0.5):
        for newest, name in ((8, "August"), (11, "November")):
            made = seasonal(REFERRALS * 45_000, weight, newest)
            still, moved = made(random, STILL * runs, None), made(random, runs, change)
            for way, of in (("as they are", days_of), ("by what they bring", weighed)):
                chance = probabilities(Kind.COUNT, still, of(still, newest))
                hit = [
                    probabilities(Kind.COUNT, lines, of(lines, newest + month)) <= TOLD
                    for month, lines in enumerate(_windows(moved, change.within), start=1)
                ]
                yield (
                    f"| {weight:g} of another day | {name} | {way} "
                    f"| {100 * (chance <= TOLD).mean():.1f} "
                    f"| {100 * found(np.column_stack(hit)).share:.0f} |"
                )


def _of_months(by_month: Sequence[int], newest: int, months: int) -> Numbers:
    """`by_month` of each of `months`, the last of which is the `newest` month (1 to 12)."""
    return np.array([by_month[(newest - months + month) % 12] for month in range(months)], float)


def seasonal(
    mean: float, weight: float, newest: int
) -> Callable[[np.random.Generator, int, Change | None], Numbers]:
    """Counts of a month, in families: a day of school holidays brings `weight` of another's.

    `newest` is the month of the year before the change (1 to 12).
    """

    def made(random: np.random.Generator, runs: int, change: Change | None) -> Numbers:
        months = _months(change)
        last = newest + months - MONTHS
        free = _of_months(HOLIDAYS, last, months)
        room = _of_months(DAYS, last, months) - (1 - weight) * free
        each = [_moved(mean, "rate", change, month) for month in range(months)]
        return _came(random, np.array(each) * room / 30, (runs, months), True).astype(float)

    return made


def days_of(lines: Numbers, newest: int) -> Numbers:
    """The days of the months of `lines`."""
    return np.tile(_of_months(DAYS, newest, MONTHS), (len(lines), 1))


def weighed(lines: Numbers, newest: int) -> Numbers:
    """The same with holidays by what they bring, as each line says."""
    days, free = _of_months(DAYS, newest, MONTHS), _of_months(HOLIDAYS, newest, MONTHS)
    weights = [weight_of_holidays(line.tolist(), days.tolist(), free.tolist()) for line in lines]
    return np.array([days - (0 if each is None else 1 - each) * free for each in weights])


#: Rare events: how many a month expects, and what happens to them: how many times as many come, and
#: the months to find it in.
RARE_EVENTS = (0.3, 0.6, 1.0, 1.5, 2.0, 3.0)
OF_RARE = (
    Change("×3", "rate", times=3, within=6),
    Change("a fifth", "rate", times=0.2, within=12),
    Change("none", "rate", times=0, within=12),
)

RARE_HEAD = (
    "| Events a month | Chart | False as told | "
    + " | ".join(
        f"{change.name} in {change.within} months: told, at 1% false" for change in OF_RARE
    )
    + " |\n|---|---|---|---|---|---|"
)

#: The days (in months) of the events of a line, and how many children each is of.
Dated = tuple[Numbers, Numbers]


def dated(
    random: np.random.Generator, mean: float, clustered: bool, change: Change | None
) -> Dated:
    """Events of `MONTHS`, and of those after a change; in families, up to three children a day."""
    parts = [random.uniform(0, MONTHS, random.poisson(mean * MONTHS))]
    if change:
        after = random.poisson(mean * change.times * change.within)
        parts.append(random.uniform(MONTHS, MONTHS + change.within, after))
    times = np.sort(np.concatenate(parts))
    if not clustered:
        return times, np.ones(times.shape)
    # Fewer days, so that as many children come.
    times = times[random.random(times.size) < 1 / 1.6]
    return times, 1 + random.binomial(1, 0.4, times.size) + random.binomial(1, 0.2, times.size)


def by_month(line: Dated, end: int) -> list[float]:
    """Children of each of the `MONTHS` up to `end`."""
    times, children = line
    edges = np.arange(end - MONTHS, end + 1)
    counts: list[float] = np.histogram(times, edges, weights=children)[0].tolist()
    return counts


def by_windows(line: Dated, end: int) -> float:
    """The newest months alone, as they are tested where events are not rare."""
    with patch.object(control_chart, "RARE", 0.0):
        return by_months(line, end)


def by_months(line: Dated, end: int) -> float:
    """The newest months, and how long nothing came."""
    found = evidence(Kind.COUNT, by_month(line, end), [1.0] * MONTHS)
    return 1.0 if found is None else found.probability


def by_quiet(line: Dated, end: int) -> float:
    """The same, however many events there are: it shows up to how many it helps."""
    with patch.object(control_chart, "RARE", float("inf")):
        return by_months(line, end)


def by_time(line: Dated, end: int) -> float:
    """The time of the newest events, exactly."""
    times = line[0][(line[0] > end - MONTHS) & (line[0] <= end)]
    return other_rare_charts.by_newest(times, end, MONTHS)


def by_nelson(line: Dated, end: int) -> float:
    """The t-chart: times between events, transformed."""
    times = line[0][(line[0] > end - MONTHS) & (line[0] <= end)]
    return other_rare_charts.by_t_chart(times, end, end - 1) if times.size else 1.0


RARE_WAYS: dict[str, Callable[[Dated, int], float]] = {
    "newest months": by_windows,
    "newest months and months of none": by_quiet,
    "time of the newest events": by_time,
    "t-chart": by_nelson,
}


def rare(runs: int, random: np.random.Generator) -> Iterator[str]:
    """What each chart finds of rare events, and how often it is wrong."""
    for mean, clustered in product(RARE_EVENTS, (False, True)):
        still = [dated(random, mean, clustered, None) for _ in range(STILL * runs)]
        moved = {
            change: [dated(random, mean, clustered, change) for _ in range(runs)]
            for change in OF_RARE
        }
        for name, way in RARE_WAYS.items():
            chance = np.array([way(line, MONTHS) for line in still])
            # Many probabilities are equal: those below it are at most so many.
            bound = np.quantile(chance, SAME)
            row = []
            for change, lines in moved.items():
                each = np.array(
                    [
                        [way(line, MONTHS + month) for month in range(1, change.within + 1)]
                        for line in lines
                    ]
                )
                told, same = found(each <= TOLD), found(each < bound)
                row.append(f"{100 * told.share:.0f}, {100 * same.share:.0f}")
            yield (
                f"| {mean:g}{', families' if clustered else ''} | {name} "
                f"| {100 * (chance <= TOLD).mean():.1f} | {' | '.join(row)} |"
            )


#: What events are made of: the shares of who referred, a family together, and of ages. One source
#: has most of every change, and must be named only where it changed by more than the others.
SOURCES = np.array((0.55, 0.1, 0.1, 0.1, 0.05, 0.05, 0.05))
AGES = np.array((0.05, 0.2, 0.25, 0.25, 0.25))

#: Months that a release has of a breakdown.
PART_MONTHS = 25

PLACES_HEAD = (
    "| Events a month | Planted | Told | Of these the right part is named | A wrong one |\n"
    "|---|---|---|---|---|"
)


def of_parts(
    random: np.random.Generator, mean: float, change: Change, planted: tuple[str, int] | None
) -> tuple[list[Cell], list[Part]]:
    """Events in families to the end of a change, and their sources and ages.

    All that is added is of the part that is `planted`; without one it is everywhere.
    """
    months, rate = np.arange(MONTHS), np.full(MONTHS, mean)
    is_after = months >= MONTHS - change.within
    if planted is None:
        rate = np.where(is_after, mean * change.times, mean)
    sources = _came(random, rate[:, None] * SOURCES, (MONTHS, len(SOURCES)), True)
    ages = np.array([random.multinomial(total, AGES) for total in sources.sum(axis=1)])
    if planted is not None:
        more = _came(random, is_after * mean * (change.times - 1), (MONTHS,), True)
        for name, parts, usual in (("source", sources, SOURCES), ("age", ages, AGES)):
            if name == planted[0]:
                parts[:, planted[1]] += more
            else:
                parts += np.array([random.multinomial(total, usual) for total in more])
    starts = [date(2021 + month // 12, month % 12 + 1, 1) for month in range(MONTHS + 1)]
    line = [
        Cell("999", "X", "month", start, end - timedelta(days=1), "all", "all",
             "count_of_records", float(total), None, float(total))
        for (start, end), total in zip(pairwise(starts), sources.sum(axis=1), strict=True)
    ]  # fmt: skip
    ends = tuple(cell.period_end_date for cell in line)[-PART_MONTHS:]
    return line, [
        Part(name, str(value), ends, tuple(column[-PART_MONTHS:].tolist()), (None,) * PART_MONTHS)
        for name, parts in (("source", sources), ("age", ages))
        for value, column in enumerate(parts.T)
    ]


def named(
    random: np.random.Generator, mean: float, change: Change, planted: tuple[str, int] | None
) -> list[tuple[str, int]] | None:
    """The parts that are named of such a change; None where it isn't told."""
    line, parts = of_parts(random, mean, change, planted)
    days = [(cell.period_end_date - cell.period_start_date).days + 1.0 for cell in line]
    told = evidence(Kind.COUNT, [cell.value for cell in line], days)
    if told is None or told.probability > TOLD:
        return None
    return [(each.breakdown, int(each.value))
            for each in concentrated(Kind.COUNT, line, told, parts)]  # fmt: skip


def places(runs: int, random: np.random.Generator) -> Iterator[str]:
    """How often the part that a change is in is named, and how often one that it isn't in."""
    changes = (
        (30.0, Change("×2 since 3 months", "rate", times=2, within=3)),
        (100.0, Change("×1.5 since 6 months", "rate", times=1.5, within=6)),
    )
    for (mean, change), planted in product(changes, (None, ("source", 4), ("age", 4))):
        told = [each for _ in range(runs)
                if (each := named(random, mean, change, planted)) is not None]  # fmt: skip
        right = np.mean([planted in each for each in told])
        wrong = np.mean([any(part != planted for part in each) for each in told])
        where = f"in one {planted[0]}" if planted else "everywhere"
        yield (
            f"| {mean:g} | {change.name}, {where} | {100 * len(told) / runs:.0f} "
            f"| {f'{100 * right:.0f}' if planted else ''} | {100 * wrong:.1f} |"
        )


def main() -> None:
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    reader.add_argument("--runs", type=int, default=400)
    reader.add_argument("--seed", type=int, default=16)
    reader.add_argument("--children", type=int, nargs="*", default=AUTHORITIES)
    reader.add_argument(
        "--road",
        type=int,
        nargs="?",
        const=20,
        metavar="AUTHORITIES",
        help="from extracts to pages",
    )
    reader.add_argument(
        "--rare", action="store_true", help="rare events, and where a change is, alone"
    )
    reader.add_argument("--homes", type=Path, help="where the releases of --road are kept")
    reader.add_argument("--write", action="store_true", help="results into the methods page")
    asked = reader.parse_args()
    if asked.road is not None:
        import road  # it needs the whole warehouse, and the tests of the charts do not

        section, lines = "road", road.results(asked.road, asked.homes)
    elif asked.rare:
        section, lines = "rare", of_few(asked.runs, asked.seed)
    else:
        section, lines = "simulated", results(asked.runs, asked.seed, asked.children)
    told = []
    for line in lines:
        print(line, flush=True)
        told.append(line)
    if asked.write:
        write(section, told)


def results(runs: int, seed: int, authorities: Sequence[int]) -> Iterator[str]:
    """The tables as Markdown, line by line."""
    random = np.random.default_rng(seed)
    yield (
        f"Seed {seed}; {runs} runs of each planted change and {STILL * runs} without one, "
        f"{MONTHS} months; all in percent."
    )
    for children in authorities:
        yield f"\n### {children:,} children\n\n{HEAD}"
        chance = []
        for world in worlds(children):
            rows, of_world = measure(world, runs, random)
            yield from rows
            chance.append(of_world)
        yield f"\n{false_statements(chance, random)}"
    yield f"\n### Three charts of a stock\n\n{WAYS_HEAD}"
    yield from stock_ways(runs, random)
    yield f"\n### School holidays\n\n{SEASON_HEAD}"
    yield from seasons(runs, random)


def of_few(runs: int, seed: int) -> Iterator[str]:
    """The tables of rare events and of where a change is, as Markdown, line by line."""
    yield (
        f"Seed {seed}; {runs} runs of each planted change and {STILL * runs} without one, "
        f"{MONTHS} months; all in percent.\n\n### Rare events\n\n{RARE_HEAD}"
    )
    yield from rare(runs, np.random.default_rng(seed))
    yield f"\n### Where a change is\n\n{PLACES_HEAD}"
    yield from places(runs, np.random.default_rng(seed))


def write(section: str, lines: Sequence[str]) -> None:
    """Put `lines` into the methods page, where its `section` of results is."""
    first, last = f"<!-- results: {section} -->", f"<!-- end of results: {section} -->"
    before, _, rest = METHODS.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not end:
        raise SystemExit(f"{METHODS} has no place for the results of {section}.")
    text = "\n".join(lines)
    METHODS.write_text(f"{before}{first}\n\n{text}\n\n{last}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
