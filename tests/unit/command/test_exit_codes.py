"""How `csc` ends: one sentence, what to do, and the code that the page of codes gives it."""

from __future__ import annotations

import errno
import fcntl
import os
import re
import resource
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from csc_warehouse import lake
from csc_warehouse.command import cli
from csc_warehouse.errors import CscError, DataRefused, WrongUse, said_by_system
from csc_warehouse.intake import landing
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from library.places import PROJECT

MONTH = "2022-09"
PEOPLE = "pers_person_id,pers_dob\n7,2010-02-01\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home with a delivery that is good."""
    home = Home(tmp_path / "home")
    folder = home.landing / "991" / MONTH / "ssd"
    folder.mkdir(parents=True)
    (folder / "ssd_person.csv").write_text(PEOPLE)
    monkeypatch.setenv("CSC_HOME", str(home.root))
    return home


@pytest.fixture
def csc(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """Run the command in this process; its code and what stood on the screen, in one line."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["csc", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return code, " ".join((said.out + said.err).split())

    return run


def failing(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


Csc = Callable[..., tuple[int, str]]


def test_the_page_has_every_code() -> None:
    page = (PROJECT / "docs" / "when-it-stops.md").read_text()
    codes = [int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    kinds = (DataRefused, WrongUse, CscError)
    assert codes == [0, *(kind.exit_code for kind in kinds), cli._INTERRUPTED]


@pytest.mark.usefixtures("home")
def test_done_is_0(csc: Csc) -> None:
    code, said = csc("land", "--month", MONTH)
    assert code == 0 and said.startswith("991 ssd: 1 file, 1 rows in = 1 kept")


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\x00" * 100])
def test_a_wrong_delivery_is_1(home: Home, csc: Csc, content: str) -> None:
    (home.landing / "991" / MONTH / "ssd" / "ssd_person.csv").write_text(content)
    code, said = csc("land", "--month", MONTH)
    assert code == 1 and said.startswith("Refused.") and "ssd_person.csv" in said


@pytest.mark.usefixtures("home")
def test_a_file_that_would_not_land_is_1_to_inspect(csc: Csc, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    assert csc("inspect", str(path))[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("land",),
        ("land", "--month", "2022-13"),
        ("land", "--month", MONTH, "--la", "9"),
        ("inspect", "/nowhere/at/all"),
        ("nonsense",),
        ("run", "--month", MONTH, "--accept", "because"),
    ],
)
@pytest.mark.usefixtures("home")
def test_wrong_use_is_2(csc: Csc, arguments: tuple[str, ...]) -> None:
    code, said = csc(*arguments)
    assert code == 2 and said.startswith("Wrong use.")


COMMANDS = (
    ("land", "--month", MONTH),
    ("run", "--month", MONTH),
    ("build", "--month", MONTH),
    ("check", "--month", MONTH),
    ("publish", "--month", MONTH),
    ("report",),
    ("issues",),
    ("indicator", "REF-03"),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: each[0])
def test_a_home_that_is_not_there_or_a_file_is_2(
    csc: Csc, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("")
    for where, words in (
        (tmp_path / "nowhere", "There is no folder"),
        (tmp_path / "file", "is a file. Set it to a folder"),
        (tmp_path / "file" / "below", "is a file. Set it to a folder"),
    ):
        monkeypatch.setenv("CSC_HOME", str(where))
        code, said = csc(*arguments)
        assert code == 2 and said.startswith("Wrong use.") and words in said
        assert not (tmp_path / "nowhere").exists()


#: By errno: what is said of it.
NUMBERS = {
    errno.ENOSPC: "The disk is full",
    errno.EDQUOT: "The disk is full",
    errno.EROFS: "can only be read",
    errno.EACCES: "has no right to",
    errno.EPERM: "has no right to",
    errno.ENOENT: "is missing",
    errno.ENOTDIR: "is a file where a folder should be",
    errno.EEXIST: "is a file where a folder should be",
    errno.EIO: "The disk fails",
    errno.EMFILE: "Too many files are open",
    errno.ENOLCK: "The system can't do what it should",
}


@pytest.mark.parametrize("number", NUMBERS)
def test_an_error_of_the_system_is_3_and_never_the_datas(
    home: Home, csc: Csc, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    place = str(home.lake / "x.parquet")
    error = OSError(number, os.strerror(number), place)
    monkeypatch.setattr(landing, "_write_load", failing(error))
    code, said = csc("land", "--month", MONTH)
    assert code == 3 and said.startswith("Failed.")
    assert NUMBERS[number] in said and place in said and "same command again" in said
    assert "refused" not in said.lower()
    monkeypatch.undo()
    monkeypatch.setenv("CSC_HOME", str(home.root))
    assert csc("land", "--month", MONTH)[0] == 0


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MemoryError(), "memory does not suffice"),
        (BrokenProcessPool("gone"), "helper process was ended"),
        (duckdb.OutOfMemoryException("Out of Memory Error: failed"), "memory does not suffice"),
        (
            duckdb.IOException('IO Error: Could not set lock on file "/x/y.duckdb": Conflicting'),
            "Another run is at work on /x/y.duckdb",
        ),
        (
            duckdb.IOException('IO Error: Could not write file "/x": No space left on device'),
            "The disk is full: /x",
        ),
        (
            duckdb.SerializationException("Corrupt database file"),
            "a file is damaged",
        ),
        (KeyError("a child's name"), "KeyError in test_exit_codes.py, line"),
        (ValueError("could not convert 'Jane'"), "a fault of this program"),
    ],
)
@pytest.mark.usefixtures("home")
def test_other_failures_are_3_and_quote_nothing(
    csc: Csc, monkeypatch: pytest.MonkeyPatch, error: Exception, words: str
) -> None:
    monkeypatch.setattr(steps, "land", failing(error))
    code, said = csc("land", "--month", MONTH)
    assert code == 3 and said.startswith("Failed.") and words in said
    assert "name" not in said and "Jane" not in said and "Traceback" not in said


def test_a_damaged_file_of_the_lake_is_said(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 and nothing else, far too short to be one PAR1")
    for read in (pq.read_table, lambda it: duckdb.connect().execute(f"from '{it}'").fetchall()):
        with pytest.raises((pa.ArrowException, OSError, duckdb.Error)) as caught:
            read(path)
        told = said_by_system(caught.value)
        assert told is not None and "damaged" in told


def test_a_second_command_at_once_is_3(home: Home, csc: Csc) -> None:
    home.work.mkdir()
    with (home.work / ".at_work").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, said = csc("land", "--month", MONTH)
        assert code == 3 and "Another command is at work" in said
        assert lake.all_manifests(home) == []
    assert csc("land", "--month", MONTH)[0] == 0


def test_a_disk_that_fills_up_while_landing_loses_nothing(csc: Csc, home: Home) -> None:
    """The first load stands, the second is not half there, and landing again makes it whole."""
    assert csc("land", "--month", MONTH)[0] == 0
    (first,) = lake.all_manifests(home)
    path = home.landing / "991" / MONTH / "ssd" / "ssd_person.csv"
    path.write_text(PEOPLE + "".join(f"{n},2010-02-01\n" for n in range(8, 9000)))

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    command = [sys.executable, "-c", "from csc_warehouse.command.cli import main; main()"]
    land = [*command, "land", "--month", MONTH]
    ended = subprocess.run(land, capture_output=True, text=True, check=False, preexec_fn=little)
    assert ended.returncode == 3, ended.stderr
    assert "The disk is full" in " ".join(ended.stderr.split())
    assert lake.all_manifests(home) == [first]
    assert lake.parquet_files(home, first, "ssd_person")
    assert not [each for each in home.lake.rglob("*.part") if each.is_file()]
    assert csc("land", "--month", MONTH)[0] == 0
    assert [load.rows_kept for load in lake.all_manifests(home)] == [1, 8993]
