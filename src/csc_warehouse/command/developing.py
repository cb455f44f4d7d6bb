"""Commands of somebody who changes the warehouse: a new indicator's three files, with blanks."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from string import Template
from typing import Annotated

import typer

from csc_warehouse.command.frame import AsJson, app, finish
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import DBT_PROJECT, PROJECT_ROOT, SEEDS

_SKELETONS = Path(__file__).with_name("skeletons")

#: The unit of what an aggregation gives; what is measured has the unit of its quantity.
_UNITS = {
    "count": "count",
    "share": "percent",
    "distribution": "percent",
    "rate": "per 10,000",
    "ratio": "per child",
}

#: Every indicator that there is holds from here on.
_VALID_FROM = "2000-01-01"

#: What a row may go without (tests/project/test_register.py asks for the rest).
_OPTIONAL = ("period_types", "age_band_set", "exclusions", "valid_to")


@app.command("new-indicator")
def new_indicator(
    code: Annotated[str, typer.Argument(help="Its code, like REF-12.")],
    name: Annotated[str, typer.Argument(help="Its name, like referrals_from_schools.")],
    subject: Annotated[str, typer.Option(help="The folder of its SQL file, like referrals.")],
    aggregation: Annotated[
        str, typer.Option(help="How records become a value, like count_of_records.")
    ],
    measured_as: Annotated[str, typer.Option("--measured-as", help="event or snapshot.")] = "event",
    topic: Annotated[
        str | None, typer.Option(help="Its page of the report; without it, the subject's first.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Begin an indicator: its register row, its SQL file and its unit test, with blanks."""
    files, blanks = begin(code, name, subject, aggregation, measured_as, topic)
    shown = [str(path.relative_to(PROJECT_ROOT)) for path in files]
    finish(
        {"files": shown, "blank": blanks},
        as_json,
        *shown,
        f"Still blank in the register: {', '.join(blanks)}.",
        "The SQL and its test say themselves what is blank; no release is built before it is "
        "written. Then: make docs, make test. See docs/add-an-indicator.md.",
    )


def begin(
    code: str,
    name: str,
    subject: str,
    aggregation: str,
    measured_as: str,
    topic: str | None = None,
    *,
    seeds: Path = SEEDS,
    models: Path = DBT_PROJECT / "models" / "indicators",
) -> tuple[list[Path], list[str]]:
    """Write the three files; they, and the columns of the register that are still blank.

    Raises WrongUse for a code or name that is taken or misshapen, and for words that are not known.
    """
    register = seeds / "indicators" / "indicator.csv"
    rows = _read(register)
    gives = {
        row["aggregation"]: row["gives"] for row in _read(seeds / "indicators" / "aggregation.csv")
    }
    alike = [row for row in rows if row["subject"] == subject and topic in (None, row["topic"])]
    _check_known("aggregation", aggregation, gives)
    _check_known("--measured-as", measured_as, ("event", "snapshot"))
    _check_known("subject", subject, (row["subject"] for row in rows))
    if not alike:
        _check_known("topic", str(topic), (r["topic"] for r in rows if r["subject"] == subject))
    if not re.fullmatch(r"[A-Z0-9]+(-[A-Z0-9]+)+", code):
        raise WrongUse(f"A code looks like REF-12, not like {code}.")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)+", name):
        raise WrongUse(f"A name looks like referrals_from_schools, not like {name}.")
    for row in rows:
        if code == row["indicator_code"] or name == row["indicator_name"]:
            raise WrongUse(
                f"{row['indicator_code']} {row['indicator_name']} is in the register already. A "
                "changed definition is a new row of it with dates: docs/add-an-indicator.md."
            )

    kind = gives[aggregation]
    given = {
        "indicator_code": code,
        "indicator_name": name,
        "subject": subject,
        "topic": alike[0]["topic"],
        "source_subject": alike[0]["source_subject"],
        "unit": _UNITS.get(kind, ""),
        "aggregation": aggregation,
        "measured_as": measured_as,
        # A rate is of twelve months: nothing is annualised.
        "period_types": "year rolling_12_months" * (kind == "rate" and measured_as == "event"),
        "valid_from": _VALID_FROM,
    }
    row = {column: given.get(column, "") for column in rows[0]}
    words = {
        "code": code,
        "name": name,
        "event_date": "month_end_date" if measured_as == "snapshot" else "blank_date",
        "numbers": _numbers(kind),
    }
    files = [
        register,
        models / subject / f"ind_{name}.sql",
        models / subject / f"_{name}__unit_tests.yml",
    ]
    for path, skeleton in zip(
        files[1:], ("indicator.sql", "indicator__unit_tests.yml"), strict=True
    ):
        text = (_SKELETONS / skeleton).read_text(encoding="utf-8")
        path.write_text(Template(text).substitute(words), encoding="utf-8")
    with register.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, row, lineterminator="\n").writerow(row)
    blank = [
        column
        for column, value in row.items()
        if not value and column not in _OPTIONAL and not column.startswith("needs_")
        if column != "denominator" or kind != "count"
    ]
    return files, [*blank, "needs_… of each source that carries it"]


def _numbers(kind: str) -> str:
    """The arguments of indicator_columns that an aggregation asks for."""
    if kind == "share":
        return "\n            numerator=one_if('blank'),\n            denominator='1',"
    if kind not in _UNITS:
        return "\n            quantity='cast(blank as double)',"
    return ""


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _check_known(what: str, word: str, known: Iterable[str]) -> None:
    words = sorted(set(known))
    if word not in words:
        raise WrongUse(f"There is no {what} {word}; there are {', '.join(words)}.")
