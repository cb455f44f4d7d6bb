"""A council's own crosswalk: read, and refused where it says nothing clear."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from csc_warehouse.build import crosswalks
from csc_warehouse.build.crosswalks import Spelling
from csc_warehouse.command.cli import app
from csc_warehouse.errors import DataRefused
from csc_warehouse.settings import Home

HEADER = "code_set,received,code,note\n"
LA = "999"


def write(home: Home, text: str, name: str = f"{LA}.csv", encoding: str = "utf-8") -> Path:
    """Write a crosswalk file of the home."""
    path = crosswalks.folder(home) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spelling_is_read_as_extracts_are_compared(tmp_path: Path, encoding: str) -> None:
    home = Home(tmp_path)
    write(home, HEADER + "placement_type, Child’s  Hömé - int. ,k2,\n,,,\n", encoding=encoding)
    assert crosswalks.read(home, [LA]) == [
        Spelling(LA, "placement_type", "CHILDS H M INT", "K2"),
    ]


def test_a_team_is_called_what_the_council_says(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, HEADER + "team_name,Phoenix (2),Phoenix Two,\n")
    assert crosswalks.read(home, [LA]) == [Spelling(LA, "team_name", "PHOENIX 2", "Phoenix Two")]


def test_the_order_of_rows_and_their_notes_are_no_part_of_a_release(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert crosswalks.identities(home, [LA]) == []
    write(home, HEADER + "referral_source,104,6,\nsex,Boy,M,\n")
    first = crosswalks.identities(home, [LA])
    write(home, "received,code,code_set\nBoy,M,sex\nboy,M,sex\n104,6,referral_source\n")
    assert crosswalks.identities(home, [LA]) == first
    write(home, HEADER + "referral_source,104,2A,\nsex,Boy,M,\n")
    assert crosswalks.identities(home, [LA]) != first
    assert crosswalks.identities(home, ["998"]) == []


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (HEADER + "referral_sauce,104,6,\n", "line 2: there is no such code set"),
        (HEADER + "sex,Boy,M,\nsex,Girl,W,\n", "line 3: the code is none of sex"),
        (HEADER + "sex,Boy,M,\nsex,BOY,F,\n", "line 3: a line before says another code"),
        (HEADER + "team_name,Phoenix,,\n", "line 2: the code must be what the team is called"),
        (HEADER + f"team_name,Phoenix,{'x' * 61},\n", "line 2: the code must be what the team"),
        (HEADER + "sex,?,U,\n", "line 2: received has no letter and no digit"),
        ("code_set,code\nsex,M\n", "has no column received"),
        ("", "has no column code_set, received, code"),
    ],
)
def test_a_row_that_says_nothing_clear_is_refused(tmp_path: Path, rows: str, said: str) -> None:
    home = Home(tmp_path)
    path = write(home, rows)
    with pytest.raises(DataRefused) as refused:
        crosswalks.read(home, [LA])
    assert said in str(refused.value)
    assert str(path) in str(refused.value)
    assert "Boy" not in str(refused.value)


def test_a_file_of_no_authority_is_refused(tmp_path: Path) -> None:
    home = Home(tmp_path)
    write(home, HEADER, name="Leeds.csv")
    with pytest.raises(DataRefused, match="three digits"):
        crosswalks.read(home, [LA])


def test_the_template_is_a_file_that_is_read(tmp_path: Path) -> None:
    home = Home(tmp_path)
    crosswalks.folder(home).mkdir()
    path = crosswalks.folder(home) / f"{LA}.csv"
    done = CliRunner().invoke(app, ["template", "crosswalk", "--out", str(path)])
    assert done.exit_code == 0, done.output
    assert crosswalks.read(home, [LA]) == []
