"""What disclosure control knows of several indicators, and the miner that looks for more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from csc_warehouse.disclosure import Cell, protect
from csc_warehouse.disclosure.cells import Remembered
from csc_warehouse.disclosure.knowledge import assemble
from csc_warehouse.disclosure.relations import (
    Identity,
    Relation,
    read_identities,
    read_relations,
)
from library.attacker import Attack, Secret, Table
from library.disclosure_tables import truths
from library.identities import Figures, Series, confirmed, missing, proposed, said, sums

MONTH_ENDS = [date(2022, 3, 31), date(2022, 4, 30), date(2022, 5, 31), date(2022, 6, 30)]


def figure(code: str, value: int, start: date, end: date, period_type: str) -> Cell:
    """A count of children."""
    return Cell(
        "999", code, period_type, start, end, "all", "all", "count_of_children", value, None, value
    )


def stock(value: int, number: int) -> Cell:
    end = MONTH_ENDS[number]
    return figure("STOCK", value, end, end, "month_end")


def flow(code: str, value: int, first: int, last: int) -> Cell:
    """What came or went between two month ends."""
    start = MONTH_ENDS[first] + date.resolution
    return figure(code, value, start, MONTH_ENDS[last], "month" if last - first == 1 else "quarter")


BALANCE = Identity(
    ("STOCK", "numerator"), ((("CAME", "numerator"), 1.0), (("WENT", "numerator"), -1.0)), True
)


def balanced(full: list[Cell]) -> list[dict[Secret, float]]:
    """The balance of every period in which something came and went, for the attacker."""
    at = {
        (cell.indicator_code, cell.period_start_date, cell.period_end_date): name
        for cell in full
        for name in truths(1, [cell])
        if name[3] == "numerator"
    }
    return [
        {
            at["STOCK", start - date.resolution, start - date.resolution]: 1.0,
            name: 1.0,
            at["WENT", start, end]: -1.0,
            at["STOCK", end, end]: -1.0,
        }
        for (code, start, end), name in at.items()
        if code == "CAME"
    ]


@pytest.mark.parametrize("months", [True, False])
def test_a_stock_does_not_tell_how_many_left_care(months: bool) -> None:
    flows = (
        [flow("CAME", 9, 0, 1), flow("WENT", 3, 0, 1)]
        if months
        else [flow("CAME", 20, 0, 3), flow("WENT", 4, 0, 3)]
    )
    last = 1 if months else 3
    full = [stock(60, 0), stock(60 + int(flows[0].value or 0) - int(flows[1].value or 0), last)]
    full += flows
    known = balanced(full)
    for identities, is_found in (((), True), ((BALANCE,), False)):
        public = protect(full, relations=(), identities=identities)
        table = Table(([], public), lambda _: True, frozenset(), known=known)
        attacker = Attack([table])
        assert attacker.believes([truths(1, full)])
        (found,) = attacker.found(5)
        assert bool(found) is is_found
        assert sum(cell.numerator is not None for cell in public) >= 2


def test_a_balance_that_does_not_hold_hides_nothing() -> None:
    full = [stock(60, 0), stock(70, 1), flow("CAME", 9, 0, 1), flow("WENT", 3, 0, 1)]
    public = protect(full, relations=(), identities=(BALANCE,))
    assert [cell.numerator for cell in public] == [60, 70, 9, None]


def test_a_balance_of_a_quarter_is_chance_where_it_fails_in_a_month() -> None:
    """Else what it tells by chance is taken for known by all, and nothing is hidden for it."""
    months = [stock(60, 0), stock(67, 1), flow("CAME", 9, 0, 1), flow("WENT", 1, 0, 1)]
    quarter = [stock(76, 3), flow("CAME", 20, 0, 3), flow("WENT", 4, 0, 3)]
    for full, is_written in (([*months, *quarter], False), ([months[0], *quarter], True)):
        known = [Remembered(each, each, each) for each in full]
        written = assemble(full, [known], 5, (), (BALANCE,)).equations
        without = assemble(full, [known], 5, (), ()).equations
        assert len(written) - len(without) == is_written


@pytest.mark.parametrize(("rest", "hidden"), [(0, 0), (3, 2), (7, 0)])
def test_what_parts_leave_of_another_is_protected(rest: int, hidden: int) -> None:
    """Three indicators are parts of a fourth: a handful in none of them can be subtracted."""
    parts = Identity(("WHOLE", "numerator"), tuple(((code, "numerator"), 1.0) for code in "ABC"))
    values = {"WHOLE": 60 + rest, "A": 10, "B": 20, "C": 30}
    full = [replace(stock(value, 0), indicator_code=code) for code, value in values.items()]
    public = protect(full, relations=(), identities=(parts,))
    assert sum(cell.numerator is None for cell in public) >= (1 if hidden else 0)
    assert (sum(cell.numerator is None for cell in public) == 0) is (hidden == 0)


def test_an_average_is_hidden_with_the_count_that_it_tells() -> None:
    """Agency workers in full-time equivalents: 11.1% of 18 posts are 2, who are hidden."""
    heads = replace(
        stock(2, 0), indicator_code="WRK-02H", aggregation="share_of_records", denominator=18
    )
    equivalents = replace(
        heads, indicator_code="WRK-02", aggregation="mean", numerator=None, value=11.1
    )
    assert protect([heads, equivalents])[1].value is None
    many = replace(heads, numerator=8)
    assert protect([many, equivalents])[1].value == 11.1
    assert Relation(("WRK-02", "value"), "tells", ("WRK-02H", "numerator")) in read_relations()


@pytest.mark.parametrize(
    "text", ["A = B -", "A", "A = B - C", "A = B before + C", "A + B = C", "A = B + C + "]
)
def test_an_identity_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    seed = tmp_path / "indicator_identity.csv"
    seed.write_text(f"identity,reason\nA = B + C.denominator,\n{text},\n")
    with pytest.raises(ValueError, match="line 3"):
        read_identities.__wrapped__(seed)


def test_identities_are_read() -> None:
    assert (
        Identity(
            ("CLA-01", "numerator"),
            ((("CLA-03", "numerator"), 1.0), (("CLA-04", "numerator"), -1.0)),
            True,
        )
        in read_identities()
    )


def series(code: str, part: str = "numerator", before: int = 0) -> Series:
    return code, part, "all", "all", before


def authority(seed: int, months: int = 30) -> Figures:
    """A stock with what comes and goes, three parts of it, and a count that has to do with none."""
    random = np.random.default_rng(seed)
    came, went = random.integers(0, 9, months), random.integers(0, 9, months)
    stock = 500 + np.cumsum(came - went)
    parts = [random.integers(50, 150, months) for _ in "AB"]
    lines = {
        series("STOCK"): stock,
        series("STOCK", before=1): np.concatenate([[np.nan], stock[:-1]]),
        series("CAME"): came,
        series("WENT"): went,
        series("A"): parts[0],
        series("B"): parts[1],
        series("C"): stock - sum(parts),
        series("C", "denominator"): stock,
        series("OTHER"): random.integers(0, 30, months),
    }
    return {each: line.astype(float)[1:] for each, line in lines.items()}


def test_the_miner_finds_what_adds_up_and_says_what_is_not_known() -> None:
    releases = [authority(seed) for seed in range(4)]
    mined = confirmed(set().union(*map(proposed, releases)), releases, fewest=3)
    same = Relation(("C", "denominator"), "same_as", ("STOCK", "numerator"))
    parts = Identity(("STOCK", "numerator"), tuple(((code, "numerator"), 1.0) for code in "ABC"))
    assert missing(mined, [same], [BALANCE, parts]) == []
    assert [said(each) for each in missing(mined, [same], [parts])] == [
        "C.denominator - CAME - STOCK before + WENT"
    ]
    assert len(missing(mined, [same], [BALANCE])) == 1
    assert len(missing(mined, [], [BALANCE, parts])) >= 1
    assert not any("OTHER" in said(each) for each in mined)


def test_what_holds_in_one_authority_alone_is_chance() -> None:
    releases = [authority(seed) for seed in range(4)]
    lucky = {**releases[0], series("LUCK"): releases[0][series("OTHER")] + 0}
    assert confirmed(proposed(lucky), [lucky, *releases[1:]], fewest=2) == confirmed(
        proposed(releases[0]), releases, fewest=2
    )


def test_sets_of_records_add_up_by_definition() -> None:
    """Of three kinds of record A counts two, B the third, and the whole all."""
    lines = {
        series("WHOLE"): np.array([1.0, 1.0, 1.0]),
        series("A"): np.array([1.0, 1.0, 0.0]),
        series("B"): np.array([0.0, 0.0, 1.0]),
    }
    assert [said(each) for each in sums(lines)] == ["A + B - WHOLE"]
