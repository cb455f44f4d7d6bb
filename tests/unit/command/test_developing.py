"""`csc new-indicator` in a scratch copy of the register: what it writes, and what stays refused."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
import yaml
from jinja2 import Environment

from csc_warehouse.command import developing
from csc_warehouse.errors import WrongUse
from csc_warehouse.places import DBT_PROJECT, SEEDS

NEW = ("REF-99", "referrals_from_schools", "referrals", "share_of_records", "event")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The seeds of the indicators, and an empty folder for each subject."""
    shutil.copytree(SEEDS / "indicators", tmp_path / "seeds" / "indicators")
    for folder in (DBT_PROJECT / "models" / "indicators").iterdir():
        (tmp_path / "models" / folder.name).mkdir(parents=True)
    return tmp_path


def begin(project: Path, *given: str, **more: str) -> tuple[list[Path], list[str]]:
    return developing.begin(*given, **more, seeds=project / "seeds", models=project / "models")  # type: ignore[arg-type]


def test_three_files_are_written_and_nothing_else(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    files, _ = begin(project, *NEW)
    after = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    assert {path for path in after if after[path] != before.get(path)} == set(files)
    assert [path.name for path in files] == [
        "indicator.csv",
        "ind_referrals_from_schools.sql",
        "_referrals_from_schools__unit_tests.yml",
    ]
    register = files[0]
    assert register.read_bytes().startswith(before[register])
    rows = list(csv.DictReader(register.read_text(encoding="utf-8").splitlines()))
    assert (rows[-1]["indicator_code"], rows[-1]["unit"], rows[-1]["topic"]) == (
        "REF-99",
        "percent",
        "front_door",
    )
    assert list(rows[-1]) == list(rows[0]) and None not in rows[-1].values()


def test_what_is_blank_is_told_and_refused(project: Path) -> None:
    """The register's row by the columns that test_register asks for, the model by dbt."""
    (register, sql, _), blank = begin(project, *NEW)
    assert {"title", "definition", "numerator", "denominator", "owner"} <= set(blank)
    row = list(csv.DictReader(register.read_text(encoding="utf-8").splitlines()))[-1]
    assert all(not row[name] for name in blank[:-1])

    class Refused(Exception):
        pass

    class Exceptions:
        @staticmethod
        def raise_compiler_error(message: str) -> None:
            raise Refused(message)

    macro = (DBT_PROJECT / "macros" / "still_blank.sql").read_text(encoding="utf-8")
    template = Environment().from_string(macro + sql.read_text(encoding="utf-8"))
    with pytest.raises(Refused, match="ind_x is still blank") as refused:
        template.render(exceptions=Exceptions, model={"name": "ind_x"})
    assert "the fact that it counts" in str(refused.value)


@pytest.mark.parametrize(
    ("aggregation", "measured_as", "holds"),
    [
        ("count_of_records", "event", "event_date='blank_date',\n        )"),
        ("share_of_children", "snapshot", "event_date='month_end_date',\n            numerator="),
        ("median", "event", "quantity='cast(blank as double)'"),
    ],
)
def test_the_sql_asks_for_what_the_aggregation_needs(
    project: Path, aggregation: str, measured_as: str, holds: str
) -> None:
    (_, sql, tests), _ = begin(
        project, "PLC-99", "placements_begun", "placements", aggregation, measured_as
    )
    assert holds in sql.read_text(encoding="utf-8")
    (test,) = yaml.safe_load(tests.read_text(encoding="utf-8"))["unit_tests"]
    assert test["model"] == "ind_placements_begun"


def test_a_rate_of_events_is_of_twelve_months(project: Path) -> None:
    (register, *_), _ = begin(
        project, "REF-98", "referrals_rate_again", "referrals", "rate_per_10000", "event"
    )
    row = list(csv.DictReader(register.read_text(encoding="utf-8").splitlines()))[-1]
    assert (row["period_types"], row["unit"]) == ("year rolling_12_months", "per 10,000")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({0: "REF-03"}, "in the register already"),
        ({1: "referrals_received"}, "REF-01 referrals_received"),
        ({0: "ref 12"}, "looks like REF-12"),
        ({1: "Referrals"}, "looks like referrals_from_schools"),
        ({2: "schools"}, "no subject schools"),
        ({3: "share"}, "no aggregation share"),
        ({4: "month"}, "event, snapshot"),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(
    project: Path, changed: dict[int, str], said: str
) -> None:
    before = sorted(project.rglob("*")), (project / "seeds/indicators/indicator.csv").read_bytes()
    given = [changed.get(number, word) for number, word in enumerate(NEW)]
    with pytest.raises(WrongUse, match=said):
        begin(project, *given)
    after = sorted(project.rglob("*")), (project / "seeds/indicators/indicator.csv").read_bytes()
    assert after == before


def test_a_topic_is_one_of_the_subject(project: Path) -> None:
    with pytest.raises(WrongUse, match="no topic health; there are assessments"):
        begin(project, *NEW, topic="health")
    (register, *_), _ = begin(project, *NEW, topic="assessments")
    assert ",assessments," in register.read_text(encoding="utf-8").splitlines()[-1]
