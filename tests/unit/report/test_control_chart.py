"""Control charts against worked values that others have published."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pytest

from csc_warehouse.report import charts
from csc_warehouse.report.control_chart import (
    Assurance,
    Kind,
    Variation,
    _count_tail,
    assurance,
    average_moving_range,
    chart,
    count_interval,
    dispersion,
    evidence,
    kind_of,
    moved,
    numbers,
    overdispersion,
    persistence,
    proportion_limits,
    quiet_chance,
    quiet_limit,
    share_interval,
    sigma_z,
    variation,
    weight_of_holidays,
)
from library.measures import measure
from library.other_rare_charts import by_newest, t_chart

#: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2: individuals control chart.
NIST = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]

#: SAS/QC User's Guide, example "Displaying Individual Measurements on an EWMA Chart": tyre belts.
TYRES = [
    24.05, 23.99, 23.95, 23.93, 23.97, 24.02, 24.06, 24.10, 23.98, 24.03,
    23.91, 24.06, 24.06, 23.96, 23.98, 24.06, 24.01, 24.00, 23.93, 23.92,
    24.09, 24.11, 24.05, 23.98, 23.98, 24.06, 24.02, 24.06, 23.97, 23.96,
]  # fmt: skip

#: Montgomery, Introduction to Statistical Quality Control, table "orange juice": of 50 cans each.
CANS = [
    12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22,
    8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6,
]  # fmt: skip

#: The same, table "printed circuit boards": nonconformities in samples of 100 boards.
BOARDS = [
    21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16,
    19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15,
]  # fmt: skip

#: The same, table "time between failures" of a valve: hours.
FAILURES = [
    286, 948, 536, 124, 816, 729, 4, 143, 431, 8,
    2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96,
]  # fmt: skip

ONES = [1.0] * 60


def ones(values: Sequence[float | None]) -> list[float | None]:
    return [1.0 for _ in values]


@pytest.mark.parametrize(
    ("values", "mean", "moving_range", "lower", "upper"),
    [(NIST, 50.81, 1.8778, 45.8159, 55.8041), (TYRES, 24.0083, 0.056897, 23.8571, 24.1596)],
    ids=["NIST", "SAS"],
)
def test_published_limits_of_single_values(
    values: list[float], mean: float, moving_range: float, lower: float, upper: float
) -> None:
    point = chart(Kind.AVERAGE, values, ones(values))[0]
    assert point.mean == pytest.approx(mean, abs=1e-4)
    assert average_moving_range(np.array(values)) == pytest.approx(moving_range, abs=1e-4)
    assert (point.lower, point.upper) == pytest.approx((lower, upper), abs=1e-3)
    # Nobody says how many stand behind an average: each weighs the same.
    assert chart(Kind.AVERAGE, values, [None] * len(values))[0] == point


def test_published_p_chart() -> None:
    proportion = sum(CANS) / (50 * len(CANS))
    assert proportion == pytest.approx(0.2313, abs=1e-4)
    lower, upper = proportion_limits(proportion, 50, 3)
    assert (lower, upper) == pytest.approx((0.0524, 0.4102), abs=1e-4)
    # Montgomery finds samples 15 and 23 above the upper limit, and no other.
    outside = [number for number, cans in enumerate(CANS, 1) if not lower <= cans / 50 <= upper]
    assert outside == [15, 23]
    assert proportion_limits(0.01, 20, 3.09)[0] == 0
    with pytest.raises(ValueError, match="no records"):
        proportion_limits(0.5, 0, 3)
    # A share that differs by less than chance keeps the limits of the p-chart.
    steady = chart(Kind.SHARE, [100 * proportion] * 30, [50.0] * 30)[0]
    assert (steady.lower, steady.upper) == pytest.approx((100 * lower, 100 * upper))


def test_published_c_chart() -> None:
    mean = sum(BOARDS) / len(BOARDS)
    assert mean == pytest.approx(19.85, abs=0.005)
    steady = chart(Kind.COUNT, [mean] * 26, ONES[:26])[0]
    assert (steady.lower, steady.upper) == pytest.approx((6.48, 33.22), abs=0.01)


def test_laneys_charts_of_equal_sizes_are_those_of_single_values() -> None:
    """Laney (2002): with one size throughout, p' and u' give the limits of XmR."""
    shares = [2.0 * cans for cans in CANS]
    single = chart(Kind.AVERAGE, shares, ones(shares))[0]
    mean = sum(CANS) / 30
    assert sigma_z((numbers(CANS) - mean) / np.sqrt(mean * (1 - mean / 50))) > 1
    laney = chart(Kind.SHARE, shares, [50.0] * 30)[0]
    assert laney.upper == pytest.approx(single.upper)
    assert (laney.mean, laney.lower) == pytest.approx((single.mean, max(single.lower, 0)))
    single = chart(Kind.AVERAGE, [*BOARDS], ONES[:26])[0]
    laney = chart(Kind.COUNT, [*BOARDS], ONES[:26])[0]
    assert (laney.lower, laney.upper) == pytest.approx((single.lower, single.upper))


def test_a_small_count_has_the_limits_of_a_poisson_table() -> None:
    """P(X <= 10) is 0.9972 and P(X <= 11) 0.9991 where 4 are expected; no count is too low."""
    point = chart(Kind.COUNT, [4.0] * 20, ONES[:20])[0]
    assert 10 < point.upper < 11 and point.lower == 0


def test_published_t_chart() -> None:
    """Montgomery transforms the hours by y = x^0.2777 and finds their mean at 5.386."""
    made = np.array(FAILURES, float) ** 0.2777
    assert made[:3] == pytest.approx([4.80986, 6.70903, 5.72650], abs=1e-4)
    centre, sigma = t_chart(np.array(FAILURES, float), 0.2777)
    assert centre == pytest.approx(5.386, abs=1e-3)
    # None of the failures lies outside: the valve fails by chance.
    assert np.abs(made - centre).max() < 3 * sigma


def test_months_without_rare_events_are_geometric() -> None:
    """Benneyan's g-chart: with an event in a share p of the months, n without have (1 - p)^n."""
    counts = np.array(([3.0, 0.0, 0.0, 1.0, 0.0] * 2000)[:-1] + [1.0] + [0.0] * 5)
    some = float((counts > 0).mean())
    assert quiet_chance(counts) == pytest.approx((1 - some) ** 5, rel=0.01)
    # By counting: of six ways to have events in two of four months three leave the last without.
    assert quiet_chance(np.array([2.0, 0.0, 1.0, 0.0])) == pytest.approx(3 / 6)
    assert quiet_chance(np.array([2.0, np.nan, 0.0, 1.0])) == 1
    # The exact time since the newest of n events has nearly the same: (1 - time)^n.
    times = np.array([0.1, 0.2, 0.3, 0.4, 0.5])
    assert by_newest(times, 1.0, 1.0) == pytest.approx(4 * 0.5**5)


