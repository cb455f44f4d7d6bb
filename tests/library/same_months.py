"""What extracts of several dates say of the same months of one fictional authority.

Each extract is landed as an authority of its own, all of one population, so that one release has
them side by side. Where nothing is entered late and nothing looks back further than an extract
reaches, they say the same; what else there is stands in `same_months.csv`, with the reason.
"""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil, inf
from pathlib import Path
from statistics import mean, stdev

import duckdb

from csc_fictional import generate
from csc_warehouse.intake.landing import land
from csc_warehouse.places import Home

EXPLAINED = Path(__file__).with_name("same_months.csv")
#: Whose children they are, whatever the code under which they are landed.
CHILDREN_OF = "991"
#: After so many months what happened in one is entered: what an older extract says of its newest
#: months is not held against a newer one.
LATE_MONTHS = 6
#: Of how many months the first and the newest figures are held against each other.
YEAR = 12
#: By how many standard errors, and by what share of its level, an indicator drifts.
ERRORS, SHARE = 7, 0.1


@dataclass(frozen=True)
class Difference:
    """A figure that an older and the newer extract do not have alike.

    `records` is by how many its numerator or denominator differs (None: it is there but once), of
    `of_records`.
    """

    indicator_code: str
    period_type: str
    period_end: date
    records: int | None
    of_records: int
    said: str

    def is_at_most(self, share_pct: float) -> bool:
        """Whether so large a share of the records, or one record, explains it."""
        if self.records is None or share_pct == inf:
            return share_pct == inf
        return self.records <= ceil(self.of_records * share_pct / 100)


def explained() -> dict[str, float]:
    """The rows of `same_months.csv`: by how many percent an indicator may differ (blank: any)."""
    with EXPLAINED.open(encoding="utf-8", newline="") as file:
        return {
            row["indicator_code"]: float(row["at_most_pct"] or "inf")
            for row in csv.DictReader(file)
        }


def deliver(home: Home, months: Mapping[str, str], size: float, scratch: Path) -> None:
    """Land the extract of each month under its own code; the newest month's is landed last."""
    for la_code, month in sorted(months.items(), key=lambda each: each[1]):
        generate(CHILDREN_OF, month, month, size, 7, "ssd", scratch, faults=False, dialect="clean")
        made = scratch / CHILDREN_OF / month
        (made / "ledger.csv").unlink()
        shutil.move(made, home.landing / la_code / month)
        for source in ("ssd", "local"):
            land(home, la_code, month, source, settle_seconds=0)


def differences(analyst_db: Path, older: str, newer: str) -> list[Difference]:
    """Each figure of the months that both extracts cover that they do not have alike.

    One that the newer has not, because a declared look-back goes further than it reaches, is none.
    """
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            """
            with figures as (
                select * from indicators.rpt_indicator where breakdown = 'all'
            ),

            older as (select * from figures where la_code = $older),

            newer as (select * from figures where la_code = $newer),

            covered as (
                select history_start_date from marts.dim_authority where la_code = $newer
            )

            select
                indicator_code, period_type, period_end_date,
                greatest(
                    abs(coalesce(older.numerator, 0) - coalesce(newer.numerator, 0)),
                    abs(coalesce(older.denominator, 0) - coalesce(newer.denominator, 0))
                ) as records,
                greatest(coalesce(older.numerator, 0), coalesce(older.denominator, 0)),
                concat_ws(
                    ' ', older.numerator, 'of', older.denominator, '=', older.value, 'and then',
                    newer.numerator, 'of', newer.denominator, '=', newer.value,
                    newer.unavailable_reason
                )
            from older
            left join newer
                using (indicator_code, period_type, period_start_date, period_end_date)
            where
                period_start_date >= (select history_start_date from covered)
                and period_end_date <= last_day(older.as_at_date - to_months($late_months))
                and not (
                    older.availability = 'available'
                    and newer.availability = 'not_delivered'
                    and newer.unavailable_reason like '%do not reach far enough%'
                )
                and (
                    newer.la_code is null
                    or older.availability <> newer.availability
                    or older.numerator is distinct from newer.numerator
                    or older.denominator is distinct from newer.denominator
                    or abs(coalesce(older.value, 0) - coalesce(newer.value, 0)) > 1e-9
                )
            order by all
            """,
            {"older": older, "newer": newer, "late_months": LATE_MONTHS},
        ).fetchall()
    return [Difference(*row) for row in rows]


def unexplained(found: Iterable[Difference]) -> list[Difference]:
    """Those that no row of the list explains."""
    rows = explained()
    return [each for each in found if not each.is_at_most(rows.get(each.indicator_code, 0))]


@dataclass(frozen=True)
class Drift:
    """An indicator that rises or falls in all authorities, though nothing changes."""

    indicator_code: str
    first: float
    newest: float
    errors: float


def drifts(series: Mapping[str, Mapping[str, list[float]]]) -> list[Drift]:
    """Indicators whose newest year is another than their first, by more than authorities vary.

    `series` has, by indicator and authority, the values of its months in order.
    """
    found = []
    for code, by_authority in series.items():
        firsts, moves = [], []
        for values in by_authority.values():
            if len(values) >= 3 * YEAR:
                firsts.append(mean(values[:YEAR]))
                moves.append(mean(values[-YEAR:]) - firsts[-1])
        if len(moves) < 3:
            continue
        error = stdev(moves) / len(moves) ** 0.5
        first, move = mean(firsts), mean(moves)
        level = max(abs(first), abs(first + move))
        if abs(move) > ERRORS * error and abs(move) > SHARE * level:
            found.append(Drift(code, first, first + move, abs(move) / error if error else ERRORS))
    return found


def monthly_series(analyst_db: Path) -> dict[str, dict[str, list[float]]]:
    """By indicator and authority, the value at each month end, or of the 12 months up to it."""
    with duckdb.connect(str(analyst_db), read_only=True) as connection:
        rows = connection.execute(
            """
            select indicator_code, la_code, list(value order by period_end_date)
            from indicators.rpt_indicator
            where
                breakdown = 'all' and availability = 'available' and value is not null
                and period_type in ('month_end', 'rolling_12_months', 'rolling_4_weeks')
                and (
                    period_type <> 'rolling_4_weeks'
                    or indicator_code not in (
                        select indicator_code from indicators.rpt_indicator
                        where period_type = 'rolling_12_months'
                    )
                )
            group by all
            """
        ).fetchall()
    found: dict[str, dict[str, list[float]]] = defaultdict(dict)
    for code, la_code, values in rows:
        found[code][la_code] = values
    return dict(found)
