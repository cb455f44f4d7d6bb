"""What a comparison calls the same counts what the official sentence says, on records by hand."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from csc_warehouse.places import SEEDS, Home
from library.built import built
from library.places import TESTS

SENTENCES = TESTS / "sentences"
#: Called the same by the table that publishes them; the data dictionary has no sentence of them.
NO_SENTENCE = {"HLT-07", "HLT-08", "PLC-02", "WRK-02H", "WRK-04H"}
#: Of postcodes, which these records have not: `test_postcodes.py` has a return for its sentence.
IN_A_RETURN = {"PLC-05B": "LACDistance"}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


EXPECTED = rows_of(SENTENCES / "expected.csv")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, str, str], tuple]:
    """{(code, period type, period end): (numerator, denominator, value)} of the release."""
    home = Home(tmp_path_factory.mktemp("sentences"))
    for source in ("ssd", "local"):
        shutil.copytree(SENTENCES / source, home.landing / "991" / "2022-03" / source)
    analyst_db = built(home, ["991"], "2022-03", judged=False).analyst_db
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        found = connection.execute(
            "select indicator_code, period_type, cast(period_end_date as varchar), numerator, "
            "denominator, value from indicators.rpt_indicator "
            "where breakdown = 'all' and availability = 'available'"
        ).fetchall()
    return {row[:3]: row[3:] for row in found}


@pytest.mark.parametrize("row", EXPECTED, ids=[row["indicator_code"] for row in EXPECTED])
def test_the_sentence_gives_the_figure(
    row: Mapping[str, str], figures: Mapping[tuple[str, str, str], tuple]
) -> None:
    key = (row["indicator_code"], row["period_type"], row["period_end_date"])
    numerator, denominator, value = figures[key]
    assert numerator == (int(row["numerator"]) if row["numerator"] else None), row["why"]
    if row["denominator"]:
        assert denominator == int(row["denominator"]), row["why"]
    if row["value"]:
        assert value == pytest.approx(float(row["value"])), row["why"]


def test_whatever_counts_the_same_has_its_sentence_and_fixture() -> None:
    same = {
        row["indicator_code"]: row["sentence"]
        for row in rows_of(SEEDS / "comparators" / "indicator_measure.csv")
        if row["comparability"] == "same"
    }
    assert {code for code, sentence in same.items() if not sentence} == NO_SENTENCE
    made = {row["indicator_code"]: row["sentence"] for row in EXPECTED} | IN_A_RETURN
    assert made == {code: sentence for code, sentence in same.items() if sentence}
