"""Control charts against worked values that others have published."""

from __future__ import annotations

import pytest

from csc_warehouse.report import charts
from csc_warehouse.report.control_chart import (
    Assurance,
    Rule,
    Variation,
    assurance,
    average_moving_range,
    proportion_limits,
    variation,
    xmr,
)

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


@pytest.mark.parametrize(
    ("values", "mean", "moving_range", "lower", "upper"),
    [(NIST, 50.81, 1.8778, 45.8159, 55.8041), (TYRES, 24.0083, 0.056897, 23.8571, 24.1596)],
    ids=["NIST", "SAS"],
)
def test_published_limits(
    values: list[float], mean: float, moving_range: float, lower: float, upper: float
) -> None:
    point = xmr(values)[0]
    assert point.mean == pytest.approx(mean, abs=1e-4)
    assert average_moving_range(values) == pytest.approx(moving_range, abs=1e-4)
    # They divide by 1.128; 3 / 1.128 is 2.6596, which Making Data Count rounds to 2.66.
    assert (point.lower, point.upper) == pytest.approx((lower, upper), abs=2e-3)
    assert not any(point.rules for point in xmr(NIST))


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


def breaks(values: list[float | None], rule: Rule) -> list[int]:
    return [number for number, point in enumerate(xmr(values)) if rule in point.rules]


def test_outside_the_limits() -> None:
    values: list[float | None] = [*([1.0, 2.0] * 2), 10.0, *([1.0, 2.0] * 7)]
    assert breaks(values, Rule.OUTSIDE) == [4]


def test_seven_on_one_side_are_a_shift_and_six_are_not() -> None:
    low, high = [10.0, 12.0], [30.0, 32.0]
    assert breaks([*low * 5, *high * 3], Rule.SHIFT) == list(range(10))
    assert breaks([*low * 5, *high * 3, 31.0], Rule.SHIFT) == list(range(17))
    # Seven, with one hidden among them, are six and nothing: a run ends where a value is missing.
    assert breaks([*low * 5, *high, None, *high * 2, 31.0], Rule.SHIFT) == list(range(10))


def test_seven_that_rise_are_a_trend_and_six_are_not() -> None:
    around: list[float | None] = [50, 90, 30, 80, 20, 70]
    assert breaks([*around, 41, 42, 43, 44, 45, 46, 40], Rule.TREND) == []
    assert breaks([*around, 77, 41, 42, 43, 44, 45, 46, 47, 40], Rule.TREND) == list(range(7, 14))
    assert breaks([*around, 30, 47, 46, 45, 44, 43, 42, 41, 60], Rule.TREND) == list(range(7, 14))
    assert breaks([1, 2, 3, 3, 4, 5, 6], Rule.TREND) == []


def test_two_of_three_close_to_a_limit() -> None:
    # Limits of about -14 and 49: 41 lies in the outer third, 20 is above the mean.
    base = [10.0, 20.0] * 8
    assert breaks([*base, 41.0, 20.0, 41.0], Rule.NEAR_LIMIT) == [16, 18]
    assert breaks([*base, 41.0, 10.0, 41.0], Rule.NEAR_LIMIT) == []
    assert breaks([*base, 41.0, 20.0, 21.0], Rule.NEAR_LIMIT) == []


def test_limits_start_afresh_only_where_a_step_is_declared() -> None:
    values = [10.0, 12.0] * 6 + [30.0, 32.0] * 6
    assert {point.mean for point in xmr(values)} == {21.0}
    stepped = xmr(values, steps=[12])
    assert [point.mean for point in stepped] == [11.0] * 12 + [31.0] * 12
    assert not any(point.rules for point in stepped)


@pytest.mark.parametrize(
    ("polarity", "up", "down"),
    [
        ("higher is better", Variation.IMPROVEMENT_HIGH, Variation.CONCERN_LOW),
        ("lower is better", Variation.CONCERN_HIGH, Variation.IMPROVEMENT_LOW),
        ("neutral", Variation.NEUTRAL_HIGH, Variation.NEUTRAL_LOW),
    ],
)
def test_variation_follows_the_polarity(polarity: str, up: Variation, down: Variation) -> None:
    usual = [10.0, 12.0] * 8
    assert variation(xmr(usual), polarity) == Variation.COMMON
    assert variation(xmr([*usual, 40.0]), polarity) == up
    assert variation(xmr([*usual, -20.0]), polarity) == down


def test_no_verdict_on_few_or_hidden_values() -> None:
    assert variation(xmr([10.0, 12.0] * 5), "neutral") is None
    assert variation(xmr([*([10.0, 12.0] * 8), None]), "neutral") is None
    assert variation(xmr([None] * 20), "neutral") is None
    assert xmr([]) == ()


@pytest.mark.parametrize(
    ("target", "higher", "lower"),
    [
        (0.0, Assurance.PASS, Assurance.FAIL),
        (11.0, Assurance.INCONSISTENT, Assurance.INCONSISTENT),
        (30.0, Assurance.FAIL, Assurance.PASS),
    ],
)
def test_assurance_compares_the_target_with_the_limits(
    target: float, higher: Assurance, lower: Assurance
) -> None:
    chart = xmr([10.0, 12.0] * 8)
    assert assurance(chart, "higher is better", target) == higher
    assert assurance(chart, "lower is better", target) == lower
    assert assurance(chart, "neutral", target) is None
    assert assurance(chart, "lower is better", None) is None


def test_values_that_are_all_the_same_lie_at_the_bottom() -> None:
    frame = charts.WIDE
    assert charts.Scale(0, 0, frame)(0) == frame.top + frame.plot_height
    assert charts.Scale(0, 10, frame)(10) == frame.top
