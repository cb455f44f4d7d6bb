"""Every authority of England: known with what is published of it, and agreeing with itself."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from csc_warehouse.places import SEEDS
from library.places import SHARED

ESTIMATES = SHARED / "published" / "ons_mid-year_population_estimates_2012_to_2024.csv"
FICTIONAL = {str(code) for code in range(991, 1000)}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


AUTHORITIES = {row["la_code"]: row for row in rows(SEEDS / "authorities" / "authority.csv")}
REAL = {code: row for code, row in AUTHORITIES.items() if code not in FICTIONAL}


def test_the_fictional_ones_are_these_and_no_real_one_is_among_them() -> None:
    assert {code for code, row in AUTHORITIES.items() if row["is_fictional"] == "true"} == FICTIONAL
    assert {row["authority_name"].split()[0] for row in AUTHORITIES.values()} & {"Fictional"}
    assert not any("Fictional" in row["authority_name"] for row in REAL.values())


def test_there_are_153_now_and_five_that_ended_since_2016() -> None:
    ended = {code: row for code, row in REAL.items() if row["valid_to"]}
    assert len(REAL) - len(ended) == 153
    assert ended.keys() == {"835", "836", "837", "909", "928"}
    for row in ended.values():
        successors = [REAL[code] for code in row["successor_la_codes"].split()]
        assert successors
        assert {each["valid_from"] for each in successors} == {row["valid_to"]}
        assert {each["region_name"] for each in successors} == {row["region_name"]}
    begun = {code for code, row in REAL.items() if row["valid_from"]}
    assert begun == {code for row in ended.values() for code in row["successor_la_codes"].split()}


def test_each_has_a_region_that_is_compared_with_and_a_source_and_vintage() -> None:
    regions = {
        row["geography_name"]
        for row in rows(SEEDS / "comparators" / "region.csv")
        if row["geography_level"] == "regional" and not row["part_of"]
    }
    assert {row["region_name"] for row in REAL.values()} == regions
    assert all(row["source"] and row["vintage_year"] == "2025" for row in REAL.values())


def test_each_has_children_and_ten_neighbours_that_are_known() -> None:
    population = rows(SEEDS / "population" / "child_population.csv")
    counted = {row["area"] for row in population if row["area_type"] == "authority"}
    # What is published has no estimate of the three that ended in 2019.
    assert AUTHORITIES.keys() - counted == {"835", "836", "837"}
    neighbours: dict[tuple[str, str], list[str]] = {}
    for row in rows(SEEDS / "comparators" / "statistical_neighbour.csv"):
        assert row["neighbour_la_code"] in REAL
        neighbours.setdefault((row["la_code"], row["model_version"]), []).append(
            row["neighbour_la_code"]
        )
    assert {len(set(codes)) for codes in neighbours.values()} == {10}
    assert not any(code in codes for (code, _), codes in neighbours.items())
    now = {code for code, row in REAL.items() if not row["valid_to"]}
    assert {code for code, version in neighbours if version == "2025"} == now


@pytest.mark.skipif(not ESTIMATES.is_file(), reason="the published files aren't here")
def test_names_regions_and_children_are_as_published() -> None:
    published = [
        row for row in rows(ESTIMATES) if row["geographic_level"].startswith("Local authority")
    ]
    assert {row["old_la_code"] for row in published} == REAL.keys()
    carried = {
        (row["area"], row["mid_year_date"][:4]): row["children"]
        for row in rows(SEEDS / "population" / "child_population.csv")
        if row["area"] in REAL
    }
    for row in published:
        known = REAL[row["old_la_code"]]
        assert known["authority_name"] == row["la_name"]
        region = "London" if row["region_name"].endswith("London") else row["region_name"]
        assert known["region_name"] == region
        estimate = carried.get((row["old_la_code"], row["time_period"]), "x")
        assert estimate == row["population_estimate"]