def test_rare_events_that_end_are_told() -> None:
    usual = [0.0, 1.0, 1.0, 2.0, 0.0, 1.0] * 4 + [1.0, 2.0]
    line = [*usual, *[0.0] * 10]
    limit = quiet_limit(line)
    assert limit is not None and limit < 10
    found = evidence(Kind.COUNT, line, ones(line))
    assert found is not None and found.probability < 0.009
    assert not found.is_higher and found.earliest <= len(usual) <= found.latest
    # Six months of none say nothing, and of what isn't rare there is no such limit.
    early = evidence(Kind.COUNT, line[:-7], ones(line[:-7]))
    assert early is not None and early.probability > 0.05
    assert quiet_limit([each + 2 for each in line]) is None
    assert quiet_limit([0.0] * 36) is None and quiet_limit([1.0] * 11) is None


def test_rare_events_are_seldom_called_changed_where_nothing_changes() -> None:
    random = np.random.default_rng(16)
    for rate in (0.4, 1.5):
        chance = [
            evidence(Kind.COUNT, line, ONES[:36])
            for line in random.poisson(rate, (300, 36)).astype(float).tolist()
        ]
        assert np.mean([each is not None and each.probability <= 0.009 for each in chance]) <= 0.01


def test_each_share_has_the_limits_of_its_own_denominator() -> None:
    points = chart(Kind.SHARE, [50.0] * 12, [100.0, 25.0] * 6)
    assert [point.upper for point in points[:2]] == pytest.approx([65, 80])
    assert [point.lower for point in points[:2]] == pytest.approx([35, 20])


