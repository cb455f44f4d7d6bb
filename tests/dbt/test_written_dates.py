"""Dates in the forms that extracts have, from the file of each source to its staging."""

from __future__ import annotations

from pathlib import Path

import duckdb

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build.transform import RECORDS
from csc_warehouse.intake.written_dates import READ
from csc_warehouse.places import Home
from library.dirty_files import MONTH, SOURCES, WRITTEN, landed, row

STAGED = {
    "ssd": ("stg_ssd__contacts", "contact_date"),
    "ssda903": ("stg_ssda903__reviews", "review_date"),
    "annex_a": ("stg_annex_a__contacts", "contact_date"),
    "local": ("stg_local__education_status", "start_date"),
    "cin_census": ("stg_cin_census__referrals", "referral_date"),
}
#: In Annex A a bare number is a day of Excel's calendar, and its day 0 an empty cell.
SERIAL_DAY, DAY_ZERO = "44619", "1899-12-31"


def test_staging_and_landing_read_the_same_dates(tmp_path: Path) -> None:
    """What landing calls read is a day in staging; what else says something is unreadable there."""
    home = Home(tmp_path / "home")
    texts = [text for text in WRITTEN if "<" not in text and text]
    for source in SOURCES:
        landed(home, source, [row(source, f"1{at}", text, at) for at, text in enumerate(texts)])
    candidate = candidates.choose(home, ["991"], MONTH)
    candidates.prepare(home, candidate)
    candidate.dbt.build(RECORDS)
    with duckdb.connect(str(candidate.warehouse_db), read_only=True) as connection:
        for source, (view, column) in STAGED.items():
            found = connection.execute(
                f"select {column} is not null, coalesce(unreadable_dates, '') like ? "
                f"from staging.{view} order by row_number",
                [f"%{column}%"],
            ).fetchall()
            assert len(found) == len(texts)
            for text, readings in zip(texts, found, strict=True):
                is_annex = source == "annex_a"
                is_read = WRITTEN[text] in READ or (is_annex and text == SERIAL_DAY)
                is_nothing = WRITTEN[text] is None or (is_annex and text == DAY_ZERO)
                assert readings == (is_read, not is_read and not is_nothing), (source, text)
