"""Which measures are called changed, when many are looked at; and how often that is wrong."""

from __future__ import annotations

import sys
from dataclasses import replace

import numpy as np
import pytest

from csc_warehouse.report.control_chart import Evidence, Kind
from csc_warehouse.report.signals import Confidence, chosen, discoveries, found, together
from library.four_rules import newest_breaks
from library.places import TESTS

sys.path.insert(0, str(TESTS / "bench"))
from signals import (
    MONTHS,
    TOLD,
    Change,
    World,
    days_of,
    most,
    probabilities,
    seasonal,
    weighed,
    worlds,
)

#: Benjamini and Hochberg, J. R. Statist. Soc. B 57 (1995) 289-300: fifteen hypotheses.
PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
    0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
]  # fmt: skip


def said(probability: float, size: float = 1.0) -> Evidence:
    return Evidence(probability, since=30, earliest=29, latest=31, size=size, error=0.1)


def test_published_false_discovery_rate() -> None:
    by_code = {f"{number:02d}": each for number, each in enumerate(PUBLISHED, start=1)}
    assert discoveries(by_code, 0.05) == ["01", "02", "03", "04"]
    assert len(discoveries(by_code, 0.1)) == 9
    # Told are those that chance makes in less than one of a hundred looks.
    assert chosen(by_code) == {"01", "02", "03"}
    assert chosen({}) == set()


def test_the_bar_rises_with_the_looks_and_not_with_what_is_found() -> None:
    """Nine tenths of a false statement: of 200 looks each may be wrong in 0.45%."""
    many = {f"{number}": 0.0044 for number in range(200)}
    assert len(chosen(many)) == 200
    assert chosen(dict.fromkeys(many, 0.0046)) == set()


def test_weak_evidence_is_possible_however_often_it_is_seen() -> None:
    """Of a hundred looks 0.5% is told, and 0.1% strong where nothing else is."""
    usual = {f"{number}": [said(0.5)] * 3 for number in range(98)}
    weak, strong = [said(0.005)] * 3, [said(0.001)] * 3
    signals = found(usual | {"weak": weak, "strong": strong})
    assert signals["weak"].confidence is Confidence.POSSIBLE
    assert signals["strong"].confidence is Confidence.ESTABLISHED
    assert signals.keys() == {"weak", "strong"}


def test_confirmation_makes_a_change_surer() -> None:
    usual, strong = said(0.5), said(1e-6)
    looks = {
        "once": [strong, usual, strong],
        "twice": [strong, strong, usual],
        "always": [strong, strong, strong],
        "over": [usual, strong, strong],
        "turned": [strong, said(1e-6, size=-1), strong],
        "new": [strong, None, None],
        "no line": [],
    }
    assert {code: signal.confidence for code, signal in found(looks).items()} == {
        "once": Confidence.POSSIBLE,
        "twice": Confidence.LIKELY,
        "always": Confidence.ESTABLISHED,
        "turned": Confidence.POSSIBLE,
        "new": Confidence.POSSIBLE,
    }


def test_a_rate_and_its_count_are_one_statement() -> None:
    looks = {
        "CLA-01": [said(1e-5)] * 3,
        "CLA-02": [said(1e-6)] * 3,
        "UASC-01": [said(1e-4)] * 3,
        "CIN-01": [said(1e-7), None, None],
        # Part of the children in care too, but the other way.
        "PLC-09": [said(1e-5, size=-1)] * 3,
    }
    assert together(found(looks)) == [["CLA-02", "CLA-01", "UASC-01"], ["PLC-09"], ["CIN-01"]]


def test_what_one_change_moves_is_one_statement() -> None:
    """Parts of a whole, a share out of a count, a stock and its flows, each as it must move."""
    up, down = [said(1e-5)] * 3, [said(1e-6, size=-1)] * 3
    # An interview that was offered was accepted or declined.
    assert together(found({"RHI-02": up, "RHI-03": down})) == [["RHI-03", "RHI-02"]]
    assert len(together(found({"RHI-02": up, "RHI-03": up}))) == 2
    # The more contacts, the smaller the share of them that led to a referral.
    assert together(found({"CON-01": up, "CON-03": down})) == [["CON-03", "CON-01"]]
    assert len(together(found({"CON-01": up, "CON-03": up}))) == 2
    # More are on a plan because more plans start, or because fewer end.
    assert together(found({"CPP-01": up, "CPP-02": up, "CPP-03": down})) == [
        ["CPP-03", "CPP-01", "CPP-02"]
    ]
    assert len(together(found({"CPP-01": up, "CPP-03": up}))) == 2


