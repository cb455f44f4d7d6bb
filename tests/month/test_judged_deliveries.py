"""Deliveries that are not this month's, not whole or not as declared, and those that only look so.

Extracts of fictional authorities are changed as a council's month changes them, landed, and judged
by the raw gate alone.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from csc_fictional import generate
from csc_warehouse.intake.landing import LoadRefused, land
from csc_warehouse.places import Home
from library import raw_gate
from library.deliveries import put_list

LA = "991"
SEPTEMBER, AUGUST, MARCH, YEAR = "2022-09", "2022-08", "2022-03", "2022-03"
#: A source, with a month of it, and the month whose folder has its files by mistake.
DELIVERED = {
    "ssd": SEPTEMBER,
    "annex_a": SEPTEMBER,
    "ssda903": YEAR,
    "cin_census": YEAR,
}


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A landing folder of each source: `<source>/991/<month>/<source>/`."""
    folder = tmp_path_factory.mktemp("extracts")
    for source, months in {
        "ssd": ("2022-08", "2022-10"),
        "annex_a": (MARCH, SEPTEMBER),
        "ssda903": ("2021-03", YEAR),
        "cin_census": ("2021-03", YEAR),
    }.items():
        generate(LA, *months, 0.1, 7, source, folder / source)
    return folder


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def drop(extracts: Path, home: Home, source: str, month: str, into: str | None = None) -> Path:
    """Copy a month's files of a source into the folder of a month."""
    folder = home.landing / LA / (into or month) / source
    shutil.copytree(extracts / source / LA / month / source, folder)
    return folder


def judged(home: Home, source: str, month: str) -> dict[tuple[str, str, str], tuple[str, str]]:
    """Land the month and judge it: by (rule, table, column), severity and what was observed."""
    land(home, LA, month, source, settle_seconds=0)
    candidate, _ = raw_gate.judged(home, [LA], month)
    with candidate.connection() as connection:
        found = connection.execute(
            "select rule_id, table_name, column_name, severity, observed "
            "from analyst.dq.expectation_result where status in ('warn', 'fail', 'error')"
        ).fetchall()
    return {
        (rule, table, column): (severity, said) for rule, table, column, severity, said in found
    }


def critical(found: dict[tuple[str, str, str], tuple[str, str]]) -> set[str]:
    return {rule for (rule, _, _), (severity, _) in found.items() if severity == "critical"}


def change(path: Path, change_rows: Callable[[list[list[str]]], list[list[str]]]) -> None:
    """Rewrite a CSV file: `change_rows` gets its rows, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(change_rows(rows))


@pytest.mark.parametrize("source", DELIVERED)
def test_a_right_first_load_passes(extracts: Path, home: Home, source: str) -> None:
    drop(extracts, home, source, DELIVERED[source])
    assert critical(judged(home, source, DELIVERED[source])) == set()


@pytest.mark.parametrize(
    ("source", "month", "into"),
    [
        ("ssd", AUGUST, SEPTEMBER),
        ("annex_a", MARCH, SEPTEMBER),
        ("ssda903", "2021-03", YEAR),
    ],
)
def test_the_files_of_another_month_are_critical_even_as_a_first_load(
    extracts: Path, home: Home, source: str, month: str, into: str
) -> None:
    folder = drop(extracts, home, source, month, into)
    for path in folder.iterdir():
        # Whoever copies the files renames them: nothing but their content tells.
        path.rename(folder / re.sub(r"\d{4}[-_]?\d{2}", "new", path.name))
    found = judged(home, source, into)
    assert "raw.events.up_to_month_end" in critical(found)


def test_a_census_of_another_year_is_refused_by_its_header(extracts: Path, home: Home) -> None:
    drop(extracts, home, "cin_census", "2021-03", YEAR)
    with pytest.raises(LoadRefused, match="children is missing"):
        land(home, LA, YEAR, "cin_census", settle_seconds=0)


@pytest.mark.parametrize("source", ["ssd", "annex_a"])
def test_the_same_files_again_are_critical(extracts: Path, home: Home, source: str) -> None:
    drop(extracts, home, source, SEPTEMBER)
    judged(home, source, SEPTEMBER)
    drop(extracts, home, source, SEPTEMBER, "2022-10")
    found = judged(home, source, "2022-10")
    assert found["raw.delivery.same_files", source, ""] == (
        "critical",
        "100.0 % of its bytes are in the load of 2022-09",
    )


def test_the_next_month_passes(extracts: Path, home: Home) -> None:
    drop(extracts, home, "ssd", AUGUST)
    judged(home, "ssd", AUGUST)
    drop(extracts, home, "ssd", SEPTEMBER)
    assert critical(judged(home, "ssd", SEPTEMBER)) == set()


def test_events_of_the_weeks_after_the_month_stop_nothing(extracts: Path, home: Home) -> None:
    """October's extract is the one of September, taken late: its last events lie 31 days after."""
    folder = drop(extracts, home, "ssd", "2022-10", SEPTEMBER)
    for path in folder.iterdir():
        path.rename(folder / re.sub(r"\d{4}[-_]?\d{2}", "new", path.name))
    assert critical(judged(home, "ssd", SEPTEMBER)) == set()


