"""The hand-made month, dropped into a home."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from csc_warehouse.month import Month
from csc_warehouse.places import Home
from library.places import HAND_MONTH_FILES

_OWN_MONTH = "2022-09"
# But for the day that stands for none.
_DAY = re.compile(r"(?!1900-01-01)\d{4}-\d\d-\d\d")


def drop_hand_month(home: Home, month: str = _OWN_MONTH, la_code: str = "999") -> Path:
    """Drop the hand-made extract as that of an authority and month; return its folder.

    For another month than its own every day in it is moved by as many days as the month's end: the
    same files again would be those of another month, and refused.
    """
    folder = home.landing / la_code / month / "ssd"
    folder.mkdir(parents=True)
    moved = Month.of(month).last_day - Month.of(_OWN_MONTH).last_day

    def move(day: re.Match[str]) -> str:
        return (date.fromisoformat(day[0]) + moved).isoformat()

    for path in HAND_MONTH_FILES.glob("*.csv"):
        text = path.read_bytes().decode()
        (folder / path.name).write_bytes(_DAY.sub(move, text).encode() if moved else text.encode())
    return folder
