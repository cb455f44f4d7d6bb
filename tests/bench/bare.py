"""The bare script on one extract, in this process: only DuckDB; prints JSON.

python tests/bench/bare.py HOME LA_CODE MONTH LOAD_ID DATABASE
"""

from __future__ import annotations

import csv
import hmac
import json
import sys
from calendar import monthrange
from datetime import date
from pathlib import Path

import duckdb
from stages import measured

SCRIPT = Path(__file__).with_name("bare.sql")
SEEDS = Path(__file__).parents[2] / "seeds"
HISTORY_MONTHS = 72
"""Months of history in an extract (seeds/sources/source_history.csv)."""
BLOCK_BYTES = 64
"""The block of SHA-256, to which HMAC pads its key (RFC 2104)."""


def unwritten() -> dict[str, list[str]]:
    """What the release has and the script does not write: indicators by code, and breakdowns.

    The script writes an indicator whose code it names, and a breakdown whose totals it makes. A new
    one is told, and not compared, until somebody writes it here too.
    """
    script = SCRIPT.read_text(encoding="utf-8")
    return {
        "indicators": [
            code
            for code in sorted(
                {row["indicator_code"] for row in _seed("indicator") if _is_read(row)}
            )
            if f"'{code}'" not in script
        ],
        "breakdowns": [
            row["breakdown"]
            for row in _seed("breakdown")
            if f"total_by('{row['breakdown']}'," not in script
        ],
    }


def _is_read(row: dict[str, str]) -> bool:
    """Whether an indicator of the register can be counted from the extract alone."""
    return bool(row["needs_ssd"]) and not row["needs_local"]


def _seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed of the indicators."""
    with (SEEDS / "indicators" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def variables(home: Path, la_code: str, month: str, load_id: str) -> dict[str, object]:
    """What the script needs to know of the run."""
    year, number = (int(part) for part in month.split("-"))
    first = year * 12 + number - HISTORY_MONTHS
    secret = (home / "keys" / "identity.key").read_bytes()
    of_records = hmac.digest(secret, b"csc-warehouse key of records", "sha256")
    return {
        "extract": f"{home / 'landing' / la_code / month / 'ssd'}/",
        "seeds": f"{SEEDS}/",
        "la_code": la_code,
        "load_id": load_id,
        "as_at_date": date(year, number, monthrange(year, number)[1]),
        "history_start_date": date(first // 12, first % 12 + 1, 1),
        "localities": [
            {"start": row["postcode"], "locality_code": row["locality_code"]}
            for row in _decided(home, la_code, "localities")
        ],
        "cp_visit_working_days": next(
            (int(row["working_days"]) for row in _decided(home, la_code, "cp_visits")), None
        ),
        "inner_pad": _padded(secret, 0x36),
        "outer_pad": _padded(secret, 0x5C),
        "record_inner_pad": _padded(of_records, 0x36),
        "record_outer_pad": _padded(of_records, 0x5C),
    }


def _decided(home: Path, la_code: str, name: str) -> list[dict[str, str]]:
    """The rows of a file of the council's, written plainly: each holds at every day."""
    path = home / "council" / la_code / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _padded(key: bytes, pad: int) -> bytes:
    """A key as HMAC puts it before its message (RFC 2104)."""
    return bytes(byte ^ pad for byte in key.ljust(BLOCK_BYTES, b"\0"))


def main() -> None:
    """Run the script into a new database file; the line printed is the JSON."""
    home, la_code, month, load_id, database = sys.argv[1:6]
    given = variables(Path(home), la_code, month, load_id)

    def run() -> None:
        with duckdb.connect(database, config={"threads": 2, "memory_limit": "3GB"}) as connection:
            for name, value in given.items():
                connection.execute(f"set variable {name} = ?", [value])
            connection.execute(SCRIPT.read_text(encoding="utf-8"))
            connection.execute("checkpoint")

    _, used = measured(run)
    print(json.dumps(used))


if __name__ == "__main__":
    main()
