"""What several test modules share: the hand-made month, published, and published corrected."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.ask import releases
from csc_warehouse.places import Home
from csc_warehouse.processes import second_process
from csc_warehouse.run_month import steps
from library.hand_month import drop_hand_month
from library.made_once import made_once


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--model", help="Run the dbt unit tests of this model only.")


@pytest.fixture(scope="session")
def drop() -> Callable[..., Path]:
    return drop_hand_month


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, Any]]:
    """A home with the hand-made month of authority 999 published; not to be changed.

    Two processes make it, as `csc run` does.
    """

    def make(folder: Path) -> dict[str, Any]:
        drop_hand_month(Home(folder))
        with second_process("csc_warehouse.run_month.steps") as other:
            return steps.run_month(Home(folder), ["999"], "2022-09", other_process=other)

    folder, published = made_once(tmp_path_factory, "road", make)
    return Home(folder), published


def correct(folder: Path, table: str, id_column: str, changes: dict[str, Any]) -> None:
    """Rewrite a table of the extract: by id, new field values, None to drop the row, or `copy`."""
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert changes.keys() <= {row[id_column] for row in rows}
    kept = []
    for row in rows:
        change = changes.get(row[id_column], {})
        if change is None:
            continue
        if "copy" in change:
            kept.append(row)
            change = change["copy"]
        kept.append(row | change)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(kept)


@pytest.fixture(scope="session")
def corrected(
    done: tuple[Home, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Home, releases.Release, releases.Release]:
    """A home with the hand-made month, and the same month again after corrections of five kinds.

    Not to be changed.
    """

    def make(folder: Path) -> str:
        shutil.copytree(done[0].root, folder, symlinks=True, dirs_exist_ok=True)
        home = Home(folder)
        correct_five_kinds(home)
        first = releases.current(home).release_id
        with second_process("csc_warehouse.run_month.steps") as other:
            steps.run_month(home, ["999"], "2022-09", other_process=other)
        return first

    folder, first = made_once(tmp_path_factory, "corrected", make)
    home = Home(folder)
    return home, releases.named(home, first), releases.current(home)


def correct_five_kinds(home: Home) -> None:
    """Rewrite the landed hand-made month: days, a row gone, a row more, an answer, an ending."""
    folder = home.landing / "999" / "2022-09" / "ssd"
    correct(
        folder,
        "ssd_cin_episodes",
        "cine_referral_id",
        {
            "R02": {"cine_referral_date": "2022-08-30"},
            "R04": None,
            "R03": {
                "copy": {
                    "cine_referral_id": "R99",
                    "cine_referral_date": "2022-09-20",
                    "cine_close_reason": "",
                    "cine_close_date": "",
                }
            },
        },
    )
    correct(
        folder,
        "ssd_missing",
        "miss_table_id",
        {"M2": {"miss_missing_rhi_offered": "Y"}, "M3": None},
    )
    correct(
        folder,
        "ssd_cla_episodes",
        "clae_cla_episode_id",
        {
            "E03": {
                "clae_cla_episode_ceased_date": "2022-08-31",
                "clae_cla_episode_ceased_reason": "E4A",
            }
        },
    )
