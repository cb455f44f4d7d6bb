"""Disclosure control: what is hidden, what is kept, and that the same is hidden every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from csc_warehouse.disclosure import Cell, protect, rounded
from csc_warehouse.disclosure.knowledge import assemble
from csc_warehouse.disclosure.relations import Identity, Relation
from csc_warehouse.disclosure.setting import read_settings, threshold_of
from csc_warehouse.disclosure.suppression import Pattern, _Search
from library.attacker import Attack, Table
from library.disclosure_tables import cells, is_small, records, shape

YEAR = (date(2022, 4, 1), date(2023, 3, 31))


def count(code: str, value: int, breakdown_value: str = "all", **changes: object) -> Cell:
    """A count of records in the year, of one value of the breakdown by sex or of all."""
    cell = Cell(
        "999",
        code,
        "year",
        *YEAR,
        "all" if breakdown_value == "all" else "sex",
        breakdown_value,
        "count_of_records",
        value,
        None,
        float(value),
    )
    return replace(cell, **changes)  # type: ignore[arg-type]


def share(code: str, numerator: int, denominator: int, **changes: object) -> Cell:
    cell = count(code, numerator, **changes)
    return replace(
        cell,
        aggregation="share_of_records",
        denominator=denominator,
        value=100 * numerator / denominator if denominator else None,
    )


def shown(cells: list[Cell]) -> list[float | None]:
    return [cell.numerator for cell in cells]


@pytest.mark.parametrize(("value", "kept"), [(0, 0), (1, None), (5, None), (6, 6)])
def test_counts_from_one_to_five_are_hidden(value: int, kept: int | None) -> None:
    (cell,) = protect([count("A", value)])
    assert (cell.numerator, cell.value) == (kept, kept)
    assert cell.symbol == (None if kept is not None else "c")


def test_the_threshold_is_a_setting() -> None:
    assert shown(protect([count("A", 5), count("B", 4)], threshold=4)) == [5, None]


def test_a_council_may_set_its_own_threshold_from_a_day_on(tmp_path: Path) -> None:
    seed = tmp_path / "disclosure_threshold.csv"
    seed.write_text(
        "la_code,threshold,set_by,source,valid_from,valid_to\n"
        ",5,,,2000-01-01,\n998,7,,,2022-10-01,2023-10-01\n"
    )
    settings = read_settings(seed)
    days = [date(2022, 9, 30), date(2022, 10, 1), date(2023, 9, 30), date(2023, 10, 1)]
    assert [threshold_of("998", day, settings) for day in days] == [5, 7, 7, 5]
    assert threshold_of("999", days[1], settings) == 5
    seed.write_text("la_code,threshold,valid_from,valid_to\n,0,2000-01-01,\n")
    with pytest.raises(ValueError, match="line 2"):
        read_settings.__wrapped__(seed)


def test_a_single_hidden_part_takes_another_with_it_and_never_the_whole() -> None:
    cells = [count("A", 60), count("A", 3, "f"), count("A", 20, "m"), count("A", 37, "u")]
    assert shown(protect(cells)) == [60, None, None, 37]


@pytest.mark.parametrize("numerator", [3, 47])
def test_a_percentage_with_a_small_numerator_or_rest_is_hidden(numerator: int) -> None:
    (cell,) = protect([share("A", numerator, 50)])
    assert (cell.numerator, cell.denominator, cell.value, cell.symbol) == (None, 50, None, "c")


def test_nothing_to_divide_by_is_not_applicable_and_no_figure_not_available() -> None:
    missing = replace(count("B", 0), numerator=None, value=None)
    assert [cell.symbol for cell in protect([share("A", 0, 0), missing])] == ["z", "x"]


@pytest.mark.parametrize("aggregation", ["minimum", "maximum"])
def test_an_extreme_is_never_printed(aggregation: str) -> None:
    (cell,) = protect([count("A", 14, aggregation=aggregation, denominator=80)])
    assert (cell.value, cell.symbol) == (None, "c")


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed"),
    [
        (1, 8, "13"),
        (1, 3, "33"),
        (27, 40, "68"),
        (99, 99, "100"),
        (333, 1000, "33.3"),
        (1, 400, "0.3"),
    ],
)
def test_percentages_are_rounded_by_their_denominator(
    numerator: int, denominator: int, printed: str
) -> None:
    value = 100 * numerator / denominator
    assert rounded("share_of_records", value, numerator, denominator) == Decimal(printed)


def test_two_cells_of_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="same key"):
        protect([count("A", 6), count("A", 6)])


@pytest.mark.parametrize("weakened", ["parts", "percentages", "periods", "previous"])
def test_the_solver_finds_what_is_left_open(weakened: str) -> None:
    # Small counts alone are hidden, as a hurried hand would: the attacker must find them.
    full = {
        "parts": [count("A", 60), count("A", 3, "f"), count("A", 57, "m")],
        "percentages": [share("A", 3, 50)],
        "periods": [
            month("A", 4, 9),
            month("A", 5, 3),
            month("A", 6, 10),
            replace(month("A", 4, 22), period_type="quarter", period_end_date=date(2022, 6, 30)),
        ],
        "previous": [count("A", 3)],
    }[weakened]
    public = [
        replace(cell, numerator=None, value=None, symbol="c") if is_small(cell) else cell
        for cell in full
    ]
    older = full if weakened == "previous" else []
    if weakened == "percentages":
        public = [replace(public[0], value=6.0)]
    table = Table((older, public), lambda _: True, frozenset({("A", "sex")}))
    (found,) = Attack([table]).found(5)
    expected = 0 if weakened == "previous" else 1
    assert len(found) == expected
    assert all(low == high == 3 for low, high in found.values())


def month(code: str, number: int, value: int) -> Cell:
    last = date(2022, number + 1, 1) - date.resolution
    return count(
        code,
        value,
        period_type="month",
        period_start_date=date(2022, number, 1),
        period_end_date=last,
    )


@pytest.mark.parametrize(("left", "is_hidden"), [(0, False), (1, True), (5, True), (6, False)])
def test_months_of_one_do_not_tell_what_is_left_of_a_quarter_of_another(
    left: int, is_hidden: bool
) -> None:
    """Only A has months and only B a quarter; B counts a part of what A counts."""
    months = [month("A", number, 40) for number in (4, 5, 6)]
    quarter = count(
        "B",
        120 - left,
        period_type="quarter",
        period_start_date=date(2022, 4, 1),
        period_end_date=date(2022, 6, 30),
    )
    relation = Relation(("B", "numerator"), "part_of", ("A", "numerator"))
    public = protect([*months, quarter], relations=[relation])
    assert (None in shown(public)) is is_hidden


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_never_less_than_the_small_ones_and_the_same_in_any_order(
    number: int, shuffler: Random
) -> None:
    random = np.random.default_rng(number)
    form = shape(random)
    full = cells("999", form, records(random, form.months), form.months)
    public = protect(full, relations=())
    for before, after in zip(full, public, strict=True):
        assert before.key == after.key
        if is_small(before):
            assert after.value is None
        if after.symbol == "c":
            assert after.value is None
            assert after.numerator is None or after.denominator is None
        for part in ("numerator", "denominator"):
            assert getattr(after, part) in (None, getattr(before, part))
    shuffled = list(full)
    shuffler.shuffle(shuffled)
    assert {cell.key: cell for cell in protect(shuffled, relations=())} == {
        cell.key: cell for cell in public
    }


def test_what_an_authority_hides_does_not_hang_on_who_else_is_in_the_release() -> None:
    everybody: dict[str, list[Cell]] = {}
    for number in range(100):
        random = np.random.default_rng(number)
        form = shape(random)
        la_code = f"A{number:02d}"
        everybody[la_code] = cells(la_code, form, records(random, form.months), form.months)
    full = [cell for own in everybody.values() for cell in own]
    alone = [cell for own in everybody.values() for cell in protect(own, relations=())]
    together = protect(full, relations=())
    assert together == alone
    # Nor on what was public of the others before.
    own = everybody["A59"]
    shown = [cell for cell in alone if cell.la_code == "A59"]
    assert [
        cell for cell in protect(full, together, relations=()) if cell.la_code == "A59"
    ] == protect(own, shown, relations=())


def test_what_was_hidden_before_stays_hidden_and_what_was_shown_protects_nothing() -> None:
    older = [count("A", 60), count("A", 3, "f"), count("A", 20, "m"), count("A", 37, "u")]
    public = protect(older)
    # The next release would rather hide the larger of the two: it can't, that one is known.
    newer = [older[0], older[1], replace(older[2], numerator=21, value=21.0), older[3]]
    newer[0] = replace(older[0], numerator=61, value=61.0)
    assert shown(protect(newer, public)) == [61, None, None, 37]


def test_what_was_shown_as_it_is_now_is_shown_again_though_a_correction_had_to_be_hidden() -> None:
    """20, then 3 by a file that lacked rows, then 20 again: who has kept the first knows it."""
    right, wrong = [count("A", 20)], [count("A", 3)]
    first = protect(right)
    second = protect(wrong, first, was=right, now=wrong)
    assert shown(second) == [None]
    assert shown(protect(right, second, was=wrong, now=right, earlier=[(first, right)])) == [20]


def test_full_time_equivalents_that_are_the_heads_give_none_of_them_away() -> None:
    """Sixteen at work of whom thirteen are the council's: the three others are hidden, however the
    sixteen are counted, and though it is the same in every month."""
    months = range(1, 8)
    agency = [share("H", 3, 16, period_type="month_end") for _ in months]
    equivalents = [share("F", 8, 16, period_type="month_end") for _ in months]
    own, also = ([share(code, 0, 13, period_type="month_end") for _ in months] for code in "OP")
    cells = [
        replace(cell, period_start_date=date(2022, each, 28), period_end_date=date(2022, each, 28))
        for cell_of in (agency, equivalents, own, also)
        for each, cell in zip(months, cell_of, strict=True)
    ]
    at_most = Relation(("F", "denominator"), "at_most", ("H", "denominator"))
    whole = Identity(("H", "denominator"), ((("H", "numerator"), 1), (("O", "denominator"), 1)))
    same = Relation(("P", "denominator"), "same_as", ("O", "denominator"))
    public = protect(cells, relations=[at_most, same], identities=[whole])
    known = {(cell.indicator_code, cell.period_end_date): cell.denominator for cell in public}
    for each in months:
        day = date(2022, each, 28)
        assert known["F", day] is None or known["O", day] is None


def test_a_longer_period_does_not_give_away_what_is_no_longer_shown() -> None:
    months = [month("A", 4, 3), month("A", 5, 7), month("A", 6, 10)]
    quarter = replace(month("A", 4, 20), period_type="quarter", period_end_date=date(2022, 6, 30))
    before = protect(months)
    assert shown(before) == [None, 7, 10]
    assert shown(protect([quarter])) == [20]
    assert shown(protect([quarter], before)) == [None]


def test_what_is_no_longer_shown_protects_nothing() -> None:
    """April and May are remembered: to hide what they add up to is not enough to hide June."""
    before = protect([month("A", 4, 8), month("A", 5, 6)])
    assert shown(before) == [8, 6]
    to_may, quarter = (
        replace(month("A", 4, value), period_type=kind, period_end_date=last)
        for kind, last, value in (
            ("year_to_date", date(2022, 5, 31), 14),
            ("quarter", date(2022, 6, 30), 17),
        )
    )
    cells = [to_may, month("A", 6, 3), quarter]
    assert shown(protect(cells)) == [None, None, 17]
    assert shown(protect(cells, before, now=before)) == [14, None, None]


@pytest.mark.parametrize(("knows", "kept"), [(True, None), (False, 8)])
def test_what_was_hidden_and_has_changed_is_protected_as_it_was(
    knows: bool, kept: int | None
) -> None:
    """June was 6 and is 5; with April to May in print the quarter that was hidden is 8 + 6."""

    def quarter(value: int) -> Cell:
        return replace(
            month("A", 4, value), period_type="quarter", period_end_date=date(2022, 6, 30)
        )

    was = [month("A", 4, 4), month("A", 5, 4), month("A", 6, 6), quarter(14)]
    public = [
        cell if cell.numerator == 6 else replace(cell, numerator=None, value=None, symbol="c")
        for cell in was
    ]
    now = [*was[:2], month("A", 6, 5), quarter(13)]
    to_may = replace(
        month("A", 4, 8), period_type="year_to_date", period_end_date=date(2022, 5, 31)
    )
    assert shown(protect([to_may], public, was=was if knows else (), now=now)) == [kept]


def test_a_figure_that_stands_twice_is_hidden_twice() -> None:
    referrals = [count("REF-01", 4), share("REF-03", 0, 4), share("REF-04", 0, 4)]
    assert [cell.denominator for cell in protect(referrals)] == [None, None, None]
    assert protect(referrals)[0].numerator is None


@pytest.mark.parametrize("aggregation", ["distribution_of_children", "records_per_child"])
def test_the_few_children_that_a_figure_is_of_are_not_printed(aggregation: str) -> None:
    (cell,) = protect([count("A", 4, aggregation=aggregation, denominator=4)])
    assert (cell.numerator, cell.denominator, cell.value, cell.symbol) == (None, None, None, "c")


def test_the_values_of_a_distribution_are_all_of_it() -> None:
    spread = {"aggregation": "distribution_of_children", "denominator": 60}
    cells = [count("A", value, name, **spread) for name, value in (("f", 3), ("m", 20), ("u", 37))]
    assert shown(protect(cells)) == [None, None, 37]
    assert [cell.denominator for cell in protect(cells)] == [60, 60, 60]


@pytest.mark.parametrize(("of_quarter", "hidden"), [(22, 1), (21, 2)])
def test_what_followed_later_is_in_the_longer_period_only(of_quarter: int, hidden: int) -> None:
    # By its end 17 had followed of April and May, and 3 of June; one or two more by June's end.
    # Who sees all but June knows that it has at most 22 - 17 = 5: wide enough, and 4 is not.
    quarter = replace(
        month("A", 4, of_quarter), period_type="quarter", period_end_date=date(2022, 6, 30)
    )
    cells = protect([month("A", 4, 9), month("A", 5, 8), month("A", 6, 3), quarter])
    assert shown(cells).count(None) == hidden


def test_the_last_resort_hides_all_that_hangs_together() -> None:
    full = [count("A", 60), count("A", 3, "f"), count("A", 20, "m"), count("A", 37, "u")]
    unknowns = assemble(full, [], 5, [])
    search = _Search(unknowns, 5)
    search._hide_all_around(unknowns.of_cell[1][0] or 0)
    assert len(search.hidden) == len(full)
    assert all(search.highest - search.lowest >= 5)
    assert search.run() == Pattern(search.hidden, set())


def test_what_was_given_away_before_is_said(caplog: pytest.LogCaptureFixture) -> None:
    older = [count("A", 4)]
    assert shown(protect(older, older, threshold=5)) == [None]
    assert "what earlier releases showed: 1." in caplog.text
