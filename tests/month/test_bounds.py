"""The bounds of counts and shares hold the true value, whatever faults the extract has.

Each authority has the hand-made extract with faults thrown in at random: a date that is missing or
can't be read, a row that can't, a link to nobody. What is true the plain-Python reference says, of
the extract without them. More: `CSC_FAULTY_EXTRACTS=60 pytest tests/month/test_bounds.py`.
"""

from __future__ import annotations

import csv
import os
import random
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from library.places import HAND_MONTH_FILES
from library.reference.extract import read_extract
from library.reference.figures import Figure, all_figures
from library.reference.published import built_of

AS_AT, MONTH = date(2022, 9, 30), "2022-09"
SEEDS = range(int(os.environ.get("CSC_FAULTY_EXTRACTS", "4")))
FAULTS_OF_AN_EXTRACT = 4

# Of an authority: code, period type, first day, last day.
Key = tuple[str, str, date, date]

#: The table whose records an event or a status is, and the day without which it is in no period.
DAYS = {
    "ssd_contacts": "cont_contact_date",
    "ssd_cin_episodes": "cine_referral_date",
    "ssd_cin_assessments": "cina_assessment_start_date",
    "ssd_s47_enquiry": "s47e_s47_start_date",
    "ssd_initial_cp_conference": "icpc_icpc_date",
    "ssd_cp_plans": "cppl_cp_plan_start_date",
    "ssd_cla_episodes": "clae_cla_episode_start_date",
    "ssd_missing": "miss_missing_episode_start_date",
}


def throw_faults(folder: Path, dice: random.Random) -> list[str]:
    """Put faults into the tables of an extract, each into another row; return what was done."""
    done = []
    for _ in range(FAULTS_OF_AN_EXTRACT):
        table = dice.choice(sorted(DAYS))
        path = folder / f"{table}.csv"
        lines = path.read_text(encoding="utf-8").splitlines()
        names, *rows = csv.reader(lines)
        number = dice.randrange(len(rows))
        row = rows[number]
        day = names.index(DAYS[table])
        person = next(n for n, name in enumerate(names) if name.endswith("_person_id"))
        fault = dice.choice(("missing date", "unreadable date", "ragged row", "link to nobody"))
        if fault == "missing date":
            row[day] = ""
        elif fault == "unreadable date":
            row[day] = "31/02/2022"
        elif fault == "ragged row":
            row.extend(["", "of another row", ""])
        else:
            row[person] = f"nobody {dice.randrange(1000)}"
        done.append(f"{table} row {number + 1}: {fault}")
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([names, *rows])
    return done


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[str]]]:
    """A release of faulty extracts, one per authority, and what is wrong with each."""
    root = tmp_path_factory.mktemp("bounds")
    extracts, faults = {}, {}
    for seed in SEEDS:
        la_code = str(991 - len(SEEDS) + seed)
        extracts[la_code] = root / "extracts" / la_code
        shutil.copytree(HAND_MONTH_FILES, extracts[la_code])
        faults[la_code] = throw_faults(extracts[la_code], random.Random(seed))
    return built_of(root / "home", extracts, MONTH), faults


def bounds(analyst_db: Path) -> Iterator[tuple[str, Key, tuple[float, float, float]]]:
    """Authority, key, and lower bound, value and upper bound, of what has a value."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            "select la_code, indicator_code, period_type, period_start_date, period_end_date, "
            "lower_bound, value, upper_bound from indicators.rpt_indicator "
            "where availability = 'available' and breakdown = 'all' and value is not null"
        ).fetchall()
    for la_code, code, kind, start, end, *numbers in rows:
        yield la_code, (code, kind, start, end), tuple(numbers)


def test_the_true_value_lies_within_the_bounds(
    faulty: tuple[Path, dict[str, list[str]]],
) -> None:
    analyst_db, faults = faulty
    true: dict[Key, Figure] = {
        (code, period.period_type, period.start, period.end): figure
        for (code, period, breakdown, _), figure in all_figures(
            read_extract(HAND_MONTH_FILES), AS_AT
        ).items()
        if breakdown == "all"
    }
    compared, moved, outside = 0, 0, []
    for la_code, key, (lower, value, upper) in bounds(analyst_db):
        figure = true.get(key)
        if figure is None or figure.value is None:
            continue
        compared += 1
        moved += abs(value - figure.value) > 1e-9
        if not lower - 1e-9 <= figure.value <= upper + 1e-9:
            outside.append(
                f"{la_code} {' '.join(map(str, key))}: {figure.value} is not in "
                f"{lower} to {upper} (value {value}); {'; '.join(faults[la_code])}"
            )
    assert not outside, f"{len(outside)} of {compared}\n" + "\n".join(outside[:40])
    assert compared > 1000
    assert moved > 10


def test_counts_have_upper_bounds_above_the_value(
    faulty: tuple[Path, dict[str, list[str]]],
) -> None:
    with duckdb.connect(str(faulty[0]), read_only=True) as connection:
        above, counts = connection.execute(
            "select count(*) filter (where upper_bound > value), count(*) "
            "from indicators.rpt_indicator where availability = 'available' "
            "and indicator_code in (select indicator_code from reference.indicator "
            "where aggregation like 'count_of_%')"
        ).fetchone() or (0, 0)
    assert counts > above > 0
