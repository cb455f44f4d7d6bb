"""Control charts: what chance does to a measure, by what kind of measure it is.

Events of different months are independent, month ends are not: the same children are counted
again. So there are two families. *Independent* points have limits around one average: Poisson for
counts, binomial for shares, with Laney's factor where they vary more than that (u', p'), and XmR
for averages. *Lasting* points (stocks and their shares) have limits around what the month before
leads to expect: a birth-and-death process that is fitted to the authority's own history.

`docs/control-charts.md` has the formulas and what `make signals` measured with them. Pure
functions on numbers: no dates, no files, no drawing.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import comb, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, chdtri, ndtri, pdtrik, stdtr

#: Numbers of a line in order; NaN where one is hidden, or there is nothing to divide by.
Numbers = NDArray[np.float64]

#: d2 of ranges of two points: an average moving range divided by it is one sigma.
RANGE_TO_SIGMA = 1.128

#: Below this, limits say little: Making Data Count asks for about a year of months.
ENOUGH_POINTS = 12

#: The newest months that are held together against all before them, a spike, a step, a slow change,
#: each with its share of the chance to be wrong: small changes show in six months or not at all.
WINDOWS = {1: 1 / 6, 3: 1 / 3, 6: 1 / 2}

#: The fewest points that a window is held against.
_FEWEST_BEFORE = 8

#: Counts that are expected to be smaller than this are rare events: that none came for long is
#: looked at beside the windows, since six months of none may be chance (`make signals`).
RARE = 2.0

#: The share of the chance to be wrong that is spent on it; the windows have the rest.
_OF_QUIET = 1 / 4

#: What must be expected on either side of a share, in a stock, or behind an average, before
#: anything is said of it.
_FEWEST_EXPECTED = 5.0

#: What lies beyond three sigma on one side.
_TAIL = 0.00135

#: Counts below this have limits that a Poisson distribution gives, larger ones three sigma.
_SMALL_COUNT = 10.0

#: Degrees of freedom that a variance has for each of its points but one: fewer than of normal
#: values, since events in families vary by more (`make signals`).
_FREEDOM = 0.8

#: The same of averages, which may be of anything: lengths of time stray far to one side.
_FREEDOM_OF_AVERAGES = 0.5

#: The normal quantile beyond which neighbouring months are not taken for independent.
_PERSISTENT = 1.645

#: The fewest points that a season is fitted to: three years of months.
_SEASONS = 36

#: The probability at which school holidays are taken to differ from other days.
_SEASON_CHANCE = 0.01

#: The most that a day of holidays may count for: few months have many.
_MOST_OF_HOLIDAYS = 3.0

#: Where a tail can't be told from none at all.
_SMALLEST = 1e-300

#: How far back the beginning of a change is looked for.
_LONGEST_CHANGE = 12

#: Twice the log-likelihood that a 95% interval gives away (chi-squared, one degree of freedom).
_INTERVAL = 3.84

#: Normal quantiles of the two funnel limits: 95% and 99.8% (Spiegelhalter 2005).
FUNNEL_QUANTILES = (1.96, 3.09)


class Kind(StrEnum):
    """What a measure counts, and so what chance does to it."""

    COUNT = "count of events"
    SHARE = "share of events"
    AVERAGE = "average of events"
    STOCK = "count at a month's end"
    STOCK_SHARE = "share at a month's end"
    STOCK_AVERAGE = "average at a month's end"

    @property
    def is_lasting(self) -> bool:
        """Whether most of what is counted was counted the month before."""
        return self in {Kind.STOCK, Kind.STOCK_SHARE, Kind.STOCK_AVERAGE}


def kind_of(aggregation: str, measured_as: str) -> Kind:
    """The kind of a measure, by the register's `aggregation` and `measured_as`."""
    lasting = measured_as == "snapshot"
    if aggregation.startswith(("count", "rate")):
        return Kind.STOCK if lasting else Kind.COUNT
    if aggregation.startswith("share"):
        return Kind.STOCK_SHARE if lasting else Kind.SHARE
    return Kind.STOCK_AVERAGE if lasting else Kind.AVERAGE


class Variation(StrEnum):
    """What the newest months say: usual variation, or a change and which way it points."""

    COMMON = "no change beyond chance"
    IMPROVEMENT_HIGH = "better, higher"
    IMPROVEMENT_LOW = "better, lower"
    CONCERN_HIGH = "worse, higher"
    CONCERN_LOW = "worse, lower"
    NEUTRAL_HIGH = "higher"
    NEUTRAL_LOW = "lower"


