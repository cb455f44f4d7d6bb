"""`make same-months`: what extracts of three dates say of the same months, and what drifts.

One release with the extracts of three dates of one fictional authority, and one with authorities
in which nothing changes. Fails where a figure differs that nothing declared explains, where a row
of `tests/library/same_months.csv` explains nothing, or where an indicator drifts.

    python tests/same_months/same_months.py --size 1 --authorities 6
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from csc_fictional import generate
from csc_fictional.rates import TIDY_RATES
from csc_warehouse.places import Home
from library.built import built
from library.same_months import (
    deliver,
    differences,
    drifts,
    explained,
    monthly_series,
    unexplained,
)

NEWEST = "2024-09"
#: By code, all of one population.
EXTRACTS = {"997": NEWEST, "998": "2022-09", "999": "2020-09"}

#: Every year as the one before; else more children accept an interview from 2022 on.
NOTHING_CHANGES = replace(TIDY_RATES, pace_spread=0.0, interview_accepted_share=(0.64, 0.64))


def compared(scratch: Path, size: float) -> int:
    """Print every difference that nothing explains, and each explanation of nothing: how many."""
    home = Home(scratch / "compared")
    deliver(home, EXTRACTS, size, scratch / "extracts")
    analyst_db = built(home, None, NEWEST).analyst_db
    found = [
        each
        for older, newer in (("998", "997"), ("999", "997"), ("999", "998"))
        for each in differences(analyst_db, older, newer)
    ]
    wrong = unexplained(found)
    for each in wrong:
        print(f"DIFFERS {each.indicator_code} {each.period_type} {each.period_end}: {each.said}")
    idle = explained().keys() - {each.indicator_code for each in found}
    for code in sorted(idle):
        print(f"EXPLAINS NOTHING {code}")
    print(f"{len(found)} figures differ, {len(found) - len(wrong)} of them explained")
    return len(wrong) + len(idle)


def drifting(scratch: Path, size: float, authorities: int) -> int:
    """Print every indicator that moves in all authorities although nothing changes: how many."""
    home = Home(scratch / "drifting")
    for number in range(authorities):
        generate(
            f"99{number + 1}",
            NEWEST,
            NEWEST,
            size,
            100 + number,
            "ssd",
            home.landing,
            faults=False,
            dialect="clean",
            rates=lambda _: NOTHING_CHANGES,
        )
    found = drifts(monthly_series(built(home, None, NEWEST).analyst_db))
    for each in found:
        print(
            f"DRIFTS {each.indicator_code}: {each.first:.2f} in the first year, {each.newest:.2f} "
            f"in the newest, {each.errors:.0f} standard errors"
        )
    return len(found)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--authorities", type=int, default=6)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        wrong = compared(Path(scratch), asked.size)
        wrong += drifting(Path(scratch), asked.size / 3, asked.authorities)
    print("nothing wrong" if not wrong else f"{wrong} wrong")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
