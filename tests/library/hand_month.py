"""The hand-made month, dropped into a home."""

from __future__ import annotations

import shutil
from pathlib import Path

from csc_warehouse.settings import Home
from library.places import HAND_MONTH_FILES


def drop_hand_month(home: Home, month: str = "2022-09", la_code: str = "999") -> Path:
    """Drop the hand-made extract as that of an authority and month; return its folder."""
    folder = home.landing / la_code / month / "ssd"
    folder.mkdir(parents=True)
    for path in HAND_MONTH_FILES.glob("*.csv"):
        shutil.copy(path, folder)
    return folder
