"""No name, address, number, postcode or free text goes further than it must: canaries are planted
in every column of every table, and looked for in everything that a month writes and says."""

from __future__ import annotations

import csv
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from csc_warehouse import council
from csc_warehouse.lake.declarations import (
    KEEP,
    LABEL,
    PERSON,
    PLACE,
    ColumnDeclaration,
    TableDeclaration,
    load_source,
)
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.canaries import canaries, planted, values
from library.places import HAND_MONTH_FILES

LA, MONTH = "999", "2022-09"

#: A file whose name is a person's; the table in it is known by its columns.
NAMED_FILE = "ssd_contacts"


@dataclass(frozen=True)
class Place:
    """Where canaries of one number were planted; `kind` is unknown for what is not declared."""

    table: str
    column: str
    kind: str

    @property
    def may_stand_in_the_lake(self) -> bool:
        return self.kind in (KEEP, PERSON, LABEL)

    @property
    def is_id(self) -> bool:
        return self.kind == PERSON or self.column.endswith("_id")


def drop_extract(home: Home) -> dict[int, Place]:
    """Drop the hand-made month with a row for each column and canary; return what was planted."""
    folder = home.landing / LA / MONTH / "ssd"
    folder.mkdir(parents=True)
    places: dict[int, Place] = {}
    for table in load_source("ssd").tables:
        _write_table(folder / f"{table.name}.csv", table, places)
    _write_home(folder / "ssd_address.csv", places)
    number = len(places)
    places[number] = Place(NAMED_FILE, "its file's name", "file name")
    path = folder / f"{NAMED_FILE}.csv"
    path.rename(path.with_name(f"{NAMED_FILE} of {canaries(number)[0]}.csv"))
    # And of files and sheets that hold no table: they are put aside.
    (folder / f"about {canaries(number)[0]}.csv").write_text("who,what\nnobody,nothing\n")
    book = Workbook()
    book.create_sheet(canaries(number)[0]).append(["who", "what"])
    book.save(folder / "notes.xlsx")
    return places


def _write_table(path: Path, table: TableDeclaration, places: dict[int, Place]) -> None:
    hand = HAND_MONTH_FILES / path.name
    rows: list[dict[str, str]] = []
    if hand.is_file():
        with hand.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    model = rows[0] if rows else _model_row(table)
    names = [column.name for column in table.delivered]
    own_id = next((name for name in names if name.endswith("_id")), names[0])

    def plant(column: str, kind: str) -> Iterator[tuple[int, str]]:
        number = len(places)
        places[number] = Place(table.name, column, kind)
        return ((number, canary) for canary in canaries(number))

    for column in table.delivered:
        for number, canary in plant(column.name, column.kind):
            row = model if table.name == "ssd_person" else model | {own_id: f"{number}-{len(rows)}"}
            rows.append(row | {column.name: _dressed(column, canary)})
        if "json" in column.name:  # A list of labels stands there too.
            for number, canary in plant(column.name, LABEL):
                rows.append(model | {own_id: f"{number}-{len(rows)}", column.name: canary})
    extra = "shoe_size_remarks"
    rows += [model | {extra: canary} for _, canary in plant(extra, "unknown")]
    headers = [canary for _, canary in plant("a header", "unknown")]
    ragged = [canary for _, canary in plant("a ragged row", "unknown")]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*names, extra, *headers], restval="", extrasaction="raise")
        writer.writeheader()
        writer.writerows(rows)
        csv.writer(file).writerow([model.get(name, "") for name in names] * 3 + ragged)


def _write_home(path: Path, places: dict[int, Place]) -> None:
    """Add the home of a child with a referral: of all that stands above, none goes on."""
    column = "addr_address_postcode"
    number = 24 * 26 + 25  # QX9 9YZ: letters that a postcode may end with, which not all are
    assert number not in places
    places[number] = Place(path.stem, column, PLACE)
    home = {
        "addr_table_id": "home",
        "addr_person_id": "P02",
        "addr_address_type": "HOME",
        "addr_address_start_date": "2020-01-01",
        column: canaries(number)[3],
    }
    with path.open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, names, restval="").writerow(home)


