"""What the pack opens with, and what a topic's page has room for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from csc_warehouse.report.control_chart import Evidence
from csc_warehouse.report.figures import Comparison, Topic
from csc_warehouse.report.measures import Measure
from csc_warehouse.report.pack import matters, topic_page
from csc_warehouse.report.signals import Confidence, Signal
from library.measures import measure

TOPIC = Topic("referrals", "Referrals", "How many.", ("A",))


def made(code: str, **other: Any) -> Measure:
    return measure(register={**measure().register, "indicator_code": code, "title": code}, **other)


def hidden(code: str, symbol: str = "c") -> Measure:
    headline = made(code).headline
    assert headline is not None
    return made(code, headline=replace(headline, value=None, numerator=None, symbol=symbol))


def changed(code: str) -> Measure:
    return made(code, signal=Signal(Evidence(1e-5, 6, 5, 7, 15.0, 2.5), Confidence.LIKELY))


MISSED = Comparison(target=90.0)


def codes(measures: list[Measure]) -> list[str]:
    return [each.code for each in measures]


def test_the_first_page_has_what_changed_then_missed_targets_then_the_topics() -> None:
    all_of_it = [made("A"), made("B", comparison=MISSED), changed("C"), made("D")]
    assert codes(matters(all_of_it, [all_of_it[0], all_of_it[1]])) == ["C", "B", "A"]
    many = [made(letter) for letter in "ABCDEFG"]
    assert codes(matters(many, many)) == ["A", "B", "C", "D", "E"]


def test_the_first_page_has_no_symbol_and_no_older_figure() -> None:
    older = made("B", comparison=MISSED, hidden=hidden("B").headline)
    assert matters([hidden("A"), older], [hidden("A"), older]) == []


def test_a_topic_opens_with_a_figure_and_says_what_changed_first() -> None:
    page = topic_page(TOPIC, [hidden("A"), made("B"), made("C"), changed("D")], [hidden("A")])
    assert page.leading is not None and page.leading.code == "B"
    assert codes(list(page.said)) == ["D", "C"] and page.more == 0
    assert page.without_a_figure == [("hidden to protect children", ["A"])]


def test_what_a_topic_has_no_room_for_is_counted() -> None:
    page = topic_page(TOPIC, [made(f"A{number}") for number in range(30)], [])
    assert len(page.said) == 16 and page.more == 13
    nothing = topic_page(TOPIC, [hidden("A"), hidden("B", "z")], [])
    assert nothing.leading is None and nothing.more == 0
    assert [reason for reason, _ in nothing.without_a_figure] == [
        "hidden to protect children",
        "nothing to count",
    ]