@pytest.mark.parametrize(
    ("numerator", "denominator", "lower", "upper"),
    [(81, 263, 25.53, 36.62), (15, 148, 6.24, 16.05), (0, 20, 0, 16.11), (1, 29, 0.61, 17.18)],
)
def test_published_intervals_of_a_share(
    numerator: int, denominator: int, lower: float, upper: float
) -> None:
    """Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, Wilson's score method."""
    assert share_interval(numerator, denominator) == pytest.approx((lower, upper), abs=0.006)


def test_a_funnel_is_wider_where_places_differ_by_more_than_chance() -> None:
    """Of eleven scores the outermost count as the next; chi-squared 95% of 10 is 18.31."""
    scores = [-9.0, -2.0, -2.0, -1.0, 0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 9.0]
    assert overdispersion(scores) == pytest.approx((2 * 4 + 2 * 4 + 1 + 1 + 2 * 4) / 11)
    assert overdispersion([0.83 * score for score in scores]) == 1
    assert overdispersion([0.0, 0.0, 0.0]) == 1
    random = np.random.default_rng(16)
    of_chance = [overdispersion(random.standard_normal(10).tolist()) for _ in range(500)]
    assert np.mean(np.array(of_chance) > 1) < 0.05
    spread = [overdispersion((3 * random.standard_normal(10)).tolist()) for _ in range(500)]
    assert 4 < np.mean(spread) < 10


def test_the_lines_of_a_funnel_follow(monkeypatch: pytest.MonkeyPatch) -> None:
    alike = [measure(of=(count, 1000)) for count in (490, 500, 510)]
    apart = [measure(of=(count, 1000)) for count in (300, 500, 700)]
    drawn = [charts.funnel(places, "") for places in (alike, apart)]
    module = import_module("csc_warehouse.report.charts.funnel")
    monkeypatch.setattr(module, "overdispersion", lambda _: 1.0)
    assert charts.funnel(alike, "") == drawn[0]
    assert charts.funnel(apart, "") != drawn[1]


def test_published_interval_of_a_count() -> None:
    """Exact limits of 10 events are 4.80 and 18.39; of none 0 and 3.69."""
    assert count_interval(10) == pytest.approx((4.80, 18.39), abs=0.02)
    assert count_interval(0) == pytest.approx((0, 3.69), abs=0.05)


def test_half_of_what_was_counted_belongs_to_the_tail() -> None:
    """Lancaster's mid-P of 10 newest of 12 events, each new with chance 1/2, by hand."""
    # P(X >= 10) is (66 + 12 + 1) / 4096, and half of 66 / 4096 is taken off.
    assert _count_tail(10, 2, 0.5) == pytest.approx((33 + 12 + 1) / 4096)
    assert _count_tail(2, 10, 0.5) == pytest.approx((33 + 12 + 1) / 4096)
    assert _count_tail(0, 3, 0.5) == pytest.approx(1 / 16)


def test_a_season_is_unsteadiness_to_a_test_and_a_step_of_before_too() -> None:
    """The root of the mean square sees what neighbouring points don't differ by."""
    steady, slow = numbers([1.0, -1.0] * 12), numbers([-1.0] * 12 + [1.0] * 12)
    assert dispersion(steady) == dispersion(slow) == pytest.approx((24 / 23) ** 0.5)
    assert sigma_z(slow) < 0.1 < 1 < sigma_z(steady)


def test_what_has_been_as_far_before_is_no_news() -> None:
    """The Augusts of three years: the first is news, the third is not, a lower one is again."""
    year = [50.0, 52.0, 48.0, 51.0, 49.0, 50.0, 52.0, 48.0, 51.0, 49.0, 50.0]
    once = evidence(Kind.COUNT, [*year, *year, 15.0], ones([0.0] * 23))
    assert once is not None and once.probability < 1e-4
    again = evidence(Kind.COUNT, [*year, 14.0, *year, 14.0, *year, 15.0], ones([0.0] * 36))
    assert again is not None and again.probability == 1
    lower = evidence(Kind.COUNT, [*year, 20.0, *year, 20.0, *year, 1.0], ones([0.0] * 36))
    assert lower is not None and lower.probability < 0.05


