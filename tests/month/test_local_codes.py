"""A code of the council's own: unknown until a row of its crosswalk maps it, and known after."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from csc_warehouse import council
from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import crosswalks
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps

LA = "999"


def local_spelling(folder: Path, table: str, column: str, value: str) -> None:
    """Write `value` in the column of the first row of a dropped table."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def unknown(home: Home) -> tuple[str, list[Any], int]:
    """Build the records: the release id, dq.unmapped_code and the episodes of unknown start."""
    for step in (steps.check_raw, steps.build_staging):
        step(home, [LA], "2022-09")
    candidate = candidates.choose(home, [LA], "2022-09")
    with candidate.connection() as connection:
        counts = connection.execute(
            "select column_name, value_count, row_count from analyst.dq.unmapped_code"
        ).fetchall()
        episodes = connection.execute(
            "select count(*) from intermediate.int_cla_episodes_conformed "
            "where unknown_codes like '%start_reason_code%'"
        ).fetchone()
        connection.execute(f"attach '{home.root / 'restricted.duckdb'}' as restricted")
        connection.execute(
            "create or replace table restricted.unmapped_code as "
            "from intermediate.int_codes_unmapped"
        )
    return candidate.release_id, counts, (episodes or (0,))[0]


def test_a_local_value_is_unknown_until_a_row_maps_it(
    tmp_path: Path, drop: Callable[..., Path]
) -> None:
    home = Home(tmp_path)
    column = "clae_cla_episode_start_reason"
    local_spelling(drop(home), "ssd_cla_episodes", column, "Startd being looked aftr")
    steps.land(home, LA, "2022-09")

    before, counts, episodes = unknown(home)
    assert (column, 1, 1) in counts
    assert episodes == 1
    listed = crosswalks.unmapped(home.root / "restricted.duckdb", [LA])
    mine = [row for row in listed if row["code_set"] == "episode_start_reason"]
    assert [row["received"] for row in mine] == ["Startd being looked aftr"]
    assert next(iter(mine[0]["suggestions"])) == "S"

    path = council.folder(home, LA) / "codes.csv"
    path.parent.mkdir(parents=True)
    path.write_text(",".join(crosswalks.table().headers) + "\n" + crosswalks.file_rows(mine))
    after, counts, episodes = unknown(home)
    assert after != before
    assert column not in [row[0] for row in counts]
    assert episodes == 0
