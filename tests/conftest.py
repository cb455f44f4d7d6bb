"""What several test modules share: the hand-made month, dropped and published."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import pipeline
from csc_warehouse.settings import Home

HAND_MONTH = Path(__file__).parent / "hand_month" / "ssd"


def drop_hand_month(home: Home, month: str = "2022-09", la_code: str = "999") -> Path:
    """Drop the hand-made extract as that of an authority and month; return its folder."""
    folder = home.landing / la_code / month / "ssd"
    folder.mkdir(parents=True)
    for path in HAND_MONTH.glob("*.csv"):
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="session")
def drop() -> Callable[..., Path]:
    return drop_hand_month


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, dict[str, Any]]:
    """A home with the hand-made month of authority 999 published; not to be changed."""
    home = Home(tmp_path_factory.mktemp("road"))
    drop_hand_month(home)
    return home, pipeline.run_month(home, ["999"], "2022-09")
