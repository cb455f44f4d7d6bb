"""What could not be read of a load: `rows.csv` for rows, `files.csv` and copies for whole files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import TextIO

from csc_warehouse.files import aside_of, private_directory, put_in_place
from csc_warehouse.intake.adapters.tabular import Reject
from csc_warehouse.intake.dropped import DroppedFile
from csc_warehouse.places import Home

ROW_COLUMNS = ("file", "sheet", "row_number", "reason", "what_to_do", "raw")
FILE_COLUMNS = ("file", "reason", "what_to_do")


class Quarantine:
    """`quarantine/<load_id>/` of one load, written aside and renamed into place at its end.

    Threads may share it, as long as each file's rows come from one of them.
    """

    def __init__(self, home: Home, load_id: str) -> None:
        self._final = home.quarantine / load_id
        self._aside = aside_of(self._final)
        self._lock = Lock()
        self._rows: dict[tuple[str, str], TextIO] = {}
        self._files: dict[str, tuple[str, str, str]] = {}

    def add_rows(self, file: str, sheet: str, rejects: Iterable[Reject]) -> None:
        """Keep rows as they stand in the file, with where they stood and what to do."""
        rows = [
            (file, sheet, item.row_number, item.reason, item.what_to_do, item.raw)
            for item in rejects
        ]
        if rows:
            csv.writer(self._rows_of(file, sheet)).writerows(rows)

    def forget_rows(self, sheets: Iterable[tuple[str, str]]) -> None:
        """Keep no rows of these files and sheets: they are read again."""
        with self._lock:
            for kept in (self._rows[sheet] for sheet in sheets if sheet in self._rows):
                kept.seek(0)
                kept.truncate()

    def add_file(self, file: DroppedFile, reason: str, what_to_do: str) -> None:
        """Keep a copy of a whole file that can't be read; of one beyond the size limit its name."""
        with self._lock:
            folder = private_directory(self._aside if file.is_too_large else self._aside / "files")
            copy = folder / file.path.name
            if not file.is_too_large and not copy.exists():
                shutil.copyfile(file.path, copy)
            self._files.setdefault(file.name, (file.name, reason, what_to_do))

    def publish(self) -> None:
        """Put the quarantine in place of an earlier one of the same load; nothing if empty."""
        if self._rows:
            self._join_rows()
        if self._files:
            _write_csv(self._aside / "files.csv", FILE_COLUMNS, sorted(self._files.values()))
        if self._final.exists():
            shutil.rmtree(self._final)
        if self._aside.exists():
            put_in_place(self._aside, self._final)

    def discard(self) -> None:
        """Remove what was written aside and not published."""
        for file in self._rows.values():
            file.close()
        shutil.rmtree(self._aside, ignore_errors=True)

    def _rows_of(self, file: str, sheet: str) -> TextIO:
        with self._lock:
            if (file, sheet) not in self._rows:
                path = private_directory(self._aside) / f".rows.{len(self._rows)}"
                self._rows[file, sheet] = path.open("w+", encoding="utf-8", newline="")
            return self._rows[file, sheet]

    def _join_rows(self) -> None:
        """One `rows.csv` in the order of the files' names."""
        path = self._aside / "rows.csv"
        _write_csv(path, ROW_COLUMNS, ())
        with path.open("a", encoding="utf-8", newline="") as joined:
            for _, part in sorted(self._rows.items(), key=lambda item: item[0]):
                part.seek(0)
                shutil.copyfileobj(part, joined)
                part.close()
                Path(part.name).unlink()


def _write_csv(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