class Assurance(StrEnum):
    """Whether the target is met, and whether chance explains the distance."""

    PASS = "the target is met by more than chance"
    FAIL = "the target is missed by more than chance"
    INCONSISTENT = "chance alone explains the distance from the target"


@dataclass(frozen=True)
class Point:
    """One value (None: hidden, or nothing to divide by) with what was expected and its limits."""

    value: float | None
    mean: float
    lower: float
    upper: float

    def times(self, unit: float) -> Point:
        """The point in another unit."""
        value = None if self.value is None else unit * self.value
        return Point(value, unit * self.mean, unit * self.lower, unit * self.upper)


@dataclass(frozen=True)
class Evidence:
    """What the newest months are against all before them.

    `probability` that chance alone does this or more, either way, for all windows together;
    `since` is the index of the first month that differs, `earliest` and `latest` its 95% interval;
    `size` how much higher the measure is, with the standard error `error`, in its own unit.
    """

    probability: float
    since: int
    earliest: int
    latest: int
    size: float
    error: float

    @property
    def is_higher(self) -> bool:
        return self.size > 0

    def moved(self, first: int) -> Evidence:
        """The same in a line that has `first` points before."""
        return replace(
            self,
            since=self.since + first,
            earliest=self.earliest + first,
            latest=self.latest + first,
        )

    def times(self, unit: float) -> Evidence:
        """The same in another unit."""
        return replace(self, size=unit * self.size, error=unit * self.error)


def chart(
    kind: Kind,
    values: Sequence[float | None],
    sizes: Sequence[float | None],
    steps: Collection[int] = (),
) -> tuple[Point, ...]:
    """The control chart of `values`, in order; limits start afresh at each index in `steps`.

    Counts are of `sizes` days or any other room for events, shares (0-100) of `sizes` children or
    records, averages of `sizes` values. A value without its size is no point.
    Returns one point for each value; none where no value is known.
    """
    starts = sorted({0, *(step for step in steps if 0 < step < len(values))})
    points: list[Point] = []
    for start, end in zip(starts, [*starts[1:], len(values)], strict=True):
        known = numbers(values[start:end])
        line = _line(kind, known, numbers(sizes[start:end]))
        if line is None:
            return ()
        points += [
            Point(None if np.isnan(value) else float(value), *(float(each) for each in limits))
            for value, *limits in zip(known, *line.limits(), strict=True)
        ]
    return tuple(points)


def evidence(
    kind: Kind, values: Sequence[float | None], sizes: Sequence[float | None]
) -> Evidence | None:
    """What the newest of `values` says, with `sizes` as for `chart`, since the last declared step.

    None where the newest is missing or there are too few: values for limits, or children or
    records for the kind of measure. Each window is one more chance to be wrong: its probability is
    divided by its share of that chance (weighted Bonferroni), and the smallest counts. What has
    strayed as far before is no news, whatever the formula says: it may be the season. Of rare
    events one more is asked: whether none came for longer than ever.
    """
    known, of = numbers(values), numbers(sizes)
    if not known.size or np.isnan(known[-1]) or np.isfinite(known).sum() < ENOUGH_POINTS:
        return None
    tried = []
    quiet = quiet_months(known) if kind is Kind.COUNT and np.nanmean(known) < RARE else 0
    for window, share in WINDOWS.items():
        line = _line(kind, known, of, window)
        if line is not None and (found := line.probability()) is not None:
            left = share * (1 - _OF_QUIET) if quiet else share
            tried.append((found / left if line.is_new else 1.0, window, line))
    if quiet and (line := _line(kind, known, of, quiet)) is not None and line.is_new:
        tried.append((quiet_chance(known) / _OF_QUIET, quiet, line))
    if not tried:
        return None
    smallest, window, line = min(tried, key=lambda each: each[0])
    since, earliest, latest = line.beginning()
    size, error = line.size(known.size - since)
    if (size > 0) != line.is_higher or abs(size) < FUNNEL_QUANTILES[0] * error:
        # The months since the likeliest beginning don't say the same: then those of the window.
        since = known.size - window
        earliest, latest = min(earliest, since), max(latest, since)
        size, error = line.size(window)
    return Evidence(min(1.0, smallest), since, earliest, latest, size, error)


