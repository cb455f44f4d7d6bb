"""Deliveries as councils make them, right and wrong: what each is, and how it is made.

A row changes the files of a fictional authority's month as a real month changes them. What comes of
it is found by doing it (`tests/deliveries/table.py`), never written here but for the verdict.
"""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

import openpyxl
import xlsxwriter

from csc_fictional import generate
from library.old_workbook import old_workbook

LA, OTHER_LA = "991", "992"
#: By source: the month that is delivered, and another one whose files are at hand.
MONTHS = {
    "ssd": ("2022-09", "2022-08"),
    "local": ("2022-09", "2022-08"),
    "annex_a": ("2022-09", "2022-03"),
    "ssda903": ("2022-03", "2021-03"),
    "cin_census": ("2022-03", "2021-03"),
}
#: A file of the source on which a row can work, and one without which it is nothing.
FILE = {
    "ssd": "ssd_contacts.csv",
    "local": "return_interviews.csv",
    "annex_a": "*.xlsx",
    "ssda903": "reviews.csv",
    "cin_census": "*.xml",
}
#: What comes beside another source: the local files say nothing about a child by themselves.
BESIDE = {"local": "ssd"}
KEY_FILE = {
    "ssd": "ssd_person.csv",
    "annex_a": "*.xlsx",
    "ssda903": "header.csv",
    "cin_census": "*.xml",
}
NAMES = {
    "ssd": "standard dataset",
    "local": "local files",
    "annex_a": "Annex A",
    "ssda903": "SSDA903",
    "cin_census": "CIN census",
}


class Verdict(StrEnum):
    """What becomes of a delivery."""

    PUBLISHED = "published"
    STOPPED = "stopped by a gate"
    REFUSED = "refused at landing"
    WAITS = "waited for"


@dataclass(frozen=True)
class Place:
    """Where a row works: the folder of the source's month, and the extracts it takes from."""

    folder: Path
    extracts: Path
    source: str

    def file(self, name: str | None = None) -> Path:
        """The file of that name (or pattern) in the folder."""
        return next(iter(sorted(self.folder.glob(name or FILE[self.source]))))


Change = Callable[[Place], None]


@dataclass(frozen=True)
class Row:
    """A delivery: its source, what it is in words, what is done to a right one, the verdict.

    `said` is in what the screen says. With `after`, another month landed before; with `again`, the
    right delivery of this month was published before; `accepted` is somebody's reason to let
    critical failures out. With `at`, it is looked at each quarter of an hour until then by who
    waits for it, with files that changed that many minutes before.

    Where only the form of a file is another and its source takes minutes, landing and the raw gate
    are all that is done (`is_whole` false): each form goes the whole way in another source.
    """

    source: str
    what: str
    change: Change
    verdict: Verdict
    said: str = ""
    after: bool = False
    again: bool = False
    accepted: str = ""
    at: datetime | None = None
    minutes: int = 600
    is_form: bool = False

    @property
    def is_whole(self) -> bool:
        return not (self.is_form and self.source in ("ssd", "local"))

    @property
    def name(self) -> str:
        return f"{self.source}: {self.what}"


def make_extracts(folder: Path) -> Path:
    """`<source>/<month>/` of each source, of a small authority."""
    for source, (month, other) in MONTHS.items():
        if source == "local":
            continue
        made = folder / "made" / source
        last = "2022-10" if source == "ssd" else month
        generate(LA, other, last, 0.05, 7, source, made)
        for each in (other, month, last):
            for part in ("ssd", "local") if source == "ssd" else (source,):
                place = folder / part / each
                if not place.exists():
                    shutil.copytree(made / LA / each / part, place)
    shutil.rmtree(folder / "made")
    return folder


# --- What is done to a right delivery -------------------------------------------------------------


def nothing(_: Place) -> None:
    """It is right."""


def edit(name: str, change: Callable[[list[list[str]]], list[list[str]]], place: Place) -> None:
    """Write a CSV file again; `change` gets its rows, the header first."""
    path = place.file(name)
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(change(rows))


def write(name: str | None, data: bytes, place: Place) -> None:
    """Put other bytes into a file, or a new file there."""
    (place.file() if name is None else place.folder / name).write_bytes(data)


def cut(share: float, place: Place) -> None:
    """Half a file, in bytes."""
    path = place.file()
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])


def remove(name: str | None, place: Place) -> None:
    place.file(name).unlink()


def rename(name: str | None, new: str, place: Place) -> None:
    path = place.file(name)
    path.rename(path.with_name(new.format(path.name)))


def other_month(place: Place) -> None:
    """Another month's files, under names that say nothing."""
    shutil.rmtree(place.folder)
    shutil.copytree(place.extracts / place.source / MONTHS[place.source][1], place.folder)
    for path in list(place.folder.iterdir()):
        path.rename(place.folder / re.sub(r"\d{4}[-_]?\d{2}", "new", path.name))


