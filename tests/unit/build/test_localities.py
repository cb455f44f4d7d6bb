"""A council's list of localities: read, refused where it would tell who lives there, and hashed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from csc_warehouse import council
from csc_warehouse.build import localities
from csc_warehouse.build.candidate import BLANK_KEY
from csc_warehouse.build.localities import Listed
from csc_warehouse.command.cli import app
from csc_warehouse.errors import DataRefused
from csc_warehouse.lake.identity import Hasher
from csc_warehouse.places import Home

LA = "991"
DAY = date(2022, 9, 30)
HEADER = "postcode,locality_code,locality_name\n"


def write(home: Home, rows: str, header: str = HEADER) -> None:
    """Write the list of the authority."""
    path = council.folder(home, LA) / "localities.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(header + rows, encoding="utf-8")


def read(home: Home, day: date = DAY) -> list[Listed]:
    return localities.read(home, [LA], day)


def postcodes(count: int, locality: str, sector: str = "ZZ1 1") -> str:
    """So many rows of postcodes of a sector."""
    letters = "ABDEFGHJLN"
    return "".join(
        f"{sector}{letters[number // 10]}{letters[number % 10]},{locality}\n"
        for number in range(count)
    )


def test_a_postcode_a_sector_and_a_district_are_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "zz12ab,E1,East\nzz1  3,E1,East\nZZ1,W1,West\nZZ1a,W1,West\n")
    assert read(home) == [
        Listed(LA, "ZZ1", "", "W1", "West"),
        Listed(LA, "ZZ1", "2AB", "E1", "East"),
        Listed(LA, "ZZ1", "3", "E1", "East"),
        Listed(LA, "ZZ1A", "", "W1", "West"),
    ]
    assert localities.read(home, ["992"], DAY) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("ZZ1 2,E1,East\nLondon,E1,East\n", "line 3: postcode is none, nor the start of one"),
        ("ZZ1 2A,E1,East\n", "line 2: postcode is none, nor the start of one"),
        ("ZZ1 2,,East\n", "line 2: locality_code is empty"),
        ("ZZ1 2,E1,East\nZZ1 2,W1,West\n", "line 3: line 2 holds at the same time"),
        ("ZZ1 2,E1,East\nZZ1  2,W1,West\n", "line 3: a line before says another locality"),
        ("ZZ1 2,E1,East\nZZ1 3,E1,West\n", "line 3: locality_name differs"),
        ("ZZ1 2,ZZ1 2AB,East\n", "line 2: locality_code has a postcode in it"),
        ("ZZ1 2,E1,East of zz12ab\n", "line 2: locality_name has a postcode in it"),
        ("ZZ1 2,ZZ1 2,East\n", "line 2: locality_code has a postcode in it"),
        (postcodes(24, "E1,East"), "line 2: the locality E1 has 24 postcodes"),
        # All that a longer start takes from a shorter one is the shorter one's no more.
        (
            "ZZ1,W1,West\n" + "".join(f"ZZ1 {digit},E1,East\n" for digit in range(10)),
            "line 2: the locality W1 has 0 postcodes",
        ),
    ],
)
def test_a_list_that_says_nothing_clear_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    home = Home(tmp_path)
    write(home, rows)
    with pytest.raises(DataRefused) as refused:
        read(home)
    assert f"localities.csv, {said}" in str(refused.value)


def test_twenty_five_postcodes_are_a_locality(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, postcodes(25, "E1,East"))
    assert len(read(home)) == 25


def test_the_list_of_the_month_holds_for_all_days(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(
        home,
        "ZZ1 2,OLD,Before the review,,2022-09-01\nZZ1 2,NEW,After it,2022-09-01,\n"
        "ZZ1 3,LATER,Not yet,2022-10-01,\n",
        header="postcode,locality_code,locality_name,valid_from,valid_to\n",
    )
    assert [each.locality_code for each in read(home)] == ["NEW"]
    assert [each.locality_code for each in read(home, date(2022, 8, 31))] == ["OLD"]


def test_a_release_depends_on_what_the_list_says_and_not_on_its_order(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert localities.identities(read(home)) == []
    write(home, "ZZ1 2,E1,East\nZZ1 3,W1,West\n")
    first = localities.identities(read(home))
    write(home, "zz1 3,W1,West\nZZ1 2,E1,East\n")
    assert localities.identities(read(home)) == first
    write(home, "ZZ1 2,E1,East\nZZ1 3,W1,Far West\n")
    assert localities.identities(read(home)) != first


def test_the_longest_start_counts_and_no_postcode_is_in_the_table(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, "ZZ1,D,District\nZZ1 2,S,Sector\n" + postcodes(25, "P,Postcodes", "ZZ1 2"))
    asked = ["ZZ1 2AB", "zz12zz", "ZZ1 9AA", "ZZ11 1AA", None]
    with duckdb.connect() as connection:
        localities.create_table(connection, BLANK_KEY, read(home))
        keys = Hasher(BLANK_KEY, LA).place_keys(pa.array(asked)).to_pylist()
        found = dict(
            connection.execute(
                "select place_key, locality_code from crosswalk.council_locality"
            ).fetchall()
        )
        columns = connection.execute("select * from crosswalk.council_locality").fetchall()
    assert [found.get(key) for key in keys] == ["P", "S", "D", None, None]
    assert len(found) == 4000
    assert not any("ZZ1" in value for row in columns for value in row)


def test_without_a_list_the_table_is_there_and_empty() -> None:
    with duckdb.connect() as connection:
        localities.create_table(connection, BLANK_KEY, [])
        described = connection.execute("describe crosswalk.council_locality").fetchall()
        rows = connection.execute("select count(*) from crosswalk.council_locality").fetchone()
    assert [name for name, *_ in described] == [
        "la_code", "place_key", "locality_code", "locality_name",
    ]  # fmt: skip
    assert rows == (0,)


def test_the_template_is_read_as_it_is_written(tmp_path: Path) -> None:
    home = Home(tmp_path)
    path = council.folder(home, LA) / "localities.csv"
    path.parent.mkdir(parents=True)
    result = CliRunner().invoke(app, ["template", "localities", "--out", str(path)])
    assert result.exit_code == 0, result.output
    assert read(home) == []
    path.write_text(path.read_text().replace("\n# ZZ1 2,", "\nZZ1 2,"))
    assert read(home) == [Listed(LA, "ZZ1", "2", "E05000000", "Example East")]
