"""The rows of a person who is erased, in tables that name no person."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from csc_warehouse.intake import landing
from csc_warehouse.privacy import erasure
from csc_warehouse.settings import Home

LA, MONTH = "991", "2022-09"

#: A table whose rows may name nobody, by what, and the record of a person that this names.
LINKS = [
    ("ssd_assessment_factors", "cinf_assessment_id", "ssd_cin_assessments", "cina_assessment_id"),
    ("ssd_cla_placement", "clap_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    (
        "ssd_cla_placement",
        "clap_cla_placement_id",
        "ssd_cla_episodes",
        "clae_cla_placement_id",
    ),
    ("ssd_cla_reviews", "clar_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    ("ssd_cla_visits", "clav_cla_id", "ssd_cla_episodes", "clae_cla_id"),
    ("ssd_cp_reviews", "cppr_cp_plan_id", "ssd_cp_plans", "cppl_cp_plan_id"),
    ("ssd_cp_visits", "cppv_cp_plan_id", "ssd_cp_plans", "cppl_cp_plan_id"),
]


def write(path: Path, *rows: tuple[str, ...]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


@pytest.mark.parametrize(
    ("table", "column", "owner_table", "owner_column"), LINKS, ids=[link[1] for link in LINKS]
)
def test_rows_that_name_nobody_go_with_the_record_that_they_name(
    tmp_path: Path, table: str, column: str, owner_table: str, owner_column: str
) -> None:
    home = Home(tmp_path)
    folder = home.landing / LA / MONTH / "ssd"
    person = owner_column.partition("_")[0] + "_person_id"
    write(folder / "ssd_person.csv", ("pers_person_id",), ("P1",), ("P2",))
    write(folder / f"{owner_table}.csv", (owner_column, person), ("R1", "P1"), ("R2", "P2"))
    write(folder / f"{table}.csv", (column,), ("R1",), ("R2",), (" R1 ",), ("R3",))
    landing.land(home, LA, MONTH, settle_seconds=0)

    erasure.erase(home, LA, "P1", "request 17")

    (path,) = home.lake.glob(f"ssd/{table}/*/*/*.parquet")
    assert pq.ParquetFile(path).read([column]).column(0).to_pylist() == ["R2", "R3"]