def quiet_months(counts: Numbers) -> int:
    """How many of the newest `counts` are 0; all, where none is more."""
    some = np.flatnonzero(counts != 0)
    return counts.size - int(some[-1]) - 1 if some.size else counts.size


def quiet_chance(counts: Numbers) -> float:
    """The probability that the newest months are without any event for as long by chance alone.

    Of the number between events (Benneyan's g-chart) with the months with an event as given: each
    choice of them is as likely as any. It asks only whether anything came in a month, so that
    brothers and sisters who come together are one.
    """
    known = counts[np.isfinite(counts)]
    return _quiet(known.size, int((known > 0).sum()), quiet_months(known))


def quiet_limit(values: Sequence[float | None]) -> int | None:
    """For how many months none may come by chance, as rarely wrong as a limit of three sigma.

    None where the events are not rare, or too few for any number of months to say it.
    """
    known = numbers(values)
    known = known[np.isfinite(known)]
    if known.size < ENOUGH_POINTS or known.mean() >= RARE:
        return None
    some = int((known > 0).sum())
    return next(
        (
            quiet
            for quiet in range(1, known.size - _FEWEST_BEFORE)
            if some and _quiet(known.size, some, quiet + 1) < _TAIL
        ),
        None,
    )


def _quiet(months: int, some: int, quiet: int) -> float:
    """That the last `quiet` of `months` are none of the `some` months with an event."""
    return comb(months - quiet, some) / comb(months, some)


def moved(
    kind: Kind, values: Sequence[float | None], sizes: Sequence[float | None], newest: int
) -> Evidence | None:
    """What the `newest` of `values` alone say against all before them, with `sizes` as for `chart`.

    For a question that is asked because something else changed then; None where too few are known.
    """
    known = numbers(values)
    line = _line(kind, known, numbers(sizes), newest)
    probability = None if line is None else line.probability()
    if line is None or probability is None:
        return None
    since = known.size - newest
    return Evidence(probability, since, since, since, *line.size(newest))


def weight_of_holidays(
    counts: Sequence[float | None], days: Sequence[float], holidays: Sequence[float]
) -> float | None:
    """How much of another day a day of school holidays brings.

    `days` of each period, of which `holidays` are. A least-squares line through the counts by day,
    whose slope is the share of holidays. None before three years of months, and where chance alone
    (1%, two-sided) makes the two kinds of days differ as much.
    """
    per_day, share = numbers(counts) / np.array(days), np.array(holidays) / np.array(days)
    known = np.isfinite(per_day)
    per_day, share = per_day[known], share[known]
    if len(known) < _SEASONS or per_day.size < 2 * ENOUGH_POINTS or not share.std():
        return None
    off = share - share.mean()
    slope = float((off * per_day).sum() / (off**2).sum())
    usual = float(per_day.mean() - slope * share.mean())
    rest = per_day - usual - slope * share
    freedom = per_day.size - 2
    error = sqrt(float((rest**2).sum()) / freedom / float((off**2).sum()))
    if usual <= 0 or _two_sided(abs(slope) / error if error else 1e9, freedom) > _SEASON_CHANCE:
        return None
    return min(max(1 + slope / usual, 0.0), _MOST_OF_HOLIDAYS)


def numbers(values: Sequence[float | None]) -> Numbers:
    """`values` with NaN for None."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def average_moving_range(values: Numbers) -> float:
    """The mean of the differences between neighbouring values, without sign; 0 without any."""
    ranges = np.abs(np.diff(values))
    ranges = ranges[np.isfinite(ranges)]
    return float(ranges.mean()) if ranges.size else 0.0


def sigma_z(values: Numbers) -> float:
    """Laney's factor: the sigma of standardised `values`, from their average moving range."""
    return average_moving_range(values) / RANGE_TO_SIGMA


def dispersion(values: Numbers) -> float:
    """The sigma of standardised `values` around 0, of which one degree of freedom is used up."""
    known = values[np.isfinite(values)]
    return sqrt(float((known**2).sum()) / max(known.size - 1, 1))


def persistence(values: Numbers, window: int) -> float:
    """By how much `window` neighbouring `values` together vary more than independent ones.

    Standardised values; 1 unless their autocorrelation is more than chance (95%, one-sided). Then
    that of a first-order autoregression.
    """
    pairs = values[1:] * values[:-1]
    pairs, known = pairs[np.isfinite(pairs)], values[np.isfinite(values)]
    total = float((known**2).sum())
    if not pairs.size or total <= 0:
        return 1.0
    carry = float(pairs.sum()) / total
    if carry < _PERSISTENT / sqrt(pairs.size):
        return 1.0
    return 1 + 2 * sum((1 - gap / window) * carry**gap for gap in range(1, window))


