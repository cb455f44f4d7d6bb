"""The picture of the ways through the service: every flow an arc, every figure in its place."""

from __future__ import annotations

import re
from datetime import date

from lxml import html

from csc_warehouse.report.charts import ladder
from csc_warehouse.report.journey import Flow, Journey

STAGES = {"contact": "Contact", "referral": "Referral", "cp_plan": "Child protection plan"}


def flow(
    before: str | None, after: str, steps: int, days: float | None = None, year: int = 2022
) -> Flow:
    return Flow(date(year, 4, 1), date(year, 6, 30), before, after, steps, steps, days)


JOURNEY = Journey(
    STAGES,
    (
        flow(None, "contact", 1_300),
        flow("contact", "contact", 40, 116.5),
        flow("contact", "referral", 200, 1.0),
        flow("contact", "cp_plan", 3, 0.0),
        flow("cp_plan", "referral", 9, 40.0),
        flow("contact", "referral", 150, 2.0, year=2021),
        flow("contact", "referral", 170, 2.0, year=2020),
    ),
)


def drawings() -> dict[str, html.HtmlElement]:
    found = html.fragments_fromstring(str(ladder(JOURNEY)))
    return {each.get("class").split()[1]: each for each in found}


def test_every_flow_of_the_newest_quarter_is_an_arc_on_its_side() -> None:
    for name, picture in drawings().items():
        onward, back = (picture.xpath(f".//g[@class='{kind}']") for kind in ("onward", "back"))
        assert (len(onward), len(back)) == (2, 2), name
        assert picture.get("role") == "img" and "Contact 1,340, Referral 209" in picture.get(
            "aria-label"
        )


def test_the_thickest_arc_is_of_the_most_steps_and_none_vanishes() -> None:
    wide = drawings()["wide"]
    widths = [
        float(each)
        for each in re.findall(r'stroke-width="([\d.]+)"', html.tostring(wide, encoding="unicode"))
    ]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] == 16 and widths[-1] >= 1.5


def test_labels_and_boxes_say_numbers_and_waits() -> None:
    pictures = drawings()
    said = [" ".join(text.text_content().split()) for text in pictures["wide"].iter("text")]
    assert {"200 · 1 day", "40 · 117 days", "9 · 40 days", "3 · same day"} <= set(said)
    assert {"1,340 began", "1,300 with nothing before"} <= set(said)
    narrow = [text.text_content() for text in pictures["narrow"].iter("text")]
    assert {"200", "1,340 began", "Child protection", "plan"} <= set(narrow)


def test_nothing_lies_outside_and_no_label_on_another() -> None:
    for picture in drawings().values():
        width, height = (float(size) for size in picture.get("viewbox").split()[2:])
        labels = picture.xpath(".//text[contains(@class, 'name')]")
        places = []
        for label in labels:
            x, y = float(label.get("x")), float(label.get("y"))
            length = 6 * len(label.text_content())
            first = x - length if label.get("text-anchor") else x
            assert first >= 0 and first + length <= width and 0 < y < height
            places.append((first, first + length, y))
        for number, (first, last, y) in enumerate(places):
            assert not any(
                abs(y - other) < 12 and first < end and start < last
                for start, end, other in places[:number]
            )


def test_a_quarter_is_held_against_the_same_of_the_year_before() -> None:
    (referrals,) = (each for each in JOURNEY.into("referral") if each.from_stage == "contact")
    assert JOURNEY.year_before(referrals) == 150
    assert JOURNEY.quarter == "April to June 2022"
    assert [JOURNEY.begun("referral", end) for end in JOURNEY.quarters] == [170, 150, 209]
