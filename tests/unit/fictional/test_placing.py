"""Made extracts are put where they belong, and never over or among what somebody else put there."""

from __future__ import annotations

from pathlib import Path

import pytest

from csc_fictional import placed
from csc_warehouse.command.cli import main
from csc_warehouse.errors import WrongUse

FOLDER = "991/2022-09/ssd"


def made(folder: Path, text: str = "a") -> None:
    """Two tables and a ledger."""
    (folder / FOLDER).mkdir(parents=True)
    for name in (f"{FOLDER}/ssd_person.csv", f"{FOLDER}/ssd_address.csv", "991/2022-09/ledger.csv"):
        (folder / name).write_text(f"{name} {text}")


def test_the_same_again_changes_nothing_and_a_missing_file_comes_back(tmp_path: Path) -> None:
    first = placed(tmp_path, made)
    assert [path.relative_to(tmp_path).as_posix() for path in first] == [
        "991/2022-09/ledger.csv",
        f"{FOLDER}/ssd_address.csv",
        f"{FOLDER}/ssd_person.csv",
    ]
    first[1].unlink()
    (tmp_path / "991" / "2022-09" / "_READY").touch()
    assert placed(tmp_path, made) == first
    assert all(path.is_file() for path in first)
    assert [path.name for path in tmp_path.iterdir()] == ["991"]


@pytest.mark.parametrize("name", ["ssd_person.csv", "mine.csv"])
def test_over_or_among_other_files_nothing_is_written(tmp_path: Path, name: str) -> None:
    placed(tmp_path, made)
    other = tmp_path / FOLDER / name
    other.write_text("mine")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.csv")}
    with pytest.raises(WrongUse, match="did not make, or made otherwise"):
        placed(tmp_path, made)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.csv")} == before
    assert [path.name for path in tmp_path.iterdir()] == ["991"]


def test_another_source_of_the_same_month_may_lie_beside(tmp_path: Path) -> None:
    placed(tmp_path, made)
    (tmp_path / "991" / "2022-09" / "annex_a").mkdir()
    (tmp_path / "991" / "2022-09" / "annex_a" / "lists.xlsx").touch()
    placed(tmp_path, made)


def test_the_command_does_not_write_over_the_extracts_of_another_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    month = tmp_path / "992" / "2022-03"
    arguments = ["csc", "generate", "--la", "992", "--from", "2022-03", "--to", "2022-03"]
    arguments += ["--size", "0.05", "--source", "cin_census", "--out", str(tmp_path)]
    codes = []
    for seed in ("7", "7", "8"):
        monkeypatch.setattr("sys.argv", [*arguments, "--seed", seed])
        with pytest.raises(SystemExit) as ended:
            main()
        codes.append(ended.value.code)
    assert codes == [0, 0, 2]
    assert str(month / "cin_census") in "".join(capsys.readouterr().err.split("\n"))
