"""What is said of a change, a target and neighbours: only what is more than chance."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from csc_warehouse.disclosure import Cell
from csc_warehouse.report import words
from csc_warehouse.report.charts import variation_icon
from csc_warehouse.report.control_chart import Evidence, Variation
from csc_warehouse.report.figures import Comparison
from csc_warehouse.report.measures import Flow, Measure, _flows
from csc_warehouse.report.pages import stands_out
from csc_warehouse.report.selection import instead_of_hidden
from csc_warehouse.report.signals import Confidence, Signal
from library.measures import cell, measure


def signal(size: float, probability: float = 1e-5, interval: tuple[int, int] = (5, 7)) -> Signal:
    evidence = Evidence(probability, 6, *interval, size=size, error=2.5)
    return Signal(evidence, Confidence.LIKELY)


def test_a_change_is_said_with_its_size_its_month_and_what_they_leave_open() -> None:
    fell = measure(signal=signal(-15.2))
    assert fell.variation is Variation.CONCERN_LOW
    assert words.changed(fell) == "likely change for the worse, lower than before"
    assert words.why(fell) == (
        "about 15 points lower, give or take 4.9 points, since July 2022 "
        "(it began between June 2022 and August 2022)"
    )
    rose = measure("count_of_records", of=(40, None), signal=signal(40, interval=(6, 6)))
    assert words.why(rose) == "about 40 a month higher, give or take 4.9 a month, since July 2022"
    stock = measure("count_of_children", "snapshot", (40, None), signal=signal(40))
    assert words.why(stock).startswith("about 40 higher, give or take 4.9, since Jul 2022")
    assert 'class="icon worse-dot likely"' in variation_icon(fell.variation, Confidence.LIKELY)


def test_nothing_is_said_of_what_chance_does() -> None:
    assert words.changed(measure()) == "no change beyond chance" and words.why(measure()) == ""
    assert measure(looks=(None,)).variation is None


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (50.0, "not told apart from the target of 50%"),
        (40.0, "meets the target of 40%"),
        (70.0, "misses the target of 70%"),
    ],
)
def test_a_target_is_missed_only_where_chance_does_not_explain_it(target: float, said: str) -> None:
    text = words.about(measure(comparison=Comparison(target=target))).striptags()
    assert said in text
    # 52 of 100, by Wilson's interval.
    assert ("chance alone could make it 42.3% to 61.5%" in text) == (target == 50)


def test_a_target_of_a_count_is_said_without_a_verdict() -> None:
    of_count = measure("count_of_records", of=(52, None), comparison=Comparison(target=50.0))
    assert words.about(of_count).striptags() == "no change beyond chance; the target is 50"


def test_neighbours_differ_only_by_more_than_chance() -> None:
    near, far = (measure(comparison=Comparison(neighbours=value)) for value in (56.0, 66.0))
    assert "not told apart from statistical neighbours" in words.about(near)
    assert "14 points below statistical neighbours" in words.about(far).striptags()


def test_the_overview_tells_the_five_surest() -> None:
    def made(number: int) -> Measure:
        register = {**measure().register, "indicator_code": f"X{number}"}
        return measure(register=register, signal=signal(15, 10.0**-number))

    told = stands_out([*(made(number) for number in range(3, 10)), measure()])
    assert [each.code for each, _ in told.told] == ["X9", "X8", "X7", "X6", "X5"]
    assert (told.more, told.judged) == (2, 8)


def hidden(figure: Cell) -> Cell:
    return replace(figure, numerator=None, value=None, symbol="c")


def test_what_is_hidden_is_said_in_words_that_are_the_same_for_small_and_large() -> None:
    """A letter says nothing to a councillor; "fewer than 6" would tell which are the small ones."""
    made = measure()
    assert made.headline is not None
    text = words.in_words(made, hidden(made.headline)).striptags()
    assert text == "hidden to protect children"
    assert words.in_words(made, made.headline).striptags() == "52.0%"
    assert set(words.BRIEFLY) == set(words.SYMBOLS)


def ends(*months: tuple[int, int], period_type: str = "month_end") -> list[Cell]:
    return [
        cell(date(year, month, 28), period_type, "count_of_records", (20, None))
        for year, month in months
    ]


@pytest.mark.parametrize(
    ("years", "shown"),
    [([(2021, 3), (2022, 3)], (2022, 3)), ([(2020, 3)], (2021, 9)), ([], (2021, 9))],
)
def test_a_year_that_may_be_shown_stands_in_the_place_of_a_hidden_headline(
    years: list[tuple[int, int]], shown: tuple[int, int]
) -> None:
    twelve_months = ends((2021, 9), (2022, 9), period_type="rolling_12_months")
    of_years = ends(*years, period_type="year")
    assert instead_of_hidden(twelve_months, of_years) == (twelve_months, None)
    newest = hidden(twelve_months[1])
    cells, instead = instead_of_hidden([twelve_months[0], newest], of_years)
    assert instead == newest
    assert (cells[-1].period_end_date.year, cells[-1].period_end_date.month) == shown
    said = words.about(measure(headline=cells[-1], hidden=instead))
    assert "the figure for the 12 months to 28 September 2022 is hidden to protect" in said
    opens = words.headline(measure(headline=cells[-1], hidden=instead)).striptags()
    when = f"12 months to 28 September {shown[0]}" if shown[1] == 9 else f"28 March {shown[0]}"
    assert opens.startswith("A measure: 20") and when in opens.split(", ")[0]
    stock = words.about(measure(hidden=hidden(ends((2022, 9))[0])))
    assert "the figure at 28 September 2022 is hidden to protect children" in stock


def test_what_was_long_ago_does_not_stand_for_now() -> None:
    none = replace(ends((2022, 8))[0], numerator=0, value=0.0)
    line = [*ends((2020, 9)), none, hidden(ends((2022, 9))[0])]
    assert instead_of_hidden(line, ends((2021, 2), period_type="year")) == (line, None)


#: Children on a plan, plans that started and plans that ended: since the 31st month twice as many
#: start.
STARTED = [9.0, 11.0, 10.0] * 10 + [20.0, 22.0, 18.0]
ENDED = [10.0, 9.0, 11.0] * 10 + [9.0, 11.0, 10.0]


def on_a_plan(started: list[float], ended: list[float]) -> dict[str, Measure]:
    """The stock of 100 children with its flows, by code."""
    ends = [date(2020 + month // 12, month % 12 + 1, 28) for month in range(len(started))]
    stock, line = 100.0, []
    for came, left in zip(started, ended, strict=True):
        stock += came - left
        line.append(stock)
    lines = {"CPP-01": line, "CPP-02": started, "CPP-03": ended}
    return {
        code: measure(
            "count_of_children",
            "snapshot" if code == "CPP-01" else "event",
            line=tuple(
                cell(end, "month_end" if code == "CPP-01" else "month", "count_of_children",
                     (count, None))
                for end, count in zip(ends, counts, strict=True)
            ),
        )
        for code, counts in lines.items()
    }  # fmt: skip


def told(measures: dict[str, Measure], size: float) -> tuple[Flow, ...]:
    evidence = Evidence(1e-5, 30, 29, 31, size=size, error=5.0)
    return _flows(measures, "CPP-01", Signal(evidence, Confidence.LIKELY))


def test_more_came_or_fewer_left() -> None:
    (flow,) = told(on_a_plan(STARTED, ENDED), 30.0)
    assert flow.is_coming and flow.evidence.is_higher
    assert flow.evidence.size == pytest.approx(10, abs=0.5)
    said = words.flows(measure(flows=(flow,)))
    assert said.startswith("More came: a measure, about 10 a month more, give or take ")
    fewer = [*ENDED[:30], 3.0, 1.0, 2.0]
    (flow,) = told(on_a_plan([10.0] * 33, fewer), 24.0)
    assert not flow.is_coming and not flow.evidence.is_higher
    assert words.flows(measure(flows=(flow,))).startswith("Fewer left: a measure, about 8")


def test_a_flow_is_named_only_where_it_moved_the_stock_by_more_than_chance() -> None:
    # As many more left as came: what moved the other way does not explain a rise.
    assert told(on_a_plan(ENDED, STARTED), 30.0) == ()
    assert told(on_a_plan(ENDED, ENDED), 30.0) == ()
    declared = on_a_plan(STARTED, ENDED)
    declared["CPP-02"] = replace(declared["CPP-02"], steps=(object(),))
    assert told(declared, 30.0) == ()