def _line(kind: Kind, values: Numbers, sizes: Numbers, window: int = 0) -> _Line | None:
    """The line of `kind`, with what is usual fitted to all but the newest `window` points."""
    made: type[_Line] = _Lasting if kind.is_lasting else _Independent
    return made.fitted(kind, values, sizes, window)


@dataclass(frozen=True)
class _Line:
    """A line with what is usual of it; `before` is how many points that was fitted to."""

    kind: Kind
    values: Numbers
    sizes: Numbers
    before: int

    @classmethod
    def fitted(cls, kind: Kind, values: Numbers, sizes: Numbers, window: int) -> _Line | None:
        raise NotImplementedError

    def limits(self) -> tuple[Numbers, Numbers, Numbers]:
        """What is expected of each point, and its lower and upper limit."""
        raise NotImplementedError

    def probability(self) -> float | None:
        """That chance alone moves those after `before` so far; None where there are too few."""
        raise NotImplementedError

    def scores(self) -> Numbers:
        """Independent deviations, each in its sigmas: what the beginning of a change is found by.

        Of lasting points what each month adds to the month before.
        """
        raise NotImplementedError

    def size(self, length: int) -> tuple[float, float]:
        """How much higher the newest `length` are than was expected, and its standard error."""
        raise NotImplementedError

    @property
    def is_higher(self) -> bool:
        """Which way those after `before` moved."""
        return bool(np.nansum(self.scores()[self.before :]) > 0)

    @property
    def is_new(self) -> bool:
        """Whether those after `before` strayed further than as many ever did, the same way."""
        window = len(self.values) - self.before
        totals = np.convolve(np.nan_to_num(self.scores()), np.ones(window), "valid")
        if not self.is_higher:
            totals = -totals
        return bool(totals[-1] > totals[:-window].max(initial=0.0))

    def beginning(self) -> tuple[int, int, int]:
        """The likeliest index at which a step began, and the first and last of its interval."""
        scores = self.scores()
        known = np.isfinite(scores)
        total, count = np.where(known, scores, 0.0)[::-1].cumsum(), known[::-1].cumsum()
        longest = min(_LONGEST_CHANGE, len(scores) - _FEWEST_BEFORE)
        gain = total[:longest] ** 2 / np.maximum(count[:longest], 1)
        # A change begins with a known value; what is not known can't be its first month.
        gain = np.where(known[::-1][:longest], gain, -1.0)
        within = np.flatnonzero(gain >= gain.max() - _INTERVAL)
        last = len(scores) - 1
        return last - int(gain.argmax()), last - int(within.max()), last - int(within.min())