def test_months_that_persist_vary_more_together() -> None:
    """The sum of two of a first-order autoregression has the variance 2 (1 + carry)."""
    carried = numbers([1.0, 1.0, 1.0, -1.0, -1.0, -1.0] * 5)
    pairs = 29 - 2 * 9
    assert persistence(carried, 2) == pytest.approx(1 + pairs / 30)
    assert persistence(carried, 1) == 1
    assert persistence(numbers([1.0, -1.0] * 15), 6) == 1
    # A third of ten is no more than chance makes of independent months.
    assert persistence(numbers([1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0, -1.0, 1.0]), 6) == 1
    assert persistence(numbers([0.0] * 10), 6) == persistence(numbers([None]), 6) == 1


def test_a_day_of_holidays_is_weighed_by_what_it_brings() -> None:
    """Ten on a school day and four on another, in three years of months."""
    days, holidays = [30.0] * 36, [0.0, 10.0, 30.0] * 12
    counts: list[float | None] = [
        10 * (day - free) + 4 * free + noise
        for day, free, noise in zip(days, holidays, [1.0, -1.0] * 18, strict=True)
    ]
    assert weight_of_holidays(counts, days, holidays) == pytest.approx(0.4, abs=0.01)
    hidden = [*counts[:20], None, *counts[21:]]
    assert weight_of_holidays(hidden, days, holidays) == pytest.approx(0.4, abs=0.01)
    # Where holidays bring as much as other days, where there are none, and before three years.
    same: list[float | None] = [300.0, 310.0, 290.0, 305.0] * 9
    assert weight_of_holidays(same, days, holidays) is None
    assert weight_of_holidays(counts, days, [0.0] * 36) is None
    assert weight_of_holidays(counts[1:], days[1:], holidays[1:]) is None
    assert weight_of_holidays([None] * 36, days, holidays) is None


def test_the_same_counts_say_less_where_they_persist() -> None:
    carried, mixed = [30.0] * 8 + [50.0] * 8 + [30.0] * 8, [30.0, 50.0, 30.0] * 8
    found = [moved(Kind.COUNT, [*counts, *([55.0] * 6)], ONES[:30], 6)
             for counts in (carried, mixed)]  # fmt: skip
    assert found[0] is not None and found[1] is not None
    assert found[0].size == pytest.approx(found[1].size)
    assert found[0].probability > 10 * found[1].probability


def test_limits_start_afresh_only_where_a_step_is_declared() -> None:
    values: list[float | None] = [10.0, 12.0] * 6 + [30.0, 32.0] * 6
    assert {point.mean for point in chart(Kind.AVERAGE, values, ones(values))} == {21.0}
    stepped = chart(Kind.AVERAGE, values, ones(values), steps=[12])
    assert [point.mean for point in stepped] == [11.0] * 12 + [31.0] * 12


def test_a_stock_is_expected_to_keep_what_it_has() -> None:
    """Differences of 2 in a stock of 100: 2 in a hundred leave, 98 of 100 are carried on."""
    values: list[float | None] = [100.0, 102.0] * 10
    points = chart(Kind.STOCK, values, ones(values))
    carry = 1 - 4 / (2 * 101)
    assert points[-1].mean == pytest.approx(101 + carry * (100 - 101))
    assert points[-2].mean == pytest.approx(101 + carry * (102 - 101))


def test_what_is_hidden_is_no_point() -> None:
    values: list[float | None] = [*([10.0, 12.0] * 8), None]
    for kind in Kind:
        points = chart(kind, values, [40.0] * 17)
        assert points[-1].value is None and points[-1].lower <= points[-1].upper
        assert evidence(kind, values, [40.0] * 17) is None
    assert chart(Kind.STOCK, [None] * 20, ONES[:20]) == ()
    assert chart(Kind.COUNT, [], []) == ()


