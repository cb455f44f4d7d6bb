"""Files that attack: none ends landing or goes beyond its limits, and each is told by its name.

Each file is opened in a process of its own, so all of them take minutes. By default each kind is
tried in one source, whose turn it is, which is a quarter of them; with `CSC_ATTACKING_FILES=all`
(`make attacking-files`) every kind is tried in every source.
"""

from __future__ import annotations

import os
import re
import resource
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest

from csc_warehouse import lake
from csc_warehouse.intake import apart
from csc_warehouse.intake.adapters.tabular import Limits
from csc_warehouse.intake.dropped import printable
from csc_warehouse.intake.inspection import inspect
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home
from library.attacking_files import TABLES, attacks, names

LA, MONTH = "991", "2022-03"
MEBIBYTE = 1 << 20
EVERYWHERE = os.environ.get("CSC_ATTACKING_FILES") == "all"
#: Small as the files are, so that few of them are read for long. The time is for a busy machine.
LIMITS = Limits(
    file_bytes=5 * MEBIBYTE,
    memory_bytes=320 * MEBIBYTE,
    seconds=300,
    workbook_bytes=20 * MEBIBYTE,
    cells=2_000_000,
    rows=100_000,
    rejects=20_000,
)
#: What each source must have, or its load is refused whatever the other files are.
GOOD = {
    "ssd": {"ssd_person.csv": "pers_person_id,pers_dob\n7,2010-02-01\n"},
    "ssda903": {
        "episodes.csv": "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC\n"
        "7,01/06/2020,S,V2,N1,U6,PR1,,\n",
        "header.csv": "CHILD,SEX,DOB,ETHNIC,UPN\n7,1,01/02/2010,WBRI,\n",
    },
    "annex_a": {},
    "local": {},
    "cin_census": {
        "good.xml": "<Message><Header><CollectionDetails><Collection>CIN</Collection>"
        "<Year>2022</Year><ReferenceDate>2022-03-31</ReferenceDate></CollectionDetails></Header>"
        "<Children><Child><ChildIdentifiers><LAchildID>7</LAchildID></ChildIdentifiers>"
        "<CINdetails><CINreferralDate>2022-03-01</CINreferralDate></CINdetails></Child></Children>"
        "</Message>",
    },
}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def drop(home: Home, source: str, name: str | bytes, content: str | bytes) -> Path:
    folder = home.landing / LA / MONTH / source
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / os.fsdecode(name)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def good_table(source: str) -> tuple[str, str, int]:
    """A good file of the source that lands beside the bad ones of the same table; its rows."""
    if source not in TABLES:
        return "good.xml", GOOD[source]["good.xml"], 3
    name, header, row = TABLES[source]
    return f"{name}.csv", f"{header}\n{row}\n", 1


def landed(home: Home, source: str, limits: Limits = LIMITS) -> lake.LoadManifest:
    (manifest,) = land(home, LA, MONTH, source, limits=limits, settle_seconds=0)
    return manifest


def told(manifest: lake.LoadManifest, name: str) -> list[lake.FileEntry]:
    """What is said of a file and of its sheets."""
    return [e for e in manifest.files if e.name == name or e.name.startswith(f"{name}#")]


def largest_mebibytes() -> int:
    """The most memory that this process has ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def test_there_are_as_many_attacks_as_are_claimed() -> None:
    of_all = [{name for name, _ in attacks(source)} for source in GOOD]
    assert sum(map(len, of_all)) + len(list(names())) >= 300

    def kinds(names: Iterable[str]) -> set[str]:
        """The kind and the format: a name without its table's."""
        return {re.sub("|".join(name for name, _, _ in TABLES.values()), "", n) for n in names}

    by_turns = [name for source in GOOD for name, _ in attacks(source, everywhere=False)]
    assert kinds(by_turns) == kinds(set().union(*of_all))
    assert len(by_turns) == len(kinds(by_turns))


@pytest.mark.parametrize("source", GOOD)
def test_no_file_ends_landing_or_goes_beyond_its_limits(
    home: Home, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    for good, text in GOOD[source].items():
        drop(home, source, good, text)
    name, content, rows = good_table(source)
    drop(home, source, name, content)
    dropped = [
        drop(home, source, bad, make()).name for bad, make in attacks(source, everywhere=EVERYWHERE)
    ]
    before = largest_mebibytes()

    manifest = landed(home, source)

    for bad in dropped:
        entries = told(manifest, bad)
        assert entries, f"nothing is said of {bad}"
        for entry in entries:
            assert entry.outcome == lake.FILE_KEPT or entry.reason, bad
            assert apart.TOO_SLOW.format(LIMITS.seconds) != entry.reason, bad
            assert entry.outcome != lake.FILE_QUARANTINED or entry.what_to_do, bad
    assert sum(entry.rows_kept for entry in told(manifest, name)) == rows
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
    assert largest_mebibytes() - before < 512
    assert not list(scratch.iterdir()), "what a file's process wrote is left"


def test_names_that_are_no_words_are_told_and_their_files_read(home: Home) -> None:
    drop(home, "ssd", "ssd_person.csv", GOOD["ssd"]["ssd_person.csv"])
    _, header, _ = TABLES["ssd"]
    dropped = [
        drop(home, "ssd", name, f"{header}\n{number},7,2022-03-01\n").name
        for number, name in enumerate(names())
    ]
    manifest = landed(home, "ssd")
    for name in dropped:
        (entry,) = told(manifest, printable(name))
        assert entry.outcome == lake.FILE_KEPT and entry.rows_kept == 1
        assert entry.name.isprintable()
    assert lake.read_manifest(home, manifest.load_id) == manifest
    seen = inspect(home.landing / LA / MONTH / "ssd")
    assert all(file.path.isprintable() and file.source == "ssd" for file in seen.files)