@dataclass(frozen=True)
class _Independent(_Line):
    """Points around one average: u', p' and XmR.

    `level` is the average for one of `sizes`, `spread` the variance of one. `factor` is how much
    more points differ: of limits Laney's, which forgets a slow change; of a test the root of their
    mean square, which is surer and counts a season or an earlier change as unsteadiness.
    """

    level: float
    spread: float
    factor: float

    @classmethod
    def fitted(
        cls, kind: Kind, values: Numbers, sizes: Numbers, window: int
    ) -> _Independent | None:
        if kind is Kind.AVERAGE:
            # Nobody says of some averages how many stand behind them: then each weighs the same.
            if not np.isfinite(sizes[np.isfinite(values)]).all():
                sizes = np.ones(len(values))
            elif window and np.nansum(sizes[-window:]) < _FEWEST_EXPECTED:
                return None
        sizes = np.where(np.isfinite(values) & (sizes > 0), sizes, np.nan)
        unit = {Kind.COUNT: values / sizes, Kind.SHARE: values / 100}.get(kind, values)
        before = len(values) - window
        fit, of = unit[:before], sizes[:before]
        known = np.isfinite(fit) & np.isfinite(of)
        if not known.any() or (window and known.sum() < _FEWEST_BEFORE):
            return None
        level = float(np.average(fit[known], weights=of[known]))
        if kind is not Kind.AVERAGE:
            # Half an event where there was none: nothing is certain to go on like this.
            half = 0.5 / float(of[known].sum())
            level = max(level, half)
            if kind is Kind.SHARE:
                level = min(level, 1 - half)
        spread = {Kind.COUNT: level, Kind.SHARE: level * (1 - level)}.get(kind, 1.0)
        standardised = (fit - level) * np.sqrt(of / spread)
        if window:
            factor = dispersion(standardised) * sqrt(persistence(standardised, window))
        else:
            factor = sigma_z(standardised)
        if kind is not Kind.AVERAGE:
            # Less than chance alone is itself chance, or a rule that will not hold for ever.
            factor = max(factor, 1.0)
        return cls(kind, values, sizes, before, level, spread, factor)

    @property
    def _unit(self) -> Numbers:
        """What one of a point's unit is, in the measure's own."""
        ones = np.ones(len(self.values))
        return {Kind.COUNT: self.sizes, Kind.SHARE: 100 * ones}.get(self.kind, ones)

    def _sigma(self) -> Numbers:
        return self.factor * np.sqrt(self.spread / self.sizes)

    def limits(self) -> tuple[Numbers, Numbers, Numbers]:
        sigma, unit = self._sigma(), self._unit
        lower, upper = self.level - 3 * sigma, self.level + 3 * sigma
        if self.kind is Kind.COUNT:
            scale = self.factor**2
            expected = self.level * self.sizes
            small = expected < _SMALL_COUNT
            for limit, tail in ((lower, _TAIL), (upper, 1 - _TAIL)):
                exact = np.nan_to_num(pdtrik(tail, expected / scale))
                limit[small] = (np.maximum(exact, 0) * scale / self.sizes)[small]
        if self.kind is not Kind.AVERAGE:
            lower = np.maximum(lower, 0)
        if self.kind is Kind.SHARE:
            upper = np.minimum(upper, 1)
        mean = np.full(len(self.values), self.level)
        return _filled(mean * unit), _filled(lower * unit), _filled(upper * unit)

    def scores(self) -> Numbers:
        if self.factor <= 0:
            return np.zeros(len(self.values))
        return (self.values / self._unit - self.level) / self._sigma()

    def _totals(self, start: int, end: int) -> tuple[float, float]:
        """What the points add up to, and what they are of."""
        known = np.isfinite(self.values[start:end]) & np.isfinite(self.sizes[start:end])
        sizes = self.sizes[start:end][known]
        values = (self.values / self._unit)[start:end][known]
        return float((values * sizes).sum()), float(sizes.sum())

    def probability(self) -> float | None:
        newest, of = self._totals(self.before, len(self.values))
        base, base_of = self._totals(0, self.before)
        if not of or not base_of:
            return None
        if self.kind is Kind.AVERAGE:
            if self.factor <= 0:
                return None
            apart = newest / of - base / base_of
            score = apart / (self.factor * sqrt(1 / of + 1 / base_of))
        else:
            if self.kind is Kind.SHARE:
                if self.level > 0.5:
                    newest, base = of - newest, base_of - base
                level = (newest + base) / (of + base_of)
                if level * of < _FEWEST_EXPECTED:
                    return None
                # As a Poisson count it would vary by more: what is left of it is the rest.
                scale = self.factor**2 * (1 - level)
            else:
                scale = self.factor**2
            tail = _count_tail(newest / scale, base / scale, of / (of + base_of))
            if self.factor <= 1:
                return min(1.0, 2 * tail)
            score = float(ndtri(min(max(tail, _SMALLEST), 0.5)))
        known = int(np.isfinite(self.values[: self.before]).sum())
        if self.kind is Kind.AVERAGE:
            freedom = _FREEDOM_OF_AVERAGES * (known - 1)
        else:
            freedom = _FREEDOM * (known - 1)
            # A little beyond Poisson or binomial is chance itself, and those are known.
            freedom *= max(1.0, 1 / (self.factor**2 - 1))
        return _two_sided(score, freedom)

    def size(self, length: int) -> tuple[float, float]:
        split = len(self.values) - length
        newest, of = self._totals(split, len(self.values))
        base, base_of = self._totals(0, min(split, self.before))
        if not of or not base_of:
            return 0.0, 0.0
        unit = float(np.nanmean(self._unit))
        variance = self.spread / base_of + self._spread_at(newest / of) / of
        return unit * (newest / of - base / base_of), unit * self.factor * sqrt(variance)

    def _spread_at(self, level: float) -> float:
        """The variance of one where the average is `level`."""
        if self.kind is Kind.COUNT:
            return level
        return level * (1 - level) if self.kind is Kind.SHARE else self.spread


