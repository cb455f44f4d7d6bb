"""Erasing a person and applying retention: all of it goes, nothing else does, and it says so."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import typer
import xlsxwriter
from typer.testing import CliRunner

from csc_warehouse import files, journal, lake
from csc_warehouse.ask import releases
from csc_warehouse.build import candidate as candidates
from csc_warehouse.command.cli import app, main
from csc_warehouse.errors import WrongUse
from csc_warehouse.intake import landing
from csc_warehouse.lake import persons
from csc_warehouse.lake.identity import load_key
from csc_warehouse.places import Home
from csc_warehouse.privacy import certificate as certificates
from csc_warehouse.privacy import erasure, retention
from csc_warehouse.run_month import steps
from library.built import built
from library.crashes import dying_at_fsync
from library.places import HAND_MONTH_FILES

LA, MONTH, BEFORE = "999", "2022-09", "2022-08"
# The hand-made month's P14 is in care as K14, whose placements name no person. Here they have ids
# that stand nowhere by chance.
PERSON, CARE = "ZQX14PERSON", "ZQX14CARE"
REASON = "request 17"


def copy_hand_month(folder: Path) -> Path:
    """Write the hand-made month with the ids of the person."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in HAND_MONTH_FILES.glob("*.csv"):
        text = re.sub(r"\bP14\b", PERSON, path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(re.sub(r"\bK14\b", CARE, text), encoding="utf-8")
    return folder


def drop(home: Home, month: str = MONTH) -> Path:
    """Drop the hand-made month, and more of the person: factors, a ragged row, an unread file."""
    folder = copy_hand_month(home.landing / LA / month / "ssd")
    with (folder / "ssd_cin_assessments.csv").open("a") as file:
        file.write(f"A99,{PERSON},,2022-08-01,Y,2022-08-20,N\n")
    (folder / "ssd_assessment_factors.csv").write_text(
        "cinf_table_id,cinf_assessment_id,cinf_assessment_factors_json\n"
        'F1,A99,"[""1A"",""2B""]"\nF2,A1,"[""1A""]"\nF3,A99,"[""3A""]",ragged\n'
    )
    with (folder / "ssd_contacts.csv").open("a") as file:
        file.write(f"C90,{PERSON},2022-09-05\nC91,P01,2022-09-05\n")
    (folder / "remarks.csv").write_text(f"what,who\nfor the file,{PERSON}\n")
    (folder / "others.csv").write_text("what,who\nfor the file,P01\n")
    return folder


def landed(home: Home, month: str = MONTH) -> lake.LoadManifest:
    drop(home, month)
    (manifest,) = landing.land(home, LA, month, settle_seconds=0)
    return manifest


@pytest.fixture(scope="module")
def landed_once(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("landed"))
    landed(home)
    return home


@pytest.fixture
def home(landed_once: Home, tmp_path: Path) -> Home:
    """A home of the test's own in which the hand-made month has landed."""
    return Home(shutil.copytree(landed_once.root, tmp_path / "home"))


def child_key(home: Home, person: str = PERSON) -> str:
    return load_key(home, create=False).hash_text(f"{LA}|{person}")


def rows_of(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Every row of the lake by file, history included."""
    return {
        path.relative_to(home.root).as_posix(): pq.ParquetFile(path).read().to_pylist()
        for path in sorted(home.lake.rglob("*.parquet"))
    }


def theirs(row: dict[str, Any]) -> bool:
    """Whether a row is the person's, or of a record of theirs."""
    return bool({PERSON, CARE, "A99"} & {str(value) for value in row.values()})


def contents(path: Path) -> Iterator[bytes]:
    """What a file says: its bytes, and what is packed in them."""
    data = path.read_bytes()
    yield data
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as connection:
            for schema, table in connection.execute(
                "select schema_name, table_name from duckdb_tables()"
            ).fetchall():
                yield repr(
                    connection.execute(f"select * from {schema}.{table}").fetchall()
                ).encode()
    elif path.suffix == ".parquet" or (path.name.endswith(".part") and data[:4] == b"PAR1"):
        yield repr(pq.ParquetFile(path).read().to_pylist()).encode()
    elif zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            yield from map(archive.read, archive.namelist())
    elif path.suffix == ".pdf":
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
            with suppress(zlib.error):
                yield zlib.decompress(stream)


def traces(home: Home) -> list[str]:
    """Files with the person's id, key or period of care, but those landed and the list of keys."""
    wanted = [text.encode() for text in (PERSON, CARE, child_key(home))]
    return [
        path.relative_to(home.root).as_posix()
        for path in sorted(home.root.rglob("*"))
        if path.is_file() and not path.is_symlink()
        if home.landing not in path.parents and path.name != persons.ERASED
        if any(text in content for content in contents(path) for text in wanted)
    ]


def run_erase(home: Home) -> str:
    """What `csc erase` says."""
    options = ["erase", "--yes", "--la", LA, "--person", PERSON, "--reason", REASON]
    done = CliRunner(env={"CSC_HOME": str(home.root)}).invoke(app, options)
    assert done.exit_code == 0
    return done.output


def balanced(manifest: lake.LoadManifest) -> bool:
    """Whether rows in = kept + quarantined + erased, for the load, its files and tables."""
    return all(
        item.rows_in == item.rows_kept + item.rows_quarantined + item.rows_erased
        for item in (manifest, *manifest.files, *manifest.tables)
    )


# --- The lake, the quarantine, the landing folder -------------------------------------------------


def test_every_row_of_the_person_goes_and_no_other(home: Home) -> None:
    (first,) = lake.all_manifests(home)
    assert (first.rows_erased, first.rows_quarantined) == (0, 3)
    before = rows_of(home)
    expected = {path: [row for row in rows if not theirs(row)] for path, rows in before.items()}
    gone = sum(map(len, before.values())) - sum(map(len, expected.values()))
    assert gone > 5

    certificate = erasure.erase(home, LA, PERSON, REASON)

    assert rows_of(home) == expected
    assert traces(home) == []
    (after,) = lake.all_manifests(home)
    assert balanced(after)
    assert after.rows_in == first.rows_in
    # Of the ragged rows one is another child's.
    assert (after.rows_quarantined, after.rows_erased) == (1, gone + 2)
    assert after.load_id == first.load_id
    copies = home.quarantine / first.load_id / "files"
    assert [path.name for path in copies.iterdir()] == ["others.csv"]
    counts = certificate.rows_by_table
    assert counts["ssd/ssd_assessment_factors"] == 1
    assert counts["ssd/ssd_cla_placement"] == 2
    assert counts["quarantine"] == 2
    assert sum(counts.values()) == gone + 2


def test_what_another_machine_writes_is_left_to_it_for_a_day(tmp_path: Path) -> None:
    """In a container of its own a worker's number says nothing of whether it still runs."""
    written = tmp_path / ".x.parquet.m0123abcd.71.part"
    written.touch()
    ours = files.aside_of(tmp_path / "y.parquet")
    ours.touch()
    assert files.sweep(tmp_path) == 0
    os.utime(written, (0, 0))
    assert files.sweep(tmp_path) == 1
    written.touch()
    assert files.sweep(tmp_path, others_write=False) == 1
    assert [path.name for path in tmp_path.iterdir()] == [ours.name]


@pytest.mark.parametrize("area", ["lake", "quarantine", "work", "published", "keys"])
def test_what_a_killed_process_left_half_written_goes(tmp_path: Path, area: str) -> None:
    """A whole lake file under its name aside, as a kill just before its renaming leaves it."""
    home = Home(tmp_path)
    landed(home)
    whole = next(path for path in home.lake.rglob("*.parquet") if PERSON in path.read_text("latin"))
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    folder = home.root / area / "deep"
    left = [
        folder / f".{whole.name}.{process.pid}.part",
        folder / files.aside_of(whole).name.replace(f".{os.getpid()}.", f".{process.pid}."),
        folder / f".{whole.name}.m0123abcd.{os.getpid()}.part",
    ]
    folder.mkdir(parents=True)
    for path in left:
        shutil.copy(whole, path)
    erasure.erase(home, LA, PERSON, REASON)
    assert not any(path.exists() for path in left)
    assert traces(home) == []


def test_a_dry_run_says_what_would_go_and_removes_nothing(home: Home) -> None:
    # What a killed process left goes when something is erased, and not before.
    (home.lake / ".x.parquet.999999999.part").touch()
    before = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    planned = erasure.erase(home, LA, PERSON, REASON, dry_run=True)
    after = {path: path.read_bytes() for path in home.root.rglob("*") if path.is_file()}
    assert {path for path in after.keys() ^ before.keys() if ".lock" not in path.name} == set()
    assert all(after[path] == content for path, content in before.items())
    done = erasure.erase(home, LA, PERSON, REASON)
    assert (planned.rows, planned.removed) == (done.rows, done.removed)
    assert planned.completed_at is None


def test_the_command_asks_before_it_erases(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = rows_of(home)
    monkeypatch.setenv("CSC_HOME", str(home.root))
    command = ["csc", "erase", "--person", PERSON, "--la", LA, "--reason", REASON]

    def ended(*options: str) -> Any:
        monkeypatch.setattr("sys.argv", [*command, *options])
        with pytest.raises(SystemExit) as ending:
            main()
        return ending.value.code

    assert ended() == 2  # nobody can be asked
    assert "Say --yes" in capsys.readouterr().err
    assert ended("--dry-run") == 0
    assert "Would erase: " in capsys.readouterr().out
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", _no)
    assert ended() == 130
    assert rows_of(home) == rows
    assert ended("--yes") == 0
    assert rows_of(home) != rows


def _no(*_: object, **__: object) -> None:
    raise typer.Abort


def leave_everywhere(home: Home) -> None:
    """Lay what holds the person where runs leave it, whole ones and those that are killed."""
    with subprocess.Popen([sys.executable, "-c", ""]) as killed:
        killed.wait()
    part = f"{killed.pid}.part"
    release = "2022-09-0123456789ab"
    for folder in (
        home.published / release,
        home.published / f".{release}.{part}",
        home.published / f".{release}.damaged-1",
        home.published / f".{release}.removed",
        home.work / "2022-08-0123456789ab",
        home.work / "2022-08-0123456789ab" / "copy",
        home.work / "2022-08-0123456789ab" / "temp",
    ):
        folder.mkdir(parents=True)
        with duckdb.connect(str(folder / "analyst.duckdb")) as connection:
            connection.execute(
                "create table dim_child as select $k as child_key", {"k": child_key(home)}
            )
        with duckdb.connect(str(folder / "restricted.duckdb")) as connection:
            connection.execute(
                "create table child_link as select $k as child_key, $p as person_id",
                {"k": child_key(home), "p": PERSON},
            )
        with xlsxwriter.Workbook(folder / "worklist.xlsx") as book:
            book.add_worksheet().write(0, 0, PERSON)
        (folder / "page.html").write_text(f"<td>{PERSON}</td>")
    landed_rows = next(path for path in home.lake.rglob("*.parquet") if "ssd_person" in path.parts)
    for folder in (home.quarantine, home.lake / "ssd", home.lake / "_checks", home.work / "dbt"):
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(landed_rows, folder / f".{landed_rows.name}.{part}")


def test_nothing_is_left_of_what_any_run_leaves(home: Home) -> None:
    before = traces(home)
    leave_everywhere(home)
    left = set(traces(home)) - set(before)
    assert {Path(name).parts[0] for name in left} == {"lake", "quarantine", "work", "published"}
    # Each kind of file is read: the workbook and the table are packed.
    assert {Path(name).suffix for name in left} == {".duckdb", ".xlsx", ".html", ".part"}
    erasure.erase(home, LA, PERSON, REASON)
    assert traces(home) == []
    assert not [path for path in home.root.rglob("*") if "0123456789ab" in path.name]


def test_landed_files_go_and_what_has_not_landed_is_named(home: Home) -> None:
    late = home.landing / LA / MONTH / "ssd" / "ssd_late.csv"
    late.write_text("what\nsomething\n")
    certificate = erasure.erase(home, LA, PERSON, REASON)
    assert certificate.left == (f"landing/{LA}/{MONTH}/ssd/ssd_late.csv",)
    assert (certificate.holding, certificate.unsearched) == ((), ())
    assert [path.name for path in late.parent.iterdir()] == ["ssd_late.csv"]
    assert f"landing/{LA}/{MONTH}/ssd/ssd_person.csv" in certificate.removed


def test_landed_files_that_still_name_the_person_are_named(home: Home) -> None:
    """Wherever they lie: late, in no folder of a source, deeper down, in a workbook."""
    month = home.landing / LA / MONTH
    deeper = month / "ssd" / "old"
    deeper.mkdir()
    for path in (month / "ssd" / "late.csv", month / "loose.txt", deeper / "old.csv"):
        path.write_text(f"who,what\n{PERSON},something\n")
    (month / "ssd" / "longer.csv").write_text(f"who\n{PERSON}7\n")
    (month / "ssd" / "late.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    with xlsxwriter.Workbook(month / "ssd" / "late.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ("who", PERSON))
    with xlsxwriter.Workbook(month / "ssd" / "others.xlsx") as book:
        book.add_worksheet().write_row(0, 0, ("who", f"{PERSON}7"))
    certificate = erasure.erase(home, LA, PERSON, REASON)
    there = f"landing/{LA}/{MONTH}"
    assert certificate.holding == tuple(
        f"{there}/{name}"
        for name in ("loose.txt", "ssd/late.csv", "ssd/late.xlsx", "ssd/old/old.csv")
    )
    assert certificate.unsearched == (f"{there}/ssd/late.xls",)
    assert len(certificate.left) == 7
    said = run_erase(home)
    assert all(f"  {name}\n" in said for name in certificate.left)
    assert PERSON not in said


def test_a_certificate_names_nobody(home: Home) -> None:
    certificate = erasure.erase(home, LA, PERSON, REASON)
    text = certificates.certificate_path(home, certificate.certificate_id).read_text()
    assert json.loads(text) == json.loads(json.dumps(certificate.to_dict()))
    assert certificate.completed_at
    assert PERSON not in text
    assert child_key(home) not in text


@pytest.mark.parametrize("person", [f"{PERSON} ", PERSON])
def test_erasing_again_changes_nothing(home: Home, person: str) -> None:
    first = erasure.erase(home, LA, PERSON, REASON)
    told = journal.newest(home, 9)
    assert [line.act for line in told] == ["load", "erasure"]
    assert told[1].about == {"certificate": first.certificate_id, "la_code": LA}
    before = {path: path.stat().st_mtime_ns for path in home.lake.rglob("*.parquet")}
    assert erasure.erase(home, LA, person, REASON) == first
    assert journal.newest(home, 9) == told
    assert {path: path.stat().st_mtime_ns for path in home.lake.rglob("*.parquet")} == before


def test_an_old_extract_does_not_bring_the_person_back(home: Home) -> None:
    erasure.erase(home, LA, PERSON, REASON)
    expected = rows_of(home)
    # The same load, which stands; and the same content as a load of its own.
    assert landed(home).rows_erased > 0
    assert rows_of(home) == expected
    old = landed(home, BEFORE)
    assert balanced(old)
    (same,) = [load for load in lake.all_manifests(home) if load.extract_month == MONTH]
    # Landing puts aside again the ragged row that names an assessment of theirs, but not them.
    assert (old.rows_erased, old.rows_kept) == (same.rows_erased - 1, same.rows_kept)
    assert old.rows_quarantined == same.rows_quarantined + 1
    shutil.rmtree(home.landing)
    assert [name for name in traces(home) if "/files/" not in name] == []


def test_the_same_id_in_another_authority_stays(home: Home) -> None:
    other = home.landing / "998" / MONTH / "ssd"
    copy_hand_month(other)
    (manifest,) = landing.land(home, "998", MONTH, settle_seconds=0)
    erasure.erase(home, LA, PERSON, REASON)
    assert lake.read_manifest(home, manifest.load_id) == manifest
    assert other.is_dir()


@pytest.mark.parametrize(
    ("la_code", "person", "reason"),
    [
        (LA, "P1", REASON),
        ("998", PERSON, REASON),
        (LA, "-1", REASON),
        (LA, PERSON, " "),
        (LA, PERSON, f"asked for {PERSON}"),
    ],
    ids=["nobody", "another authority", "no id", "no reason", "id in the reason"],
)
def test_what_names_nobody_is_wrong_use(home: Home, la_code: str, person: str, reason: str) -> None:
    before = rows_of(home)
    with pytest.raises(WrongUse) as raised:
        erasure.erase(home, la_code, person, reason)
    assert PERSON not in str(raised.value)
    assert rows_of(home) == before
    assert not (home.keys / persons.ERASED).exists()


def test_a_crash_at_any_point_is_repaired_by_erasing_again(tmp_path: Path) -> None:
    done = Home(tmp_path / "done")
    landed(done)
    start = Home(tmp_path / "start")
    shutil.copytree(done.root, start.root)
    expected = erasure.erase(done, LA, PERSON, REASON)
    crashes = 0
    while True:
        home = Home(tmp_path / f"crash{crashes}")
        shutil.copytree(start.root, home.root)
        try:
            with dying_at_fsync(crashes):
                erasure.erase(home, LA, PERSON, REASON)
            break
        except KeyboardInterrupt:
            pass
        again = erasure.erase(home, LA, PERSON, REASON)
        assert again.to_dict() | {"completed_at": ""} == expected.to_dict() | {"completed_at": ""}
        assert rows_of(home) == rows_of(done)
        assert lake.all_manifests(home) == lake.all_manifests(done)
        assert traces(home) == []
        assert not list(home.lake.rglob("*.part"))
        shutil.rmtree(home.root)
        crashes += 1
    assert crashes > 20


# --- Releases -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_releases_are_replaced_and_current_never_dangles(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The release of the month before is the same one under another month's name: to build it
    would be another month of a minute. Its figures are built again to the end.
    """
    home = Home(tmp_path / "home")
    accepted = {"accept": "a test", "accepted_by": "a test"}
    landed(home, BEFORE)
    drop(home)
    old = steps.run_month(home, [LA], MONTH, **accepted)
    past = release_of_the_month_before(home, old["release_id"])
    assert any("_checks" in name or "restricted" in name for name in traces(home))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(steps, "build_and_check", dies)
        with pytest.raises(KeyboardInterrupt):
            erasure.erase(home, LA, PERSON, REASON)
    assert releases.current(home).release_id == old["release_id"]

    certificate = erasure.erase(home, LA, PERSON, REASON)
    now = releases.current(home)
    assert now.release_id == certificate.release_published != old["release_id"]
    assert now.manifest["load_ids"] == [load.load_id for load in lake.current_loads(home, MONTH)]
    assert set(certificate.releases_removed) == {past, old["release_id"]}
    assert certificate.run_again == (f"csc run --month {BEFORE} --la {LA}",)
    assert certificate.completed_at
    assert [path.name for path in home.published.iterdir() if not path.is_symlink()] == [
        now.release_id
    ]
    assert candidates.choose(home, [LA], MONTH).release_id == now.release_id
    assert traces(home) == []

    again = built(home, [LA], BEFORE)
    assert again.release_id != past
    assert again.analyst_db.is_file()
    assert traces(home) == []


def release_of_the_month_before(home: Home, release_id: str) -> str:
    """Lay a copy of a release, and of the history of its checks, as those of the month before; its
    id.
    """
    past = release_id.replace(MONTH, BEFORE)
    shutil.copytree(home.published / release_id, home.published / past)
    for path in [*(home.lake / "_checks").rglob("*.parquet")]:
        earlier = Path(str(path).replace(MONTH, BEFORE))
        earlier.parent.mkdir(exist_ok=True)
        shutil.copy(path, earlier)
    path = home.published / past / "manifest.json"
    path.write_text(
        json.dumps(json.loads(path.read_text()) | {"release_id": past, "month": BEFORE})
    )
    assert releases.problems(home.published / past) == []
    return past


# --- Retention ------------------------------------------------------------------------------------


@pytest.fixture
def years(tmp_path: Path) -> Home:
    """Four months landed, with what each leaves behind; the oldest release is the current one."""
    home = Home(tmp_path / "home")
    for month in ("2022-06", "2022-07", "2022-08", "2022-09"):
        landed(home, month)
        published = home.published / f"{month}-0123456789ab"
        published.mkdir(parents=True)
        (published / "manifest.json").write_text("{}")
        (home.work / f"{month}-ba9876543210").mkdir(parents=True)
        history = home.lake / "_checks" / "volume" / f"la_code={LA}" / f"extract_month={month}"
        history.mkdir(parents=True)
        (history / "x.parquet").write_text("")
        day = datetime.fromisoformat(f"{month}-28").timestamp()
        for said in (
            f"dag_id=csc_monthly_load/run_id=scheduled__{month}/task_id=land/attempt=1.log",
            f"dag_processor/{month}-28/dags-folder/csc_monthly_load.py.log",
        ):
            path = home.airflow_logs / said
            path.parent.mkdir(parents=True)
            path.write_text("")
            for each in (path, path.parent, path.parent.parent):
                os.utime(each, (day, day))
    home.current.symlink_to("2022-06-0123456789ab")
    return home


def months_left(home: Home) -> dict[str, list[str]]:
    """The months that are there, of each kind."""
    loads = lake.all_manifests(home)
    return {
        "landing": sorted(path.name for path in (home.landing / LA).iterdir()),
        "loads": [load.extract_month for load in loads],
        "rows": sorted({path.parent.name[-7:] for path in home.lake.glob("ssd/*/*/*/*.parquet")}),
        "history": sorted(
            path.parent.name[-7:] for path in home.lake.glob("_checks/*/*/*/*.parquet")
        ),
        "quarantine": sorted(
            load.extract_month for load in loads if (home.quarantine / load.load_id).is_dir()
        ),
        "releases": sorted(path.name[:7] for path in home.published.glob("2*")),
        "candidates": sorted(path.name[:7] for path in home.work.glob("2*")),
        "logs of runs": sorted(path.name[-7:] for path in home.airflow_logs.glob("*/run_id=*")),
        "logs of DAGs": sorted(path.name[:7] for path in home.airflow_logs.glob("*/2*")),
    }


def test_retention_counts_back_from_the_newest_landed_month(years: Home) -> None:
    before = months_left(years)
    plan = retention.apply_retention(years, 2, dry_run=True)
    assert months_left(years) == before
    assert not (years.root / "certificates").exists()

    certificate = retention.apply_retention(years, 2)
    assert certificate.removed == plan.removed
    kept = ["2022-08", "2022-09"]
    assert months_left(years) == {
        **dict.fromkeys(before, kept),
        "releases": ["2022-06", *kept],
    }
    assert len(list(years.quarantine.iterdir())) == 2
    assert certificate.releases_removed == ("2022-07-0123456789ab",)
    assert years.current.resolve().is_dir()
    path = certificates.certificate_path(years, certificate.certificate_id)
    assert json.loads(path.read_text())["completed_at"]
    assert retention.apply_retention(years, 2) == certificate


def test_retention_goes_on_after_a_crash(years: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    real, left = shutil.rmtree, 3

    def dies(*arguments: Any, **options: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise KeyboardInterrupt
        real(*arguments, **options)

    planned = retention.apply_retention(years, 2, dry_run=True)
    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", dies)
        with pytest.raises(KeyboardInterrupt):
            retention.apply_retention(years, 2)
    certificate = retention.apply_retention(years, 2)
    assert certificate.completed_at
    assert certificate.removed == planned.removed
    assert months_left(years)["rows"] == ["2022-08", "2022-09"]


def test_the_seed_says_how_long_each_kind_is_kept(
    years: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert retention.apply_retention(years).removed == ()
    assert not (years.root / "certificates").exists()
    (tmp_path / "sources").mkdir()
    with (tmp_path / "sources" / "retention.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("what", "months", "reason")]
            + [(what, 1 if what == "landing" else 3, "a test") for what in retention.KINDS]
        )
    rules = retention.retention_rules(tmp_path)
    monkeypatch.setattr(retention, "retention_rules", lambda: rules)
    retention.apply_retention(years)
    left = months_left(years)
    assert left["landing"] == ["2022-09"]
    assert left["loads"] == left["rows"] == ["2022-07", "2022-08", "2022-09"]


def test_nothing_to_count_back_from_is_wrong_use(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    with pytest.raises(WrongUse):
        retention.apply_retention(home)
    landed(home)
    with pytest.raises(WrongUse):
        retention.apply_retention(home, 0)
