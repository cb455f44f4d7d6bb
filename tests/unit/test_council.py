"""What a council decides itself: read, refused where it is not clear, and held in its time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from csc_warehouse import council
from csc_warehouse.build import candidate
from csc_warehouse.command.cli import app
from csc_warehouse.errors import DataRefused
from csc_warehouse.places import Home

LA = "992"
DAY = date(2022, 9, 30)
TARGETS = "indicator_code,green_from,amber_from,valid_from,valid_to,source\n"


def write(home: Home, name: str, text: str, la_code: str = LA) -> Path:
    """Write a file of an authority."""
    path = council.folder(home, la_code) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def identity(home: Home, day: date = DAY) -> list[str]:
    return council.identities(council.read(home, [LA], day))


def test_a_row_is_read_in_the_types_of_its_seed(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "targets.csv", "# ours\n" + TARGETS + "\nREF-03,20,22.5,01/04/2022,,Cabinet\n")
    (row,) = council.read(home, [LA], DAY)
    assert row.table.seed == "target"
    assert row.place.endswith("targets.csv, line 4")
    assert row.values == {
        "indicator_code": "REF-03",
        "green_from": 20.0,
        "amber_from": 22.5,
        "valid_from": date(2022, 4, 1),
        "valid_to": None,
        "source": "Cabinet",
    }
    assert council.read(home, ["991"], DAY) == []


def test_what_is_decided_later_leaves_a_past_month_as_it_was(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "targets.csv", TARGETS + "REF-03,20,22,2022-04-01,,Cabinet\n")
    before = identity(home)
    write(
        home,
        "targets.csv",
        TARGETS + "REF-03,18,20,2022-10-01,,Cabinet\nREF-03,20,22,2022-04-01,2022-10-01,Cabinet\n",
    )
    assert identity(home) == before
    assert identity(home, date(2022, 10, 31)) != before
    write(
        home,
        "step_changes.csv",
        "indicator_code,step_date,reason,declared_by\n"
        "REF-01,2022-10-03,One front door,Head of service\n",
    )
    assert identity(home) == before
    assert len(identity(home, date(2022, 10, 31))) == 2


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "targets.csv",
            TARGETS + "REF-99,1,2,2022-04-01,,x\n",
            "line 2: indicator_code has",
        ),
        ("targets.csv", TARGETS + "REF-03,low,2,2022-04-01,,x\n", "green_from must be a number."),
        ("targets.csv", TARGETS + "REF-03,,2,2022-04-01,,x\n", "line 2: green_from is empty"),
        ("targets.csv", TARGETS + "REF-03,1,2,April,,x\n", "valid_from must be a date such as"),
        ("targets.csv", TARGETS + "REF-03,1,2,2022-04-01,x\n", "5 values under 6 headers"),
        ("targets.csv", "indicator_code\n", "has no column green_from, amber_from"),
        ("targets.csv", TARGETS[:-1] + ",owner\n", "nobody reads the column owner"),
        (
            "targets.csv",
            TARGETS + "REF-03,1,2,2022-04-01,,x\nREF-03,3,4,2023-04-01,,x\n",
            "line 3: line 2 holds at the same time for the same indicator_code",
        ),
        ("target.csv", "", "is none of the files that a council decides by: codes.csv, cp_visits"),
        ("targets.xlsx", "", "is none of the files"),
        (
            "sources.csv",
            "subject,source_system,reason,valid_from\ncare,mosaic,x,2022-04-01\n",
            "It may be: annex_a, cin_census, ssd, ssda903",
        ),
        (
            "disclosure_threshold.csv",
            "threshold,set_by,source,valid_from\n0,x,x,2022-04-01\n",
            "line 2: threshold must be a whole number of at least 1",
        ),
        (
            "thresholds.csv",
            "rule_id,max_share,set_by,valid_from\nCIN-8898,2,x,2022-04-01\n",
            "max_share must be a number of at least 0 and at most 1",
        ),
        (
            "thresholds.csv",
            "rule_id,max_share,set_by,valid_from\nCIN-1,0.2,x,2022-04-01\n",
            "rule_id has no value",
        ),
        (
            "owners.csv",
            "owner,owner_name,valid_from\nsomebody,x,2022-04-01\n",
            "owner has",
        ),
        (
            "teams.csv",
            "team,team_name,valid_from\nT1,A,2022-04-01\nt1,B,2022-04-01\n",
            "line 3: line 2 holds at the same time for the same team",
        ),
    ],
)
def test_a_row_that_says_nothing_clear_is_refused(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    home = Home(tmp_path)
    path = write(home, name, text)
    with pytest.raises(DataRefused) as refused:
        council.read(home, [LA], DAY)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_folder_of_no_authority_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "targets.csv", TARGETS, la_code="9999")
    with pytest.raises(DataRefused, match="not named after an authority"):
        council.read(home, [LA], DAY)


@pytest.mark.parametrize("name", council.tables())
def test_each_template_is_read_and_so_is_its_example(tmp_path: Path, name: str) -> None:
    home = Home(tmp_path)
    council.folder(home, LA).mkdir(parents=True)
    done = CliRunner().invoke(app, ["template", name, "--out", str(council.folder(home, LA))])
    assert done.exit_code == 0, done.output
    assert council.read(home, [LA], DAY) == []
    path = council.folder(home, LA) / f"{name}.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[-1].startswith("# ")
    path.write_text("\n".join([*lines[:-1], lines[-1].removeprefix("# ")]), encoding="utf-8")
    assert len(council.read(home, [LA], date(2027, 3, 31))) == 1


def test_a_councils_rows_stand_in_the_place_of_the_seeds_of_that_authority(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "targets.csv", TARGETS + "REF-03,20,22,2022-04-01,,Cabinet\n")
    write(home, "names.csv", "authority_name,valid_from\nSamplesham,2022-04-01\n")
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as analyst")
        connection.execute("create schema analyst.reference")
        connection.execute(
            "create table analyst.reference.target as select * from (values "
            "(null, 'REF-03', 1::double), ('992', 'REF-03', 2.0), ('992', 'REF-01', 3.0), "
            "('991', 'REF-03', 4.0)) as row (la_code, indicator_code, green_from)"
        )
        connection.execute(
            "alter table analyst.reference.target add column amber_from double; "
            "alter table analyst.reference.target add column valid_from date; "
            "alter table analyst.reference.target add column valid_to date; "
            "alter table analyst.reference.target add column source varchar"
        )
        connection.execute(
            "create table analyst.reference.council_name "
            "(la_code varchar, authority_name varchar, valid_from date, valid_to date)"
        )
        candidate._write_council(connection, council.read(home, [LA], DAY))
        targets = connection.execute(
            "select la_code, indicator_code, green_from from analyst.reference.target order by 3"
        ).fetchall()
        names = connection.execute("select * from analyst.reference.council_name").fetchall()
    assert targets == [
        (None, "REF-03", 1.0),
        ("992", "REF-01", 3.0),
        ("991", "REF-03", 4.0),
        ("992", "REF-03", 20.0),
    ]
    assert names == [("992", "Samplesham", date(2022, 4, 1), None)]