@dataclass(frozen=True)
class _Lasting(_Line):
    """Points of which most is what it was a month before.

    Children come at a constant rate and each stays with the same probability from month to month:
    then a stock of m varies by m, and from one month to the next by 2m(1 - `carry`), with `carry`
    the share that stays. That is how `carry` is found: autocorrelations of 36 months are too far
    off (`make signals` compares the two). Of an average nothing is known of how it varies; it is
    taken for one that keeps all (`carry` 1), which is the safe side.
    """

    level: float
    carry: float
    sigma: float

    @classmethod
    def fitted(cls, kind: Kind, values: Numbers, sizes: Numbers, window: int) -> _Lasting | None:
        before = len(values) - window
        fit = values[:before]
        known = np.isfinite(fit)
        moves = np.diff(fit)
        moves = moves[np.isfinite(moves)]
        if not known.any() or (window and min(known.sum() - 1, moves.size) < _FEWEST_BEFORE - 1):
            return None
        level = float(fit[known].mean())
        variance = None
        if kind is Kind.STOCK:
            variance = level
            if window and level < _FEWEST_EXPECTED:
                return None
        elif kind is Kind.STOCK_SHARE:
            of = sizes[:before][known]
            of = of[np.isfinite(of) & (of > 0)]
            size = float(of.mean()) if of.size else 0.0
            share = min(max(level / 100, 0.0), 1.0)
            if window and min(share, 1 - share) * size < _FEWEST_EXPECTED:
                return None
            variance = 100**2 * share * (1 - share) / size if size else None
        carry = 1.0
        if variance and moves.size:
            carry = float(np.clip(1 - (moves**2).mean() / (2 * variance), 0, 1))
        rest = np.diff(fit - level) + (1 - carry) * (fit - level)[:-1]
        rest = rest[np.isfinite(rest)]
        sigma = sqrt(float((rest**2).sum()) / max(rest.size - 1, 1)) if rest.size else 0.0
        return cls(kind, values, sizes, before, level, carry, sigma)

    def _expected(self) -> Numbers:
        """What the month before leads to expect; the average where it is not known."""
        earlier = np.concatenate([[np.nan], self.values[:-1]])
        return np.where(
            np.isfinite(earlier), self.level + self.carry * (earlier - self.level), self.level
        )

    def limits(self) -> tuple[Numbers, Numbers, Numbers]:
        mean = self._expected()
        alone = ~np.isfinite(np.concatenate([[np.nan], self.values[:-1]]))
        # Nothing before it: as far as the process strays in the long run, three years at most.
        astray = min(1 / sqrt(1 - self.carry**2), 6.0) if self.carry < 1 else 6.0
        reach = 3 * self.sigma * np.where(alone, astray, 1.0)
        lower, upper = mean - reach, mean + reach
        if self.kind is not Kind.STOCK_AVERAGE:
            lower = np.maximum(lower, 0)
        if self.kind is Kind.STOCK_SHARE:
            upper = np.minimum(upper, 100)
        return mean, lower, upper

    def scores(self) -> Numbers:
        if self.sigma <= 0:
            return np.zeros(len(self.values))
        rest = (self.values - self._expected()) / self.sigma
        return np.where(np.isfinite(np.concatenate([[np.nan], self.values[:-1]])), rest, np.nan)

    def probability(self) -> float | None:
        if self.sigma <= 0:
            return None
        newest, base = self.scores()[self.before :], self.scores()[: self.before]
        count, fitted = int(np.isfinite(newest).sum()), int(np.isfinite(base).sum())
        if not count:
            return None
        score = float(np.nansum(newest)) / sqrt(count * (1 + count / fitted))
        return _two_sided(score, fitted - 1)

    def size(self, length: int) -> tuple[float, float]:
        start = self.values[-length - 1]
        kept = 0.0 if np.isnan(start) else self.carry**length * (start - self.level)
        # What each month adds is carried on: a geometric series of its variances.
        added = sum(self.carry ** (2 * month) for month in range(length))
        return float(self.values[-1] - self.level - kept), self.sigma * sqrt(added)


