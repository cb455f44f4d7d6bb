"""A council's own crosswalk: read, and refused where it says nothing clear."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csc_warehouse import council
from csc_warehouse.build import crosswalks
from csc_warehouse.build.crosswalks import Spelling
from csc_warehouse.command.cli import app
from csc_warehouse.errors import DataRefused
from csc_warehouse.places import Home

HEADER = "code_set,received,code,note\n"
LA = "999"
DAY = date(2022, 9, 30)


def write(home: Home, text: str, encoding: str = "utf-8") -> Path:
    """Write the crosswalk file of the authority."""
    path = council.folder(home, LA) / "codes.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def identities(home: Home, la_code: str = LA) -> list[str]:
    return crosswalks.identities(crosswalks.read(home, [la_code], DAY))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spelling_is_read_as_extracts_are_compared(tmp_path: Path, encoding: str) -> None:
    home = Home(tmp_path)
    write(home, HEADER + "placement_type, Child’s  Hömé - int. ,k2,\n,,,\n", encoding=encoding)
    assert crosswalks.read(home, [LA], DAY) == [
        Spelling(LA, "placement_type", "CHILDS H M INT", "K2"),
    ]


def test_the_order_of_rows_and_their_notes_are_no_part_of_a_release(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert identities(home) == []
    write(home, HEADER + "referral_source,104,6,\nsex,Boy,M,\n")
    first = identities(home)
    write(home, "received,code,code_set\nBoy,M,sex\n104,6,referral_source\n")
    assert identities(home) == first
    write(home, HEADER + "referral_source,104,2A,\nsex,Boy,M,\n")
    assert identities(home) != first
    assert identities(home, "998") == []


def test_a_spelling_holds_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(
        home,
        "code_set,received,code,valid_from,valid_to\n"
        "sex,1,M,2020-01-01,2022-09-30\nsex,1,F,30/09/2022,\nsex,2,U,2022-10-01,\n",
    )
    assert [each.code for each in crosswalks.read(home, [LA], DAY)] == ["F"]
    assert [each.code for each in crosswalks.read(home, [LA], date(2022, 9, 29))] == ["M"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (HEADER + "referral_sauce,104,6,\n", "line 2: code_set has no value referral_sauce"),
        (HEADER + "sex,Boy,M,\nsex,Girl,W,\n", "line 3: the code is none of sex"),
        (HEADER + "sex,Boy,M,\nsex,BOY,F,\n", "line 3: line 2 holds at the same time"),
        (HEADER + "sex,A-b,M,\nsex,A b,F,\n", "line 3: a line before says another code"),
        (HEADER + "sex,?,U,\n", "line 2: received has no letter and no digit"),
        ("code_set,code\nsex,M\n", "has no column received"),
        ("", "has no column code_set, received, code"),
    ],
)
def test_a_row_that_says_nothing_clear_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    home = Home(tmp_path)
    path = write(home, rows)
    with pytest.raises(DataRefused) as refused:
        crosswalks.read(home, [LA], DAY)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert "Boy" not in str(refused.value)


def test_a_file_in_the_old_place_is_not_passed_over(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "crosswalks").mkdir()
    (tmp_path / "crosswalks" / "999.csv").write_text(HEADER)
    with pytest.raises(DataRefused, match="is read no more"):
        crosswalks.read(home, [LA], DAY)


def test_the_template_is_a_file_that_is_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    council.folder(home, LA).mkdir(parents=True)
    done = CliRunner().invoke(app, ["template", "codes", "--out", str(council.folder(home, LA))])
    assert done.exit_code == 0, done.output
    assert crosswalks.read(home, [LA], DAY) == []