def test_a_rate_and_its_count_are_looked_at_once() -> None:
    """Twice the same evidence is no more evidence: 0.0015 is not strong in 99 looks."""
    usual = {f"{number}": [said(0.5)] * 3 for number in range(98)}

    def sure(*codes: str) -> set[Confidence]:
        signals = found(usual | {code: [said(0.0015)] * 3 for code in codes})
        return {signals[code].confidence for code in codes}

    assert sure("CPP-01", "CPP-01R") == {Confidence.POSSIBLE}
    assert sure("CPP-01", "EH-01") == {Confidence.ESTABLISHED}


def _named(children: int, *names: str) -> list[World]:
    return [world for world in worlds(children) if world.name in names]


@pytest.mark.parametrize(
    "world",
    _named(45_000, "starts", "of referrals", "days", "stay 6", "stay 36", "stay 18"),
    ids=lambda world: f"{world.kind}, {world.name}",
)
def test_chance_is_seldom_called_a_change(world: World) -> None:
    """Of 600 lines in which nothing changes; the four rules fail in half of the stocks."""
    random = np.random.default_rng(16)
    values, sizes = world.made(random, 600, None)
    assert (probabilities(world.kind, values, sizes) < 0.01).mean() <= 0.02
    assert (probabilities(world.kind, values, sizes) <= TOLD).mean() <= 0.015
    if world.kind in {Kind.STOCK, Kind.STOCK_SHARE}:
        assert newest_breaks(values).mean() > 0.3


def test_what_is_planted_is_found() -> None:
    """A share of referrals 15 points lower, three months after, in an authority of 45,000."""
    random = np.random.default_rng(16)
    (world,) = _named(45_000, "of referrals")
    (change,) = world.changes
    values, sizes = (lines[:, 3:39] for lines in world.made(random, 60, change))
    assert (probabilities(world.kind, values, sizes) <= TOLD).mean() >= 0.8
    nothing = replace(change, plus=0.0)
    values, sizes = (lines[:, 3:39] for lines in world.made(random, 60, nothing))
    assert (probabilities(world.kind, values, sizes) <= TOLD).mean() <= 0.05


def test_half_as_many_starts_again_are_found_in_six_months() -> None:
    """Of 13.5 a month; the best test of all, which knows what is looked for, finds few more."""
    random = np.random.default_rng(16)
    (world,) = _named(45_000, "starts")
    change = world.changes[1]
    assert (change.times, change.within) == (1.5, 6)
    lines, sizes = world.made(random, 150, change)
    each = np.column_stack(
        [
            probabilities(world.kind, lines[:, month : month + MONTHS], sizes[:, :MONTHS])
            for month in range(1, 7)
        ]
    )
    told = (each <= TOLD).any(axis=1).mean()
    could = most(world, change, random)
    assert could is not None and 0.7 <= told <= could <= 0.97


def test_a_season_that_is_known_hides_less() -> None:
    """Referrals of which a day of school holidays brings half; a fifth more since September."""
    random = np.random.default_rng(16)
    still = seasonal(200, 0.5, 8)(random, 300, None)
    assert (probabilities(Kind.COUNT, still, weighed(still, 8)) <= TOLD).mean() <= 0.02
    more = seasonal(200, 0.5, 8)(random, 100, Change("more", "rate", times=1.2))
    lines = more[:, 3 : 3 + MONTHS]
    known = (probabilities(Kind.COUNT, lines, weighed(lines, 11)) <= TOLD).mean()
    unknown = (probabilities(Kind.COUNT, lines, days_of(lines, 11)) <= TOLD).mean()
    assert known >= unknown + 0.2