def interviews(until: date) -> str:
    """A local file with a return interview on each working day of a year, each of another child."""
    days = [until - timedelta(days=number) for number in range(365)]
    lines = [
        f"R{number},{number},{day}T09:00:00,{day}T18:00:00"
        for number, day in enumerate(day for day in days if day.weekday() < 5)
    ]
    return "\n".join(["return_interview_id,person_id,missing_start,missing_end", *lines, ""])


@pytest.mark.parametrize(("until", "is_this_months"), [("2022-09-30", True), ("2022-08-31", False)])
def test_local_files_of_another_month_are_critical_too(
    home: Home, until: str, is_this_months: bool
) -> None:
    folder = home.landing / LA / SEPTEMBER / "local"
    folder.mkdir(parents=True)
    (folder / "return_interviews.csv").write_text(interviews(date.fromisoformat(until)))
    found = critical(judged(home, "local", SEPTEMBER))
    assert ("raw.events.up_to_month_end" in found) is not is_this_months


@pytest.mark.parametrize(
    ("source", "written", "as_later"),
    [
        ("ssda903", r"(\d\d)/0[23]/2022", r"\1/04/2022"),
        ("cin_census", r">2022-0[23]-(\d\d)<(?!/Ref)", r">2022-04-\1<"),
        ("local", r"2022-09-(\d\d)", r"2022-10-\1"),
    ],
)
def test_events_of_up_to_45_days_after_the_month_stop_nothing_in_any_source(
    extracts: Path, home: Home, source: str, written: str, as_later: str
) -> None:
    """Extracts of a year are in the folder of their March: the last events are moved behind it."""
    month = DELIVERED.get(source, SEPTEMBER)
    if source == "local":
        folder = home.landing / LA / month / source
        folder.mkdir(parents=True)
        text = interviews(date(2022, 9, 30))
        (folder / "return_interviews.csv").write_text(text)
    else:
        folder = drop(extracts, home, source, month)
    moved = 0
    for path in folder.iterdir():
        text, count = re.subn(written, as_later, path.read_text(encoding="utf-8"))
        for day, last in (("31/04/2022", "30/04/2022"), ("2022-04-31", "2022-04-30")):
            text = text.replace(day, last)  # April has 30 days
        path.write_text(text, encoding="utf-8")
        moved += count
    assert moved > 10
    assert "raw.events.of_another_month" not in critical(judged(home, source, month))


def test_an_annex_a_taken_on_the_tenth_of_the_next_month_stops_nothing(
    extracts: Path, home: Home
) -> None:
    """Its last list is of twelve months; that of July, in June's folder, has 31 days more."""
    folder = drop(extracts, home, "annex_a", "2022-07", "2022-06")
    for path in folder.iterdir():
        path.rename(folder / re.sub(r"\d{4}[-_]?\d{2}", "new", path.name))
    assert critical(judged(home, "annex_a", "2022-06")) == set()


def test_an_extract_of_much_later_is_another_months(extracts: Path, home: Home) -> None:
    folder = drop(extracts, home, "annex_a", SEPTEMBER, MARCH)
    for path in folder.iterdir():
        path.rename(folder / re.sub(r"\d{4}[-_]?\d{2}", "new", path.name))
    assert "raw.events.of_another_month" in critical(judged(home, "annex_a", MARCH))