def one_of_other_month(name: str, place: Place) -> None:
    """A table of another month: a file, or in Annex A a list of the workbook."""
    elsewhere = place.extracts / place.source / MONTHS[place.source][1]
    if place.source != "annex_a":
        shutil.copy(elsewhere / name, place.folder / name)
        return
    put_list(name, next(elsewhere.glob(FILE[place.source])), place.file())


def put_list(name: str, of: Path, into: Path) -> None:
    """One list of an Annex A in the place of another's."""
    book, other = openpyxl.load_workbook(into), openpyxl.load_workbook(of, read_only=True)
    sheet = book[name]
    sheet.delete_rows(1, sheet.max_row)
    for row in other[name].iter_rows(values_only=True):
        sheet.append(row)
    book.save(into)


def of_october(place: Place) -> None:
    """The extract of a month later: it was taken late."""
    shutil.rmtree(place.folder)
    shutil.copytree(place.extracts / place.source / "2022-10", place.folder)


def title(place: Place) -> None:
    path = place.file()
    path.write_bytes(b"Extract of the month\r\nOfficial,,\r\n" + path.read_bytes())


def as_workbook(suffix: str, place: Place) -> None:
    """A CSV file as a workbook of that name."""
    path = place.file()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    path.unlink()
    if suffix == ".xls":
        path.with_suffix(suffix).write_bytes(old_workbook(rows, "Sheet1"))
        return
    with xlsxwriter.Workbook(str(path.with_suffix(".book"))) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    path.with_suffix(".book").rename(path.with_suffix(suffix))


def zipped(place: Place) -> None:
    path = place.file()
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        archive.write(path, path.name)
    path.unlink()


def encoded(encoding: str, place: Place) -> None:
    path = place.file()
    path.write_bytes(path.read_text(encoding="utf-8-sig").encode(encoding))


def into_other_folder(place: Place) -> None:
    """A file of the standard dataset among another source's."""
    source = place.extracts / "ssd" / "2022-09" / "ssd_person.csv"
    shutil.copy(source, place.folder / source.name)


def all_gone(place: Place) -> None:
    shutil.rmtree(place.folder)


def loose(place: Place) -> None:
    """The files lie beside the folder of their source."""
    for path in list(place.folder.iterdir()):
        path.rename(place.folder.parent / path.name)
    place.folder.rmdir()


def unknown_folder(place: Place) -> None:
    place.folder.rename(place.folder.with_name("extracts"))


def beside_another(place: Place) -> None:
    """Another authority's files come too, and none can be read."""
    other = place.folder.parents[2] / OTHER_LA / place.folder.parent.name / place.source
    other.mkdir(parents=True)
    (other / place.file().name).write_bytes(b"")


def link(place: Place) -> None:
    path = place.file()
    elsewhere = path.rename(place.folder.parent.parent / "elsewhere")
    path.symlink_to(elsewhere)


def ready(place: Place) -> None:
    (place.folder.parent / "_READY").touch()


def both(first: Change, second: Change, place: Place) -> None:
    first(place)
    second(place)