@pytest.mark.parametrize("kind", Kind)
def test_a_step_is_found_with_its_month_and_size(kind: Kind) -> None:
    values: list[float | None] = [*([48.0, 52.0] * 15), 78.0, 82.0, 80.0]
    found = evidence(kind, values, [200.0] * 33)
    # Of an average at a month's end nothing is known but its moves: the careful side.
    most = 0.01 if kind is Kind.STOCK_AVERAGE else 0.001
    assert found is not None and found.probability < most
    # Of a count there are as many as of 200 days; a stock keeps what it had.
    assert found.since == 30 and found.earliest <= 30 <= found.latest
    assert abs(found.size - 30) < 2 + 2 * found.error
    assert found.is_higher
    flat = evidence(kind, [*([48.0, 52.0] * 15), 50.0, 51.0, 49.0], [200.0] * 33)
    assert flat is not None and flat.probability > 0.05


def test_nothing_is_said_of_too_few() -> None:
    values: list[float | None] = [10.0, 12.0] * 5
    assert evidence(Kind.AVERAGE, values, ONES[:10]) is None
    # Shares of so few that less than five are expected, even in six months.
    assert evidence(Kind.SHARE, [10.0, 0.0] * 18, [8.0] * 36) is None
    assert evidence(Kind.SHARE, [10.0, 0.0] * 18, [80.0] * 36) is not None
    assert evidence(Kind.STOCK_SHARE, [10.0, 0.0] * 18, [20.0] * 36) is None
    assert evidence(Kind.STOCK, [1.0, 2.0] * 18, ONES[:36]) is None
    # Averages of four in six months; where nobody says of how many, they are judged.
    few: list[float | None] = [*([0.5] * 30), *([0.6] * 6)]
    assert evidence(Kind.AVERAGE, [10.0, 12.0] * 18, few) is None
    assert evidence(Kind.AVERAGE, [10.0, 12.0] * 18, [None] * 36) is not None


@pytest.mark.parametrize(
    ("aggregation", "measured_as", "kind"),
    [
        ("count_of_records", "event", Kind.COUNT),
        ("share_of_children", "event", Kind.SHARE),
        ("median", "event", Kind.AVERAGE),
        ("rate_per_10000_children", "snapshot", Kind.STOCK),
        ("share_of_records", "snapshot", Kind.STOCK_SHARE),
        ("mean", "snapshot", Kind.STOCK_AVERAGE),
    ],
)
def test_the_register_says_the_kind(aggregation: str, measured_as: str, kind: Kind) -> None:
    assert kind_of(aggregation, measured_as) is kind


@pytest.mark.parametrize(
    ("polarity", "up", "down"),
    [
        ("higher is better", Variation.IMPROVEMENT_HIGH, Variation.CONCERN_LOW),
        ("lower is better", Variation.CONCERN_HIGH, Variation.IMPROVEMENT_LOW),
        ("neutral", Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
    ],
)
def test_variation_follows_the_polarity(polarity: str, up: Variation, down: Variation) -> None:
    assert variation(True, polarity) == up
    assert variation(False, polarity) == down


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (40.0, Assurance.PASS, Assurance.FAIL),
        (50.0, Assurance.INCONSISTENT, Assurance.INCONSISTENT),
        (60.0, Assurance.FAIL, Assurance.PASS),
    ],
)
def test_a_target_is_missed_only_by_more_than_chance(
    target: float, higher: Assurance, lower: Assurance
) -> None:
    interval = (45.0, 59.0)
    assert assurance(interval, "higher is better", target) == higher
    assert assurance(interval, "lower is better", target) == lower
    assert assurance(interval, "neutral", target) is None
    assert assurance(interval, "lower is better", None) is None
    assert assurance(None, "lower is better", target) is None


def test_values_that_are_all_the_same_lie_at_the_bottom() -> None:
    frame = charts.WIDE
    assert charts.Scale(0, 0, frame)(0) == frame.top + frame.plot_height
    assert charts.Scale(0, 10, frame)(10) == frame.top
