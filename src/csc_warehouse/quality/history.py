"""What each published release found, kept in the lake for the months that follow.

Of an authority and month the release that stands is the one whose file has the highest number:
`<number>_<release_id>.parquet`. Numbers are in the names because a copy or a restore keeps those,
and the times of files not always.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb

from csc_warehouse.files import move, sweep, written_aside
from csc_warehouse.places import Home
from csc_warehouse.quality.tables import Candidate, prepare_authorities
from csc_warehouse.sql import literal, statement


def record_history(candidate: Candidate, home: Home) -> None:
    """Keep, in the lake, the issues of this release and how many rows it has.

    One file per authority, month and release, under `lake/_checks/`: append-only, written aside
    and renamed, the same again when repeated. To be called when the release is published: it is
    then the one that stands.
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
    """Where a release's history lies: as the newest of its authority and month."""
    folder = (
        home.lake / "_checks" / kind / f"la_code={la_code}" / f"extract_month={candidate.month}"
    )
    return _as_newest(folder, candidate.release_id)


def _as_newest(folder: Path, release_id: str) -> Path:
    """The name of a release's file in `folder` that makes it the one that stands."""
    others = [path for path in folder.glob("*.parquet") if release_of(path) != release_id]
    number = 1 + max((_number(path) for path in others), default=0)
    return folder / f"{number:06}_{release_id}.parquet"


def release_of(path: Path) -> str:
    """The release that a file of the history is of."""
    return path.stem.rpartition("_")[2]


def _number(path: Path) -> int:
    return int(path.stem.rpartition("_")[0] or 0)


def _order(path: Path) -> tuple[int, int]:
    """Later is greater. Files of before there were numbers come first, by their time."""
    number = _number(path)
    return number, path.stat().st_mtime_ns if number == 0 else 0


def _write_history(
    connection: duckdb.DuckDBPyConnection, path: Path, query: str, values: dict[str, str]
) -> None:
    sweep(path.parent)
    with written_aside(path) as aside:
        connection.execute(f"copy ({query}\n) to {literal(aside)} (format parquet)", values)
    _drop_others(path)


def _drop_others(path: Path) -> None:
    """A release has one file in a folder: the one under its newest number."""
    for other in path.parent.glob("*.parquet"):
        if other != path and release_of(other) == release_of(path):
            other.unlink()


def history_files(
    home: Home, kind: str, la_codes: Collection[str], before_month: str
) -> list[Path]:
    """History of the months before `before_month`: of each authority and month, one file.

    A month that is corrected goes on from the month before, as if it had been right at once.
    """
    found = []
    for folder in sorted((home.lake / "_checks" / kind).glob("la_code=*/extract_month=*")):
        la_code = folder.parts[-2].removeprefix("la_code=")
        files = [*folder.glob("*.parquet")]
        if (
            files
            and la_code in la_codes
            and folder.name.removeprefix("extract_month=") < before_month
        ):
            found.append(max(files, key=_order))
    return found


def base_files(home: Home, kind: str, la_codes: Collection[str], before_month: str) -> list[Path]:
    """Of each authority, the file of the newest month before `before_month`."""
    found = history_files(home, kind, la_codes, before_month)
    return list({path.parts[-3]: path for path in found}.values())


def base_releases(home: Home, la_codes: Collection[str], before_month: str) -> dict[str, str]:
    """By authority, the release whose issues a release of `before_month` goes on from."""
    base = base_files(home, "issue", la_codes, before_month)
    return {path.parts[-3].removeprefix("la_code="): release_of(path) for path in base}


def standing(home: Home, la_codes: Collection[str], before_month: str) -> set[str]:
    """The releases of the months before `before_month` that stand, of any of the authorities."""
    return {release_of(path) for path in history_files(home, "issue", la_codes, before_month)}


def stands_again(home: Home, month: str, release_id: str) -> None:
    """Let the history of an earlier release be the one that counts: it is published again."""
    for path in [*(home.lake / "_checks").glob(f"*/*/extract_month={month}/*.parquet")]:
        if release_of(path) == release_id:
            move(path, _as_newest(path.parent, release_id))