def column(change: Callable[[str], str], name: str, place: Place) -> None:
    """Other values in a column of the file; of the header too, where `change` knows it."""

    def changed(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index(name)
        return [rows[0], *([*row[:at], change(row[at]), *row[at + 1 :]] for row in rows[1:])]

    edit(FILE[place.source], changed, place)


def month_first(day: str) -> str:
    year, month, number = [*day[:10].split("-"), "", ""][:3]
    return f"{month}/{number}/{year}" if number else day


def header(old: str, new: str | None, place: Place) -> None:
    """A column under another name, or none."""

    def changed(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index(old)
        if new is None:
            return [[*row[:at], *row[at + 1 :]] for row in rows]
        return [[*rows[0][:at], new, *rows[0][at + 1 :]], *rows[1:]]

    edit(FILE[place.source], changed, place)


# --- The rows -------------------------------------------------------------------------------------

SOURCES = tuple(MONTHS)
CSV_SOURCES = ("ssd", "local", "ssda903")
PART = b"half of it"


BEFORE = datetime(2022, 9, 30, 12, tzinfo=UTC)


def on(day: int, hour: int = 9) -> datetime:
    """A day of the month after September 2022."""
    return datetime(2022, 10, day, hour, tzinfo=UTC)


def rows() -> Iterator[Row]:
    """Every delivery of the table, in its order."""
    yield from _right()
    yield from _files()
    yield from _places()
    yield from _gate()
    yield from _waiting()


def _right() -> Iterator[Row]:
    for source in SOURCES:
        yield Row(source, "the first load, as it should be", nothing, Verdict.PUBLISHED)
    yield Row("ssd", "the month after, as it should be", nothing, Verdict.PUBLISHED, after=True)
    yield Row(
        "annex_a", "the quarter after, as it should be", nothing, Verdict.PUBLISHED, after=True
    )
    yield Row("ssd", "an extract taken a month later", of_october, Verdict.PUBLISHED)
    forms: dict[str, Change] = {
        "a title and a note above a header": title,
        "a table as an old `.xls`": partial(as_workbook, ".xls"),
        "a workbook called `.csv`": partial(as_workbook, ".csv"),
        "a table in UTF-16": partial(encoded, "utf-16"),
    }
    for source in CSV_SOURCES:
        for what, change in forms.items():
            yield Row(source, what, change, Verdict.PUBLISHED, is_form=True)
    yield Row(
        "ssd",
        "totals and the header again among the rows",
        partial(edit, "ssd_contacts.csv", lambda r: [*r, r[0], ["Total", "12"]]),
        Verdict.PUBLISHED,
    )
    yield Row(
        "ssd",
        "a column that nobody knows",
        partial(edit, "ssd_contacts.csv", lambda r: [[*row, "notes"] for row in r]),
        Verdict.PUBLISHED,
        "headers that nobody knows",
    )
    yield Row(
        "local",
        "a table with its header only",
        partial(edit, "return_interviews.csv", lambda r: r[:1]),
        Verdict.PUBLISHED,
    )

    yield Row(
        "annex_a",
        "the same files again, when the month is published",
        nothing,
        Verdict.PUBLISHED,
        "was published before; nothing changed",
        again=True,
    )
    yield Row(
        "ssda903",
        "a corrected table, when the month is published",
        partial(edit, "reviews.csv", lambda r: r[:-1]),
        Verdict.PUBLISHED,
        "Published release",
        again=True,
    )
    yield Row(
        "annex_a",
        "right, beside another authority's that can't be read",
        beside_another,
        Verdict.PUBLISHED,
        f"{OTHER_LA} was refused and keeps its last accepted load",
    )
    yield Row(
        "annex_a",
        "the files of another month, accepted with a reason and a name",
        other_month,
        Verdict.PUBLISHED,
        "Published release",
        accepted="September follows next week",
    )


def _files() -> Iterator[Row]:
    """One file that is not as it should be: it is named, and the others go on where they can."""
    for source in SOURCES:
        is_all = source in ("annex_a", "cin_census")
        verdict = Verdict.REFUSED if is_all else Verdict.PUBLISHED
        for what, change, said in (
            ("an empty file", partial(write, None, b""), "is empty"),
            ("a zip archive", zipped, "it is a zip archive"),
            ("a web page under the file's name", partial(write, None, b"<html></html>"), ""),
            ("a file of noise", partial(write, None, bytes(range(256)) * 9), ""),
        ):
            yield Row(source, what, change, verdict, said, is_form=not is_all)
    for source in ("annex_a", "cin_census"):
        yield Row(source, "a file that breaks off", partial(cut, 0.6), Verdict.REFUSED)


def _places() -> Iterator[Row]:
    for source in SOURCES:
        yield Row(
            source,
            "a file that is still being copied (`.part`)",
            partial(rename, None, "{}.part"),
            Verdict.REFUSED,
            "still being written",
        )
        is_beside = source in BESIDE
        verdict = Verdict.PUBLISHED if is_beside else Verdict.REFUSED
        yield Row(source, "nothing at all", all_gone, verdict)
        yield Row(source, "files beside the folder of their source", loose, verdict)
        if source in KEY_FILE and source not in ("annex_a", "cin_census"):
            yield Row(
                source,
                "without the file that says who the children are",
                partial(remove, KEY_FILE[source]),
                Verdict.REFUSED,
                "missing",
            )
        if source != "ssd":
            yield Row(
                source,
                "a file of the standard dataset among them",
                into_other_folder,
                Verdict.PUBLISHED,
                "Move it into the folder ssd",
            )
        yield Row(
            source,
            "a file whose name has another month",
            partial(rename, None, "2019-02 {}"),
            Verdict.REFUSED,
        )
    yield Row(
        "ssd",
        "a file whose name has another authority",
        partial(rename, None, "992_{}"),
        Verdict.REFUSED,
    )
    yield Row("ssd", "a folder of no known source", unknown_folder, Verdict.REFUSED)
    yield Row("ssd", "a link to a file elsewhere", link, Verdict.REFUSED)
    yield Row("cin_census", "the census of another year", other_month, Verdict.REFUSED)


def _gate() -> Iterator[Row]:
    for source in ("ssd", "annex_a"):
        yield Row(source, "the files of another month", other_month, Verdict.STOPPED)
    # Where 87 rows are all, a year without one is no proof: it is said, and stops nothing.
    yield Row(
        "ssda903",
        "the files of another year, of very few children",
        other_month,
        Verdict.PUBLISHED,
        "no record in the month",
    )
    for source in ("ssd", "annex_a"):
        yield Row(
            source,
            "the files of the month before again",
            other_month,
            Verdict.STOPPED,
            "raw.delivery.same_files",
            after=True,
        )
    yield Row(
        "annex_a",
        "one list of another half-year among the right ones",
        partial(one_of_other_month, "List 6"),
        Verdict.STOPPED,
        "raw.ages.of_the_month",
    )
    yield Row(
        "ssd",
        "one table of the month before among the right ones",
        partial(one_of_other_month, "ssd_contacts.csv"),
        Verdict.STOPPED,
        "raw.events.table_silent",
        after=True,
    )
    yield Row(
        "ssd",
        "half a table of referrals",
        partial(edit, "ssd_cin_episodes.csv", lambda r: r[: len(r) // 2]),
        Verdict.STOPPED,
        "raw.links.lost",
    )
    yield Row(
        "ssd",
        "without the table of referrals",
        partial(remove, "ssd_cin_episodes.csv"),
        Verdict.STOPPED,
        "raw.table.first_delivered",
    )
    yield Row(
        "ssd",
        "a table cut to a tenth, in the second month",
        partial(edit, "ssd_contacts.csv", lambda r: r[: len(r) // 10]),
        Verdict.STOPPED,
        "raw.table.rows_collapsed",
        after=True,
    )
    yield Row(
        "ssd",
        "a date under a name of the council's own",
        partial(header, "cont_contact_date", "contact_dt"),
        Verdict.STOPPED,
        "contact_dt",
    )
    yield Row(
        "ssd",
        "dates with the month first",
        partial(column, month_first, "cont_contact_date"),
        Verdict.STOPPED,
        "raw.dates.month_first",
    )
    yield Row(
        "ssd",
        "dates in words",
        partial(column, lambda day: f"the {day}", "cont_contact_date"),
        Verdict.STOPPED,
        "raw.dates.unread",
    )


def _waiting() -> Iterator[Row]:
    yield Row("ssd", "whole, before the hour", nothing, Verdict.WAITS, at=BEFORE)
    yield Row(
        "ssd", "nothing yet, on the 3rd", all_gone, Verdict.WAITS, "nothing was delivered", at=on(3)
    )
    yield Row(
        "ssd",
        "one file of the last load's, on the 3rd",
        partial(remove, FILE["ssd"]),
        Verdict.WAITS,
        "of the last load not there yet",
        after=True,
        at=on(3),
    )
    yield Row(
        "ssd",
        "a copy that goes on, on the 3rd",
        partial(write, "ssd_late.csv.part", PART),
        Verdict.WAITS,
        "still being copied",
        at=on(3),
    )
    yield Row(
        "annex_a",
        "whole on the 1st, at the first look",
        nothing,
        Verdict.PUBLISHED,
        at=on(1),
    )
    yield Row(
        "annex_a",
        "nothing yet, on the 4th",
        all_gone,
        Verdict.WAITS,
        "nothing was delivered",
        at=on(4),
    )
    yield Row(
        "ssd",
        "a file that changed a minute ago",
        nothing,
        Verdict.WAITS,
        "a short time ago",
        at=on(3),
        minutes=1,
    )
    yield Row(
        "ssd",
        "less than the last load, but `_READY` says that it is all",
        partial(both, partial(remove, FILE["ssd"]), ready),
        Verdict.STOPPED,
        "raw.table.still_delivered",
        after=True,
        at=on(3),
    )
    yield Row(
        "ssd",
        "less than the last load, when the days of grace are over",
        partial(remove, FILE["ssd"]),
        Verdict.STOPPED,
        "raw.table.still_delivered",
        after=True,
        at=on(12),
    )
    yield Row(
        "ssd",
        "nothing when the days of grace are over",
        all_gone,
        Verdict.REFUSED,
        "No authority has delivered",
        at=on(12),
    )


def sample(every: Sequence[Row]) -> list[Row]:
    """The first row of each source and verdict, for tests that have no time for all.

    What takes longest is left out: what reads the 38 tables of the standard dataset, which the
    local files come beside.
    """
    first: dict[tuple[str, Verdict], Row] = {}
    for row in every:
        is_quick = row.source not in ("ssd", "local") or (
            row.source == "ssd" and row.verdict in (Verdict.REFUSED, Verdict.WAITS)
        )
        if is_quick:
            first.setdefault((row.source, row.verdict), row)
    return list(first.values())