def _filled(limits: Numbers) -> Numbers:
    """`limits` with the average of the others where a point has none of its own."""
    known = np.isfinite(limits)
    return np.where(known, limits, limits[known].mean() if known.any() else 0.0)


def _count_tail(newest: float, base: float, share: float) -> float:
    """The smaller tail of `newest` events out of `newest` + `base`, each new with chance `share`.

    What two Poisson counts are, given their sum; the incomplete beta function takes what
    dispersion leaves of counts, which is not whole. Of what was counted itself half belongs to the
    tail (Lancaster's mid-P, 1961): all of it would be too careful with few events.
    """
    above = float(betainc(newest, base + 1, share)) if newest > 0 else 1.0
    below = 1 - float(betainc(newest + 1, base, share)) if base > 0 else 1.0
    return max(min(above, below) - max(above + below - 1, 0.0) / 2, 0.0)


def chance_of(score: float, fitted: int) -> float:
    """That a score of one whose variance `fitted` values of counts or shares say is so far off."""
    return _two_sided(score, _FREEDOM * (fitted - 1))


def _two_sided(score: float, freedom: float) -> float:
    """Student's probability of `score` or more, either way."""
    return 2 * float(stdtr(max(freedom, 1.0), -abs(score)))


def variation(is_higher: bool, polarity: str) -> Variation:
    """What a change says; `polarity` as in the register ("lower is better", …)."""
    if polarity == "neutral":
        return Variation.NEUTRAL_HIGH if is_higher else Variation.NEUTRAL_LOW
    if (polarity == "higher is better") == is_higher:
        return Variation.IMPROVEMENT_HIGH if is_higher else Variation.IMPROVEMENT_LOW
    return Variation.CONCERN_HIGH if is_higher else Variation.CONCERN_LOW


def share_interval(numerator: float, denominator: float) -> tuple[float, float]:
    """Where the share (0-100) could lie by chance, in 95 of 100 cases: Wilson's interval.

    Raises ValueError where there is nothing to divide by.
    """
    if denominator <= 0:
        raise ValueError("A share of no records has no interval.")
    z = FUNNEL_QUANTILES[0]
    share, square = numerator / denominator, z * z / denominator
    middle = (share + square / 2) / (1 + square)
    reach = z * sqrt(share * (1 - share) / denominator + square / denominator / 4) / (1 + square)
    return 100 * max(0.0, middle - reach), 100 * min(1.0, middle + reach)


def count_interval(count: float) -> tuple[float, float]:
    """Where a count of events could lie by chance, in 95 of 100 cases: Byar's interval."""
    z = FUNNEL_QUANTILES[0]
    lower = count * (1 - 1 / (9 * count) - z / (3 * sqrt(count))) ** 3 if count > 0 else 0.0
    above = count + 1
    return lower, above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3


def assurance(
    interval: tuple[float, float] | None, polarity: str, target: float | None
) -> Assurance | None:
    """Whether `target` lies beyond where chance alone could put the value, and on which side.

    None without a target, an interval or a better direction.
    """
    if target is None or interval is None or polarity == "neutral":
        return None
    lower, upper = interval
    higher = polarity == "higher is better"
    if lower > target:
        return Assurance.PASS if higher else Assurance.FAIL
    if upper < target:
        return Assurance.FAIL if higher else Assurance.PASS
    return Assurance.INCONSISTENT


def overdispersion(scores: Sequence[float]) -> float:
    """By how much more than chance alone the places of a funnel vary: Spiegelhalter's phi (2005).

    `scores` are how many sigmas of chance each lies off. The mean square, the outermost tenth on
    each side taken for as far as the next; 1 where that is no more than chance (95%).
    """
    values = np.array(scores)
    square = float((np.clip(values, *np.quantile(values, [0.1, 0.9])) ** 2).mean())
    is_chance = len(values) * square <= chdtri(max(len(values) - 1, 1), 0.05)
    return 1.0 if is_chance else max(square, 1.0)


def proportion_limits(proportion: float, denominator: float, sigmas: float) -> tuple[float, float]:
    """Limits of a share around `proportion` (0-1) of `denominator` records: a p-chart, a funnel.

    The normal approximation to the binomial, kept within 0 and 1. Raises ValueError where there
    is nothing to divide by.
    """
    if denominator <= 0:
        raise ValueError("A share of no records has no limits.")
    reach = sigmas * sqrt(proportion * (1 - proportion) / denominator)
    return max(0.0, proportion - reach), min(1.0, proportion + reach)
