"""The rows of a person who is erased: every table says how they are found."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from csc_warehouse.build.candidate import source_names
from csc_warehouse.intake import landing
from csc_warehouse.lake.declarations import DROP, KEEP, load_source
from csc_warehouse.places import Home
from csc_warehouse.privacy import erasure

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


def test_every_link_is_declared_with_its_table_and_no_other() -> None:
    declared = [
        (link.table, link.column, link.owner_table, link.owner_column)
        for source in source_names()
        for link in load_source(source).links
    ]
    assert sorted(declared) == sorted(LINKS)


@pytest.mark.parametrize("source", source_names())
def test_every_stored_table_says_how_a_persons_rows_are_found(source: str) -> None:
    declared = load_source(source)
    unsaid = [
        table.name
        for table in declared.tables
        if any(column.kind != DROP for column in table.delivered)
        and bool(table.no_person) == bool(table.person_columns or table.links)
    ]
    assert unsaid == []


@pytest.mark.parametrize("source", source_names())
def test_a_link_leads_to_a_stored_column_of_a_table_with_people(source: str) -> None:
    declared = load_source(source)
    for link in declared.links:
        owner = declared.table(link.owner_table)
        assert owner.person_columns, link
        kinds = {column.name: column.kind for column in owner.columns}
        assert kinds[link.owner_column] == KEEP, link