def test_one_table_of_another_month_is_critical_where_every_authority_has_some(
    extracts: Path, home: Home
) -> None:
    """August's contacts among September's files would be a month of no contacts."""
    folder = drop(extracts, home, "ssd", SEPTEMBER)
    few = ("ssd_person", "ssd_contacts", "ssd_cin_episodes", "ssd_cin_assessments")
    for path in folder.iterdir():
        if not path.stem.startswith(few):
            path.unlink()  # thirty more tables say nothing about these
    (path,) = folder.glob("ssd_contacts*")
    (other,) = (extracts / "ssd" / LA / AUGUST / "ssd").glob("ssd_contacts*")
    shutil.copy(other, path)
    found = judged(home, "ssd", SEPTEMBER)
    silent = {table for rule, table, _ in found if rule == "raw.events.table_silent"}
    assert silent == {"ssd_contacts"}
    assert "raw.events.up_to_month_end" not in critical(found)


def test_half_a_file_is_told_by_what_names_it(extracts: Path, home: Home) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_cin_episodes*")
    change(path, lambda rows: rows[: len(rows) // 2])
    found = judged(home, "ssd", SEPTEMBER)
    assert ("raw.links.lost", "ssd_cin_assessments", "cina_referral_id") in found
    assert "raw.links.lost" in critical(found)


def test_a_missing_table_is_told_with_the_indicators_that_read_it(
    extracts: Path, home: Home
) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_cin_episodes*")
    path.unlink()
    severity, said = judged(home, "ssd", SEPTEMBER)[
        "raw.table.first_delivered", "ssd_cin_episodes", ""
    ]
    assert severity == "critical"
    assert re.search(r"\d\d indicators read it", said)


def test_a_table_with_a_header_only_is_no_true_zero_in_an_authority_of_thousands(
    extracts: Path, home: Home
) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_cin_episodes*")
    change(path, lambda rows: rows[:1])
    found = judged(home, "ssd", SEPTEMBER)
    assert found["raw.events.none", "ssd_cin_episodes", "cine_referral_date"][0] == "critical"


@pytest.mark.parametrize("header", ["cine_ref_date", "referral_dt", "Date of referral"])
def test_a_renamed_column_is_told_with_the_header_that_comes_nearest(
    extracts: Path, home: Home, header: str
) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_cin_episodes*")
    change(
        path, lambda rows: [[h.replace("cine_referral_date", header) for h in rows[0]], *rows[1:]]
    )
    severity, said = judged(home, "ssd", SEPTEMBER)[
        "raw.column.first_delivered", "ssd_cin_episodes", "cine_referral_date"
    ]
    assert severity == "critical"
    assert re.search(r"\d\d indicators read it; the file has a column \w+ that nobody knows", said)


def month_first(day: str) -> str:
    """An ISO day as America writes it."""
    found = re.match(r"(\d{4})-(\d\d)-(\d\d)", day)
    return f"{found[2]}/{found[3]}/{found[1]}" if found else day


@pytest.mark.parametrize(
    ("write", "rule"),
    [
        (month_first, "raw.dates.month_first"),
        (lambda day: day[:10].replace("-", "."), "raw.dates.unread"),
    ],
    ids=["month first", "dots"],
)
def test_a_form_that_is_not_read_is_critical(
    extracts: Path, home: Home, write: Callable[[str], str], rule: str
) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_contacts*")
    path = path.rename(path.with_stem(f"{path.stem} of Quillfeather"))

    def rewritten(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index("cont_contact_date")
        return [rows[0], *([*row[:at], write(row[at]), *row[at + 1 :]] for row in rows[1:])]

    change(path, rewritten)
    severity, said = judged(home, "ssd", SEPTEMBER)[rule, "ssd_contacts", "cont_contact_date"]
    assert severity == "critical"
    # The number of the file, whose name may be a person's: what is found goes to the readers.
    assert re.match(r"file \d{3}: [\d,]+ as ", said)


def test_two_forms_in_a_column_are_a_warning_with_file_and_counts(
    extracts: Path, home: Home
) -> None:
    (path,) = drop(extracts, home, "ssd", SEPTEMBER).glob("ssd_contacts*")

    def slashed(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index("cont_contact_date")
        for row in rows[1:8]:
            row[at] = row[at][:10].replace("-", "/")
        return rows

    change(path, slashed)
    severity, said = judged(home, "ssd", SEPTEMBER)[
        "raw.dates.two_forms", "ssd_contacts", "cont_contact_date"
    ]
    assert severity == "warning"
    assert re.fullmatch(r"file \d{3}: [\d,]+ as 2022-09-30; 7 as 2022/09/30.*", said)


def exclusions(until: date) -> str:
    """A local file with an exclusion on each working day of a year, each of another child."""
    days = [until - timedelta(days=number) for number in range(365)]
    lines = [
        f"E{number},{number},SUSPENDED,{day},{day}"
        for number, day in enumerate(day for day in days if day.weekday() < 5)
    ]
    header = "education_status_id,person_id,status,start_date,end_date"
    return "\n".join([header, *lines, ""])


@pytest.mark.parametrize(("until", "is_same"), [("2022-08-31", True), ("2022-09-30", False)])
def test_a_table_with_the_file_of_the_month_before_is_critical(
    home: Home, until: str, is_same: bool
) -> None:
    """August's interviews beside September's exclusions."""
    for month, exclusions_until, interviews_until in (
        (AUGUST, "2022-08-31", "2022-08-31"),
        (SEPTEMBER, "2022-09-30", until),
    ):
        folder = home.landing / LA / month / "local"
        folder.mkdir(parents=True)
        text = exclusions(date.fromisoformat(exclusions_until))
        (folder / "education_status.csv").write_text(text)
        text = interviews(date.fromisoformat(interviews_until))
        (folder / "return_interviews.csv").write_text(text)
        found = judged(home, "local", month)
    told = {key[:2] for key, (severity, _) in found.items() if severity == "critical"}
    assert told == ({("raw.events.same_file", "return_interviews")} if is_same else set())


def with_a_list_of(extracts: Path, home: Home, name: str, month: str) -> None:
    """September's Annex A with one list of another month's."""
    folder = drop(extracts, home, "annex_a", SEPTEMBER)
    (path,) = folder.iterdir()
    (other,) = (extracts / "annex_a" / LA / month / "annex_a").iterdir()
    put_list(name, other, path)


@pytest.mark.parametrize(
    ("name", "month", "is_this_months"),
    [
        ("List 6", MARCH, False),
        ("List 8", MARCH, False),
        ("List 6", AUGUST, True),
        ("List 6", SEPTEMBER, True),
    ],
)
def test_a_list_of_statuses_of_another_month_is_told_by_its_ages(
    extracts: Path, home: Home, name: str, month: str, is_this_months: bool
) -> None:
    """Of a month before, one age in twelve is another: too few to stop a month by."""
    with_a_list_of(extracts, home, name, month)
    found = judged(home, "annex_a", SEPTEMBER)
    said = {table: seen for (rule, table, _), seen in found.items() if rule.startswith("raw.ages")}
    assert (said == {}) is is_this_months
    for severity, observed in said.values():
        assert severity == "critical"
        assert re.fullmatch(
            r"(\d+) of (\d+) ages are not those at the end of the month; \2 are those of 2022-0\d",
            observed,
        )


def test_a_council_that_writes_every_age_as_of_another_day_is_not_stopped(
    extracts: Path, home: Home
) -> None:
    folder = drop(extracts, home, "annex_a", SEPTEMBER)
    (path,) = folder.iterdir()
    book = openpyxl.load_workbook(path)
    as_of, written = date(2022, 3, 31), 0
    for sheet in book:
        headers = {cell.value: cell.column for cell in sheet[1]}
        if "Age of Child (Years)" not in headers:
            continue
        for row in range(2, sheet.max_row + 1):
            born = sheet.cell(row, headers["Date of Birth"]).value
            if isinstance(born, datetime):
                age = as_of.year - born.year - ((born.month, born.day) > (3, 31))
                sheet.cell(row, headers["Age of Child (Years)"]).value = max(age, 0)
                written += 1
    assert written > 100
    book.save(path)
    assert critical(judged(home, "annex_a", SEPTEMBER)) == set()