def _model_row(table: TableDeclaration) -> dict[str, str]:
    """A record of a table that the hand-made month lacks: of a known child, on a known day."""
    row = {}
    for column in table.delivered:
        if column.kind == PERSON:
            row[column.name] = "P01"
        elif "date" in column.name:
            row[column.name] = "2022-09-05"
        elif column.name.endswith(("assessment_id", "cp_plan_id", "cla_id")):
            row[column.name] = {"t": "A1", "n": "CP1", "a": "K04"}[column.name[-4]]
    return row


def _dressed(column: ColumnDeclaration, canary: str) -> str:
    """Free text in JSON stands where case systems put it: in a comment, badly quoted at times."""
    if "json" not in column.name:
        return canary
    quote = "'" if canary[-1] in "0123456789" else '"'
    return (
        f'{{"NEW_REFERRAL_FLAG": "Y", "COMMENTS": "{quote}{canary}{quote} said", "1A": "{canary}"}}'
    )


def _allowed(home: Home, path: Path, where: str, place: Place) -> bool:
    """Whether a canary may stand there.

    The lake keeps coded columns and ids as received; the restricted database links keys to ids and
    holds what stands where a code belongs, if it is no longer than a label.
    The worklist beside it is for those who correct: it names children and records by their ids.
    Files are named in the manifests of the lake, and to those who correct.
    """
    if place.kind == "file name":
        return (
            home.manifests in path.parents
            or where in ("_source_file", "main.file_link.file_name")
            or "worklist" in path.relative_to(home.root).parts
        )
    if home.lake in path.parents and path.suffix == ".parquet" and "_checks" not in path.parts:
        return place.may_stand_in_the_lake and where == place.column
    if path.name == "restricted.duckdb":
        if where.endswith(".unmapped_code.received_value"):
            return place.kind in (KEEP, LABEL)
        return place.is_id and where.endswith((".person_id", ".record_id"))
    return place.is_id and "worklist" in path.relative_to(home.root).parts


@pytest.mark.slow
def test_nothing_of_a_child_is_in_what_a_month_writes_or_says(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    home = Home(tmp_path / "home")
    places = drop_extract(home)
    # The sector of all planted postcodes: homes are found in the list, and still not told.
    listed = council.folder(home, LA) / "localities.csv"
    listed.parent.mkdir(parents=True)
    listed.write_text("postcode,locality_code,locality_name\nQX9 9,E05000999,Example East\n")
    spoken = logging.FileHandler(tmp_path / "debug.log")
    root = logging.getLogger()
    level = root.level
    root.addHandler(spoken)
    root.setLevel(logging.DEBUG)
    try:
        steps.run_month(home, [LA], MONTH, accept="canaries are planted", accepted_by="a test")
    finally:
        root.removeHandler(spoken)
        root.setLevel(level)
        spoken.close()
    steps.data_docs(home, [LA], MONTH)
    said = capfd.readouterr()

    leaks = set()
    for name, text in (
        ("standard output", said.out),
        ("standard error", said.err),
        ("the log", (tmp_path / "debug.log").read_text(encoding="utf-8")),
    ):
        leaks |= {f"{name}: {places[number]}" for number in planted(text)}
    stands: set[tuple[str, str]] = set()
    for path in sorted(home.root.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        if home.landing in path.parents or home.quarantine in path.parents:
            continue
        for where, numbers in values(path):
            for number in numbers:
                if _allowed(home, path, where, places[number]):
                    is_landed = home.lake in path.parents and path.suffix == ".parquet"
                    stands.add((path.parents[2].name if is_landed else path.name, where))
                else:
                    leaks.add(f"{path.relative_to(home.root)} {where}: {places[number]}")
    assert sorted(leaks) == []
    assert (home.work / "data_docs" / MONTH / "index.html").is_file()
    with duckdb.connect(str(home.current / "analyst.duckdb"), read_only=True) as connection:
        localities = connection.execute(
            "select distinct dim_locality.locality_name from marts.fct_referral "
            "inner join marts.dim_locality using (locality_key)"
        ).fetchall()
    assert localities == [("Example East",)]
    # What may stand does: the search can find what it looks for, in every kind of file.
    assert {
        ("restricted.duckdb", "main.child_link.person_id"),
        ("restricted.duckdb", "main.file_link.file_name"),
        ("ssd_department", "dept_team_name"),
    } <= stands


def test_what_looks_for_canaries_finds_them() -> None:
    assert planted(" and ".join(canaries(123))) == {123}
    assert all(planted(canary) == {number} for number in range(676) for canary in canaries(number))
    assert planted("qx9 9, 943476, flamingos") == set()
