"""What each published release found, kept in the lake for the months that follow."""

from __future__ import annotations

from pathlib import Path

import duckdb

from csc_warehouse.files import written_aside
from csc_warehouse.quality.tables import Candidate, prepare_authorities
from csc_warehouse.settings import Home
from csc_warehouse.sql import literal, statement


def record_history(candidate: Candidate, home: Home) -> None:
    """Keep, in the lake, the issues of this release and how many rows it has.

    One file per authority, month and release, under `lake/_checks/`: append-only, written aside
    and renamed, the same again when repeated. To be called when the release is published.
    """
    with candidate.connection() as connection:
        la_codes = prepare_authorities(connection, candidate)
        marts = mart_names(connection)
        for la_code in la_codes:
            for kind in ("issue", "issue_month"):
                _write_history(
                    connection,
                    _history_path(home, kind, la_code, candidate),
                    f"select * from analyst.dq.{kind} where la_code = $la_code order by all",
                    {"la_code": la_code},
                )
            if marts:
                _write_history(
                    connection,
                    _history_path(home, "volume", la_code, candidate),
                    statement(__package__, "volume", tables=marts),
                    {"la_code": la_code, "month": candidate.month},
                )


def mart_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """The marts that have rows of an authority."""
    return [row[0] for row in connection.execute(statement(__package__, "mart")).fetchall()]


def _history_path(home: Home, kind: str, la_code: str, candidate: Candidate) -> Path:
    return (
        home.lake
        / "_checks"
        / kind
        / f"la_code={la_code}"
        / f"extract_month={candidate.month}"
        / f"{candidate.release_id}.parquet"
    )


def _write_history(
    connection: duckdb.DuckDBPyConnection, path: Path, query: str, values: dict[str, str]
) -> None:
    with written_aside(path) as aside:
        connection.execute(f"copy ({query}\n) to {literal(aside)} (format parquet)", values)


def history_files(home: Home, kind: str, candidate: Candidate) -> list[Path]:
    """History of the months before the candidate's: of each authority and month, one file.

    It is that of the release that stands, the last one of the month that was published. A month
    that is corrected goes on from the month before, as if it had been right at once.
    """
    authorities = {load.la_code for load in candidate.loads}
    standing: dict[tuple[str, str], Path] = {}
    for path in (home.lake / "_checks" / kind).glob("la_code=*/extract_month=*/*.parquet"):
        la_code = path.parts[-3].removeprefix("la_code=")
        month = path.parts[-2].removeprefix("extract_month=")
        if la_code in authorities and month < candidate.month:
            other = standing.get((la_code, month), path)
            standing[la_code, month] = max(path, other, key=lambda each: each.stat().st_mtime_ns)
    return [path for _, path in sorted(standing.items())]


def base_files(home: Home, kind: str, candidate: Candidate) -> list[Path]:
    """Of each authority, the file of the newest month before the candidate's."""
    newest = {path.parts[-3]: path for path in history_files(home, kind, candidate)}
    return list(newest.values())


def stands_again(home: Home, month: str, release_id: str) -> None:
    """Let the history of an earlier release be the one that counts: it is published again."""
    for path in (home.lake / "_checks").glob(f"*/*/extract_month={month}/{release_id}.parquet"):
        path.touch()
