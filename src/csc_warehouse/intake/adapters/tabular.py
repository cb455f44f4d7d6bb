"""Reading CSV, Parquet and workbook files as text, without losing a row.

A file is one or more sheets; a sheet gives batches: an Arrow table of the wanted columns, the
number of each row in the file, and the rows that could not be read, as they stand in the file.
The CSV reader proves that it read every line: a chunk is accepted only when each physical line
gave exactly one row or one reject. A chunk where that fails (line breaks inside quoted values,
stray quotation marks) is taken apart line by line first.
"""

from __future__ import annotations

import codecs
import csv
import itertools
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from csc_warehouse.errors import WrongUse

MEBIBYTE = 1 << 20
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".xlsb")
CSV_SUFFIXES = (".csv", ".txt", ".tsv", ".psv")
PARQUET_SUFFIXES = (".parquet", ".pq")
#: What `content_of` tells.
WORKBOOK, PARQUET, ARCHIVE, WEB_PAGE = "workbook", "parquet", "archive", "web page"
#: How an old workbook (xls) begins, and one with a password.
OLE = b"\xd0\xcf\x11\xe0"
DELIMITERS = (",", ";", "\t", "|")
NULL_TOKENS = ("", "NULL", "null", "Null", "\\N")
# Bytes that Windows-1252 leaves undefined: a line with one of them is no text in either encoding.
UNDEFINED_BYTES = re.compile(b"[\x81\x8d\x8f\x90\x9d]")
# Stands in for a line break inside a quoted value while a chunk is parsed.
LINE_BREAK_STAND_IN = b"\x1e"
# So far a chunk reaches beyond its size to find the end of a quoted value.
QUOTED_BYTES = 4 * MEBIBYTE


@dataclass(frozen=True)
class Limits:
    """What landing refuses to swallow. Sizes are bytes after decompression.

    `memory_bytes` and `seconds` are what the process of one file may use (see `reader`); `rejects`
    are rows put aside from which on none of the others can be trusted.
    """

    file_bytes: int = 1 << 30
    memory_bytes: int = 960 * MEBIBYTE
    seconds: int = 600
    workbook_bytes: int = 1 << 30
    cells: int = 200_000_000
    rows: int = 50_000_000
    rejects: int = 250_000
    columns: int = 500
    record_bytes: int = 1 * MEBIBYTE
    chunk_bytes: int = 16 * MEBIBYTE

    @classmethod
    def from_environment(cls) -> Limits:
        """The limits that are settings: CSC_FILE_MB, CSC_FILE_MEMORY_MB and CSC_FILE_SECONDS.

        Raises `WrongUse` where one is no whole number above 0.
        """
        return cls(
            file_bytes=_setting("CSC_FILE_MB", cls.file_bytes // MEBIBYTE) * MEBIBYTE,
            memory_bytes=_setting("CSC_FILE_MEMORY_MB", cls.memory_bytes // MEBIBYTE) * MEBIBYTE,
            seconds=_setting("CSC_FILE_SECONDS", cls.seconds),
        )


def _setting(name: str, otherwise: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return otherwise
    if not re.fullmatch(r"[1-9][0-9]{0,8}", text):
        raise WrongUse(f"{name} must be a whole number above 0, not {text!r}. Correct or unset it.")
    return int(text)


class Unreadable(Exception):
    """A file or sheet that can't be read: why, and what to do. No value of the file is in it."""

    def __init__(self, reason: str, what_to_do: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.what_to_do = what_to_do


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read, as it stands in the file."""

    row_number: int
    reason: str
    what_to_do: str
    raw: str = field(repr=False)


@dataclass(frozen=True)
class Batch:
    """Rows that were read (text columns), their numbers in the file, and the rejected ones."""

    table: pa.Table
    row_numbers: npt.NDArray[np.int64]
    rejects: tuple[Reject, ...]


class Sheet(Protocol):
    """One table of a file: `label` is the file name, or file#sheet; `title` names the table.

    `left_out` says why nobody needs it (a cover sheet): then it is neither read nor missed.
    """

    label: str
    title: str
    headers: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    left_out: str | None

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches of the columns at `positions`, named by its keys. Every row is in one of them."""
        ...


UNCLOSED = "a quotation mark is opened and not closed"
FIX_QUOTES = "Export the file again with quotation marks doubled inside quoted values."
FIX_FIELDS = "Export the row again: a delimiter or line break inside a value must be quoted."
FIX_ENCODING = "Export the file again as UTF-8."
FIX_EMPTY = "Nothing to correct, unless the row should hold a record."
DAMAGED_WORKBOOK = (
    "it is not a readable workbook (damaged, or it needs a password)",
    "Save it again as xlsx without a password, or export its sheets as CSV.",
)
DAMAGED_PARQUET = ("it is not a readable Parquet file", "Export it again.")
FIX_LENGTH_OF_LINE = "Export it again as CSV, one record on each line."
FIX_LENGTH = "Look for a quotation mark or line break that is missing near this row."


EMPTY = ("it is empty", "Export it again, at least with its header row.")

IsHeader = Callable[[Sequence[str]], bool]
"""Whether cells are the header of a table that the source knows."""

TITLE_ROWS = 25
"""A header stands in one of the first rows; a title, a date or a note may lie above it."""


def open_sheets(
    path: Path, name: str, limits: Limits, is_header: IsHeader | None = None
) -> Iterator[Sheet]:
    """The tables in a CSV, Parquet or workbook file, told by its content and then by its suffix.

    Where `is_header` knows one of the first rows, what stands above it is a title; else the first
    row with a value is the header. Raises `Unreadable`: not such a file, damaged, empty, or beyond
    `limits`.
    """
    suffix = path.suffix.lower()
    content = content_of(path)
    refuse_what_holds_nothing(path, content)
    if content == WORKBOOK:
        yield from workbook_sheets(path, name, limits, is_header)
    elif content == PARQUET:
        yield ParquetSheet(path, name, limits)
    elif suffix in CSV_SUFFIXES:
        yield CsvSheet(path, name, limits, is_header)
    elif suffix in WORKBOOK_SUFFIXES:
        yield _text_called_workbook(path, name, limits, is_header)
    elif suffix in PARQUET_SUFFIXES:
        raise Unreadable(*DAMAGED_PARQUET)
    else:
        raise Unreadable(
            "it is not a CSV, Parquet or xlsx file",
            "Export it as CSV, or remove it from the landing folder.",
        )


def refuse_what_holds_nothing(path: Path, content: str | None) -> None:
    """Raise `Unreadable` for what no source delivers under any name; `content` is its content."""
    if not path.stat().st_size:
        raise Unreadable(*EMPTY)
    if content == ARCHIVE:
        raise Unreadable(
            "it is a zip archive", "Unpack it and put its files into the landing folder."
        )
    if content == WEB_PAGE:
        raise Unreadable(
            "it is a web page, whatever its name says", "Export it again as CSV, xlsx or XML."
        )


def content_of(path: Path) -> str | None:
    """What a file is by its first bytes, whatever it is called; None for text and all else."""
    with path.open("rb") as file:
        start = file.read(1024)
    if start.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(path) as archive:
                names = [name.lower() for name in archive.namelist()]
        except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError):
            return WORKBOOK if path.suffix.lower() in WORKBOOK_SUFFIXES else ARCHIVE
        is_workbook = any(name.startswith("xl/") or name == "[content_types].xml" for name in names)
        return WORKBOOK if is_workbook else ARCHIVE
    if start.startswith(OLE):
        return WORKBOOK
    if start.startswith(b"PAR1"):
        return PARQUET
    is_page = re.match(rb"[\s\xef\xbb\xbf]*<(!doctype html|html|table|meta|style)", start, re.I)
    return WEB_PAGE if is_page else None


def _text_called_workbook(
    path: Path, name: str, limits: Limits, is_header: IsHeader | None
) -> Sheet:
    """A CSV file that somebody called xlsx; `Unreadable` where it is not even that."""
    try:
        sheet = CsvSheet(path, name, limits, is_header)
    except Unreadable:
        raise Unreadable(*DAMAGED_WORKBOOK) from None
    if is_header is None or not is_header(sheet.headers):
        raise Unreadable(*DAMAGED_WORKBOOK)
    return sheet


def column_count_limit(headers: Sequence[str], limits: Limits) -> None:
    """Raise `Unreadable` where a header row is too wide to be one."""
    if len(headers) > limits.columns:
        raise Unreadable(
            f"it has {len(headers)} columns, more than the limit of {limits.columns}",
            "Check that the file is the table it should be.",
        )


# --- CSV ------------------------------------------------------------------------------------------


class CsvSheet:
    """A delimited text file: UTF-8, UTF-16 with a mark, or Windows-1252."""

    left_out: str | None = None

    def __init__(
        self, path: Path, name: str, limits: Limits, is_header: IsHeader | None = None
    ) -> None:
        self.label = name
        self.title = Path(name).stem
        self._path = path
        self._limits = limits
        with path.open("rb") as file:
            start = file.read(MEBIBYTE)
        if not start.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
            raise Unreadable(*EMPTY)
        text, self._wide = _start_text(start)
        self.encoding: str | None = None
        delimiter, self.headers, self._header_line = _header(text, is_header)
        self.delimiter: str | None = delimiter
        column_count_limit(self.headers, limits)

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches of about `limits.chunk_bytes` of the file each."""
        self.encoding, line_ends = self._surveyed()
        assert self.delimiter is not None
        parser = _ChunkParser(len(self.headers), self.delimiter, positions, self._limits)
        blocks = _without_lines(_plain_line_ends(self._blocks(), line_ends), self._header_line)
        row_number = self._header_line + 1
        first = True
        for chunk in _chunks(blocks, self._limits):
            batch, rows = parser.parse(chunk, row_number, self.encoding)
            if first:
                batch = _without_rule_line(batch)
                first = False
            yield batch
            row_number += rows

    def _blocks(self) -> Iterator[bytes]:
        """The file in UTF-8 or Windows-1252, a piece at a time, no mark in front."""
        with self._path.open("rb") as file:
            if self._wide:
                decoder = codecs.getincrementaldecoder("utf-16")()
                try:
                    while block := file.read(MEBIBYTE):
                        yield decoder.decode(block).encode()
                    yield decoder.decode(b"", final=True).encode()
                except UnicodeError:
                    raise Unreadable("it is damaged UTF-16 text", FIX_ENCODING) from None
                return
            block = file.read(MEBIBYTE).removeprefix(codecs.BOM_UTF8)
            while block:
                yield block
                block = file.read(MEBIBYTE)

    def _surveyed(self) -> tuple[str, bytes | None]:
        """The encoding, and what a lone carriage return is to become (None where there is none)."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        is_utf8 = True
        returns = pairs = line_feeds = 0
        last = b""
        for block in self._blocks():
            if b"\x00" in block:
                raise Unreadable("it is not a text file (it holds zero bytes)", FIX_ENCODING)
            is_utf8 = is_utf8 and _decodes(decoder, block)
            returns += block.count(b"\r")
            pairs += block.count(b"\r\n") + (last == b"\r" and block[:1] == b"\n")
            line_feeds += block.count(b"\n")
            last = block[-1:]
        is_utf8 = is_utf8 and _decodes(decoder, b"", final=True)
        # A lone carriage return ends a line only where the file knows no other line end.
        lone = (b" " if line_feeds else b"\n") if returns != pairs else None
        if self._wide:
            return "utf-16", lone
        if not is_utf8:
            return "cp1252", lone
        with self._path.open("rb") as file:
            has_mark = file.read(3) == codecs.BOM_UTF8
        return "utf-8-sig" if has_mark else "utf-8", lone


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _plain_line_ends(blocks: Iterator[bytes], lone: bytes | None) -> Iterator[bytes]:
    """The blocks with `lone` for each carriage return that no line feed follows, unless None."""
    if lone is None:
        yield from blocks
        return
    held = b""
    for block in itertools.chain(blocks, [b""]):
        text = held + block
        held = b"\r" if block and text.endswith(b"\r") else b""
        yield re.sub(rb"\r(?!\n)", lone, text.removesuffix(held) if held else text)


def _without_lines(blocks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """The blocks from behind the first `lines` lines on."""
    for block in blocks:
        start = 0
        while lines and (end := block.find(b"\n", start) + 1):
            start = end
            lines -= 1
        if not lines:
            yield block[start:]


def _chunks(blocks: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Whole lines, about `limits.chunk_bytes` together, that leave no quoted value open.

    Raises `Unreadable` where a line has no end for longer than a chunk and the longest record.
    """
    enough = limits.chunk_bytes + QUOTED_BYTES + limits.record_bytes
    held: list[bytes] = []
    for block in blocks:
        held.append(block)
        if sum(map(len, held)) < enough:
            continue
        data = b"".join(held)
        end = _chunk_end(data, limits.chunk_bytes, is_all=False)
        if not end:
            reason = f"it has a line that is longer than {len(data)} bytes"
            raise Unreadable(reason, FIX_LENGTH_OF_LINE)
        yield data[:end]
        held = [data[end:]]
    data = b"".join(held)
    while data:
        end = _chunk_end(data, limits.chunk_bytes, is_all=True) or len(data)
        yield data[:end]
        data = data[end:]


def _start_text(start: bytes) -> tuple[str, bool]:
    """The first part of a file as text, and whether it is UTF-16."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[: len(start) // 2 * 2].decode("utf-16", errors="replace"), True
    if start.startswith(b"\xef\xbb\xbf"):
        start = start[3:]
    try:
        return start.decode("utf-8"), False
    except UnicodeDecodeError:
        return start.decode("cp1252", errors="replace"), False


def _header(text: str, is_header: IsHeader | None) -> tuple[str, tuple[str, ...], int]:
    """Delimiter, header cells and the number of the line that holds them (the first is 1)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    number = next((index for index, line in enumerate(lines) if line.strip()), None)
    if number is None:
        raise Unreadable(*EMPTY)
    hint = re.fullmatch(r"\s*sep=(.)\s*", lines[number], flags=re.IGNORECASE)
    if hint:
        number += 1
    delimiter, cells = _cells(lines[number] if number < len(lines) else "")
    if is_header is not None and not (cells and is_header(cells)):
        for later, line in enumerate(lines[number + 1 : number + TITLE_ROWS], number + 1):
            other, found = _cells(line)
            if found and is_header(found):
                return other, tuple(found), later + 1
    if cells is None:
        raise Unreadable("its header row can't be read", "Export it again.")
    return delimiter, tuple(cells), number + 1


def _cells(line: str) -> tuple[str, list[str] | None]:
    """The delimiter that a line has most of, and its cells; None where they can't be told."""
    delimiter = max(DELIMITERS, key=line.count)
    try:
        return delimiter, next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return delimiter, None


def _chunk_end(data: bytes, size: int, *, is_all: bool) -> int:
    """A line end about `size` bytes behind the start where no quoted value is open; 0 for none.

    The end of `data` is the end of a line only where it is the end of the file.
    """
    if len(data) <= size:
        return len(data)
    end = data.rfind(b"\n", 0, size) + 1 or data.find(b"\n", size) + 1
    quotes = data.count(b'"', 0, end)
    extended = end
    while quotes % 2 and extended < len(data) and extended - end < QUOTED_BYTES:
        following = data.find(b"\n", extended) + 1 or (len(data) if is_all else 0)
        if not following:
            break
        quotes += data.count(b'"', extended, following)
        extended = following
    return extended if quotes % 2 == 0 else end


class _ChunkParser:
    """Parses chunks of whole lines of one CSV file."""

    def __init__(
        self, width: int, delimiter: str, positions: Mapping[str, int], limits: Limits
    ) -> None:
        self._width = width
        self._delimiter = delimiter
        self._positions = dict(positions)
        self._limits = limits
        self._rejects = 0

    def parse(self, chunk: bytes, row_number: int, encoding: str) -> tuple[Batch, int]:
        """The rows of `chunk`, whose first row has `row_number`; and how many rows it has."""
        if not chunk.endswith(b"\n"):
            chunk += b"\n"
        lines = chunk.count(b"\n")
        if encoding != "cp1252" or chunk.isascii():
            parsed = self._parse_lines(chunk)
            proven = parsed is not None and parsed[1] == lines and self._closed(chunk)
            if parsed is not None and proven and self._short_lines(chunk):
                batch = self._batch(*parsed, row_number)
                return _without_empty_rows(batch, chunk, row_number), lines
        return self._parse_careful(chunk, row_number, encoding)

    def _closed(self, chunk: bytes) -> bool:
        """Whether the last line leaves no quoted value open, which would hold its line end."""
        return not left_open(chunk[chunk.rfind(b"\n", 0, -1) + 1 : -1], self._delimiter)

    def _short_lines(self, chunk: bytes) -> bool:
        """Whether no line is longer than a record may be: each jump of that length ends in one."""
        start = 0
        while len(chunk) - start > self._limits.record_bytes:
            end = chunk.rfind(b"\n", start, start + self._limits.record_bytes) + 1
            if end <= start:
                return False
            start = end
        return True

    def _parse_lines(self, text: bytes) -> tuple[pa.Table, int, list[tuple[int, int, str]]] | None:
        """Table, number of rows (blank and ragged ones too), and the (index, width, text) of those.

        None where the parser gives up.
        """
        names = [str(index) for index in range(self._width)]
        wanted = {str(position): name for name, position in self._positions.items()}
        invalid: list[tuple[int, int, str]] = []

        ragged = 0

        def keep_invalid(row: pa_csv.InvalidRow) -> str:
            nonlocal ragged
            ragged += bool(row.text.strip("\r\n"))
            invalid.append((row.number - 1, row.actual_columns, row.text))
            return "skip" if self._rejects + ragged <= self._limits.rejects else "error"

        try:
            table = pa_csv.read_csv(
                pa.BufferReader(text),
                read_options=pa_csv.ReadOptions(
                    column_names=names, use_threads=False, block_size=len(text) + 1
                ),
                parse_options=pa_csv.ParseOptions(
                    delimiter=self._delimiter,
                    newlines_in_values=True,
                    ignore_empty_lines=False,
                    invalid_row_handler=keep_invalid,
                ),
                convert_options=pa_csv.ConvertOptions(
                    column_types={name: pa.string() for name in names},
                    include_columns=list(wanted) or names[:1],
                    null_values=list(NULL_TOKENS),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                ),
            )
        except (pa.ArrowInvalid, UnicodeDecodeError):
            if self._rejects + ragged > self._limits.rejects:
                raise _too_many_rejects(self._limits) from None
            return None
        rows = table.num_rows + len(invalid)
        table = table.rename_columns([wanted.get(name, name) for name in table.column_names])
        return table.select(list(self._positions)), rows, invalid

    def _batch(
        self,
        table: pa.Table,
        rows: int,
        invalid: Sequence[tuple[int, int, str]],
        first_row: int,
    ) -> Batch:
        """Rows with their numbers; ragged ones as rejects."""
        kept = np.ones(rows, dtype=bool)
        kept[[index for index, _, _ in invalid]] = False
        rejects = [
            self._ragged(first_row + index, width, text)
            for index, width, text in invalid
            if text.strip("\r\n")
        ]
        self._rejects += len(rejects)
        return Batch(table, np.flatnonzero(kept) + first_row, tuple(rejects))

    def _ragged(self, row_number: int, width: int, raw: str) -> Reject:
        return Reject(
            row_number,
            f"{width} fields where the header has {self._width}",
            FIX_FIELDS,
            raw.rstrip("\r\n"),
        )

    def _parse_careful(self, chunk: bytes, row_number: int, encoding: str) -> tuple[Batch, int]:
        """Parse a chunk with line breaks inside values, stray quotes, odd bytes or long lines."""
        records = _Records(chunk, self._width, self._delimiter, encoding, self._limits)
        parsed = self._parse_lines(records.text())
        if parsed is None or parsed[1] != records.sound:
            records.check_every_quoted_line()
            parsed = self._parse_lines(records.text())
        if parsed is None or parsed[1] != records.sound:
            records.reject_all()
            parsed = self._parse_lines(b"")
        table, _, invalid = parsed or (self._no_rows(), 0, [])
        self._rejects += len(records.damaged)
        if records.joined:
            table = _restored_line_breaks(table)
        numbers = records.sound_rows + row_number
        bad = {index for index, _, _ in invalid}
        rejects = [
            Reject(row_number + row, reason, fix, raw) for row, reason, fix, raw in records.damaged
        ]
        rejects += [
            self._ragged(int(numbers[index]), width, text.replace("\x1e", "\n"))
            for index, width, text in invalid
            if text.strip("\r\n")
        ]
        kept = np.array([index not in bad for index in range(len(numbers))], dtype=bool)
        rejects.sort(key=lambda reject: reject.row_number)
        batch = Batch(table, numbers[kept], tuple(rejects))
        return _without_empty_rows(batch, records.all_text, row_number), records.rows

    def _no_rows(self) -> pa.Table:
        return pa.table({name: pa.array([], pa.string()) for name in self._positions})


class _Records:
    """The rows of a chunk, each one or more lines; damaged ones are put aside with a reason.

    Rows are counted from 0 in the order of the file, damaged and blank ones included.
    """

    def __init__(
        self, chunk: bytes, width: int, delimiter: str, encoding: str, limits: Limits
    ) -> None:
        self._width = width
        self._delimiter = delimiter
        self._encoding = encoding
        self._limits = limits
        lines = chunk.split(b"\n")
        lines.pop()
        self._records: list[bytes | None] = []
        self.all_text = b""
        self.damaged: list[tuple[int, str, str, str]] = []
        self.joined = False
        self._collect(lines)

    @property
    def rows(self) -> int:
        return len(self._records)

    @property
    def sound(self) -> int:
        return sum(1 for record in self._records if record is not None)

    @property
    def sound_rows(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero([record is not None for record in self._records])

    def text(self) -> bytes:
        """The sound rows, one line each, in UTF-8."""
        sound = b"\n".join(record for record in self._records if record is not None) + b"\n"
        if not self.sound:
            return b""
        return sound if self._encoding != "cp1252" else sound.decode("cp1252").encode("utf-8")

    def check_every_quoted_line(self) -> None:
        """Put aside each row that leaves a quoted value open."""
        for row, record in enumerate(self._records):
            if record and left_open(record, self._delimiter):
                self._damage(row, record, UNCLOSED, FIX_QUOTES)

    def reject_all(self) -> None:
        """Put every row aside: the chunk could not be read in a way that accounts for each."""
        for row, record in enumerate(self._records):
            if record is not None and record.strip(b"\r"):
                self._damage(row, record, "the rows around it can't be told apart", FIX_QUOTES)
            else:
                self._records[row] = None

    def _collect(self, lines: list[bytes]) -> None:
        limits = self._limits
        odd = [index for index, line in enumerate(lines) if line.count(b'"') % 2]
        following = dict(itertools.pairwise(odd))
        undefined = UNDEFINED_BYTES if self._encoding == "cp1252" else None
        start = 0
        for index in odd:
            if index < start:
                continue
            self._records.extend(lines[start:index])
            start = index + 1
            line = lines[index]
            if not left_open(line, self._delimiter):
                self._records.append(line)
                continue
            end = following.get(index, index)
            together = lines[index : end + 1]
            if (
                end > index
                and sum(map(len, together)) <= limits.record_bytes
                and strict_width(together, self._delimiter) == self._width
            ):
                self._records.append(LINE_BREAK_STAND_IN.join(together))
                self.joined = True
                start = end + 1
                continue
            self._records.append(line)
            self._damage(len(self._records) - 1, line, UNCLOSED, FIX_QUOTES)
        self._records.extend(lines[start:])
        last = self._records[-1] if self._records else None
        if last and left_open(last, self._delimiter):
            self._damage(len(self._records) - 1, last, UNCLOSED, FIX_QUOTES)
        self.all_text = b"\n".join(record or b"" for record in self._records)
        for row, record in enumerate(self._records):
            if record is None:
                continue
            if len(record) > limits.record_bytes:
                reason = f"the row is longer than {limits.record_bytes} bytes"
                self._damage(row, record, reason, FIX_LENGTH)
            elif undefined is not None and undefined.search(record):
                reason = "it holds bytes that are no text in UTF-8 or Windows-1252"
                self._damage(row, record, reason, FIX_ENCODING)

    def _damage(self, row: int, record: bytes, reason: str, what_to_do: str) -> None:
        if len(self.damaged) >= self._limits.rejects:
            raise _too_many_rejects(self._limits)
        self._records[row] = None
        raw = record.replace(LINE_BREAK_STAND_IN, b"\n").rstrip(b"\r\n")
        codec = "utf-8" if self._encoding != "cp1252" else "cp1252"
        self.damaged.append((row, reason, what_to_do, raw.decode(codec, "backslashreplace")))


def _too_many_rejects(limits: Limits) -> Unreadable:
    return Unreadable(
        f"more than {limits.rejects:,} of its rows can't be read",
        "Look at its first rows: at the delimiter, and for a quotation mark that is not closed.",
    )


def left_open(line: bytes, delimiter: str) -> bool:
    """Whether a quoted value is still open at the end of `line`, so that the next one joins it.

    A quotation mark counts only at the start of a value, as in every CSV reader.
    """
    if b'"' not in line:
        return False
    text = line.decode("latin-1").replace("\r", " ") + "\n"
    try:
        (cells,) = csv.reader([text], delimiter=delimiter)
    except csv.Error:
        return True
    return bool(cells) and cells[-1].endswith("\n")


def strict_width(lines: Sequence[bytes], delimiter: str) -> int | None:
    """How many fields a strict reader finds in `lines`; None where they are no single row."""
    text = [line.decode("latin-1") + "\n" for line in lines]
    text[-1] = text[-1].replace("\r\n", "\n")
    try:
        rows = list(csv.reader(text, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return len(rows[0]) if len(rows) == 1 else None


def _restored_line_breaks(table: pa.Table) -> pa.Table:
    for index, name in enumerate(table.column_names):
        column = pc.replace_substring(table.column(index), "\x1e", "\n")
        table = table.set_column(index, name, column)
    return table


def _without_empty_rows(batch: Batch, text: bytes, first_row: int) -> Batch:
    """Put aside rows without a value in any wanted column, and leave out blank lines.

    `text` has one line for each row.
    """
    if batch.table.num_rows == 0:
        return batch
    filled = np.zeros(batch.table.num_rows, dtype=bool)
    for column in batch.table.columns:
        if column.null_count == 0:
            return batch
        filled |= column.is_valid().to_numpy()
    if filled.all():
        return batch
    lines = text.split(b"\n")
    raw = {
        int(number): lines[number - first_row].decode("utf-8", "backslashreplace").rstrip("\r")
        for number in batch.row_numbers[~filled]
    }
    empty = [
        Reject(number, "the row holds no value that is kept", FIX_EMPTY, line)
        for number, line in raw.items()
        if line
    ]
    rejects = sorted((*batch.rejects, *empty), key=lambda reject: reject.row_number)
    return Batch(batch.table.filter(pa.array(filled)), batch.row_numbers[filled], tuple(rejects))


def _without_rule_line(batch: Batch) -> Batch:
    """Put aside the line of dashes that SQL Server's tools write under the header."""
    if batch.table.num_rows == 0:
        return batch
    cells = [column[0].as_py() for column in batch.table.columns]
    if not any(cells) or not all(cell is None or set(cell.strip()) == {"-"} for cell in cells):
        return batch
    if max(len(cell.strip()) for cell in cells if cell is not None) < 3:
        return batch
    reject = Reject(
        int(batch.row_numbers[0]), "a line of dashes", "Nothing to correct.", "-" * len(cells)
    )
    return Batch(batch.table.slice(1), batch.row_numbers[1:], (reject, *batch.rejects))


# --- Parquet --------------------------------------------------------------------------------------


class ParquetSheet:
    """A Parquet file; every column becomes text."""

    encoding: str | None = None
    delimiter: str | None = None
    left_out: str | None = None

    def __init__(self, path: Path, name: str, limits: Limits) -> None:
        self.label = name
        self.title = Path(name).stem
        self._path = path
        self._limits = limits
        try:
            with pq.ParquetFile(path) as file:
                metadata, self._schema = file.metadata, file.schema_arrow
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, ValueError):
            raise Unreadable(*DAMAGED_PARQUET) from None
        self.headers = tuple(self._schema.names)
        column_count_limit(self.headers, limits)
        size = sum(
            metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)
        )
        cells = metadata.num_rows * len(self.headers)
        if metadata.num_rows > limits.rows or size > limits.file_bytes or cells > limits.cells:
            raise Unreadable(
                f"it holds {metadata.num_rows} rows of {len(self.headers)} columns and {size} "
                "bytes, more than the limit",
                "Export the table in several files.",
            )

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """Batches of about `limits.chunk_bytes` of text each.

        Texts are kept as the file's dictionaries until their lengths are known: few bytes of a
        file may stand for many.
        """
        names = [self.headers[position] for position in positions.values()]
        if len(set(names)) < len(names) or any(self.headers.count(name) > 1 for name in names):
            raise Unreadable("columns appear twice", "Export each column once.")
        texts = [field.name for field in self._schema if pa.types.is_string(field.type)]
        batch_rows = max(1, min(100_000, 2_000_000 // max(1, len(names))))
        row_number, unpacked = 2, 0
        try:
            with pq.ParquetFile(self._path, read_dictionary=texts) as file:
                for batch in file.iter_batches(batch_size=batch_rows, columns=names):
                    lengths = _text_bytes(batch)
                    unpacked += int(lengths.sum())
                    if unpacked > self._limits.file_bytes:
                        raise Unreadable(
                            f"it unpacks to more than {self._limits.file_bytes} bytes",
                            "Export the table in several files.",
                        )
                    if lengths.max(initial=0) > self._limits.record_bytes:
                        reason = f"a row is longer than {self._limits.record_bytes} bytes"
                        raise Unreadable(reason, "Look for a value that is none of the table's.")
                    for start, rows in _slices(lengths, self._limits.chunk_bytes):
                        part = batch.slice(start, rows)
                        table = pa.table(
                            {
                                name: as_text(part.column(header))
                                for name, header in zip(positions, names, strict=True)
                            }
                        )
                        numbers = np.arange(rows, dtype=np.int64) + row_number
                        yield Batch(table, numbers, ())
                        row_number += rows
        except MemoryError:
            raise
        except (pa.ArrowException, OSError, ValueError):
            raise Unreadable("it is damaged", "Export it again.") from None


def _text_bytes(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    """How many bytes the texts of each row have together."""
    lengths = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns:
        if pa.types.is_dictionary(column.type) and pa.types.is_string(column.type.value_type):
            each = pc.binary_length(column.dictionary).take(column.indices)
        elif pa.types.is_string(column.type) or pa.types.is_binary(column.type):
            each = pc.binary_length(column)
        else:
            continue
        lengths += each.fill_null(0).to_numpy(zero_copy_only=False)
    return lengths


def _slices(lengths: npt.NDArray[np.int64], size: int) -> Iterator[tuple[int, int]]:
    """First row and number of rows of parts with at most about `size` bytes each."""
    part = np.cumsum(lengths) // size
    starts = np.flatnonzero(np.diff(part, prepend=-1))
    for start, end in itertools.pairwise([*starts.tolist(), len(lengths)]):
        yield start, end - start


def as_text(values: pa.Array) -> pa.Array:
    """A column of any type as text; times as `YYYY-MM-DD HH:MM:SS`, null tokens as null."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        return as_text(values.dictionary_decode())
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        texts = [None if item is None else _json_text(item) for item in values.to_pylist()]
        return null_tokens_removed(pa.array(texts, pa.string()))
    if pa.types.is_boolean(kind):
        return pc.if_else(values, "Y", "N")
    if pa.types.is_timestamp(kind):
        values = values.cast(pa.timestamp("us"), safe=False)
        return pc.strftime(values.cast(pa.timestamp("s"), safe=False), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        texts = values.cast(pa.string())
        return pc.replace_substring_regex(texts, r"^(-?\d+)\.0+$", r"\1")
    return null_tokens_removed(values.cast(pa.string()))


def null_tokens_removed(texts: pa.Array) -> pa.Array:
    """The same texts with `NULL`, `\\N` and empty ones as null."""
    tokens = pa.array(NULL_TOKENS, pa.string())
    return pc.if_else(pc.is_in(texts, value_set=tokens), pa.scalar(None, pa.string()), texts)


def _json_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return json.dumps(value, default=str, ensure_ascii=False)


# --- Workbook -------------------------------------------------------------------------------------


def workbook_sheets(
    path: Path, name: str, limits: Limits, is_header: IsHeader | None = None
) -> Iterator[Sheet]:
    """The sheets of a workbook, hidden ones too; empty ones are left out.

    Raises `Unreadable` where it is no workbook, needs a password or is beyond `limits`.
    """
    check_workbook_size(path, limits)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for sheet_name in workbook.sheet_names:
            rows = workbook.get_sheet_by_name(sheet_name).to_python(skip_empty_area=False)
            header_row = None if is_header is None else header_row_of(rows, is_header)
            sheet = WorkbookSheet(name, sheet_name, rows, limits, header_row)
            if sheet.headers:
                yield sheet
    except (CalamineError, OSError, ValueError):
        raise Unreadable(*DAMAGED_WORKBOOK) from None


def header_row_of(rows: Sequence[Sequence[Any]], is_header: IsHeader) -> int | None:
    """The first of the top rows that is a header; None where none is."""
    for index, row in enumerate(itertools.islice(rows, TITLE_ROWS)):
        cells = [cell if isinstance(cell, str) else "" for cell in row]
        while cells and not cells[-1].strip():
            cells.pop()
        if sum(1 for cell in cells if cell.strip()) > 1 and is_header(cells):
            return index
    return None


class WorkbookSheet:
    """One sheet: its first row with a value, or the one at `header_row` (from 0), is the header."""

    encoding: str | None = None
    delimiter: str | None = None
    left_out: str | None = None

    def __init__(
        self,
        file: str,
        sheet: str,
        rows: list[list[Any]],
        limits: Limits,
        header_row: int | None = None,
    ) -> None:
        self.label = f"{file}#{sheet}"
        self.title = sheet
        first = next((index for index, row in enumerate(rows) if any(map(_filled, row))), None)
        if first is not None and header_row is not None:
            first = header_row
        self._first = first or 0
        self._rows = rows if first is not None else []
        headers = [cell_text(cell) or "" for cell in rows[self._first]] if self._rows else []
        while headers and not headers[-1].strip():
            headers.pop()
        self.headers = tuple(headers)
        column_count_limit(self.headers, limits)

    def read(self, positions: Mapping[str, int]) -> Iterator[Batch]:
        """One batch; rows without any value are left out, as a blank line of a CSV file is."""
        body = self._rows[self._first + 1 :]
        filled = [any(map(_filled, row)) for row in body]
        columns = {
            name: null_tokens_removed(
                pa.array(
                    [
                        cell_text(row[position])
                        for row, keep in zip(body, filled, strict=True)
                        if keep
                    ],
                    pa.string(),
                )
            )
            for name, position in positions.items()
        }
        numbers = np.flatnonzero(filled).astype(np.int64) + self._first + 2
        yield Batch(pa.table(columns), numbers, ())


def _filled(cell: Any) -> bool:
    return cell is not None and cell != ""


def cell_text(cell: Any) -> str | None:
    """A workbook cell as text: whole numbers without `.0`, dates as ISO, true and false as Y, N."""
    writers: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
        (str, str),
        (bool, lambda value: "Y" if value else "N"),
        (float, lambda value: str(int(value)) if value.is_integer() else repr(value)),
        (datetime, lambda value: value.strftime("%Y-%m-%d %H:%M:%S")),
        ((date, time), lambda value: value.isoformat()),
        (timedelta, str),
    )
    if cell is None:
        return None
    for kind, write in writers:
        if isinstance(cell, kind):
            return write(cell)
    return str(cell)


#: What a cell takes in memory, an empty one too.
CELL_BYTES = 40
#: Where a cell says that it stands, in whichever quotation marks and part of the workbook.
CELL_PLACE = re.compile(rb"""\br\s*=\s*["']\s*([A-Z]{1,4})(\d{1,9})\b""", re.IGNORECASE)


def check_workbook_size(path: Path, limits: Limits) -> None:
    """Raise `Unreadable` for a zip bomb: by what really unpacks, not by what the file claims.

    A sheet's reader allocates the rectangle up to its farthest cell, so that is limited too.
    """
    unpacked = 0
    if is_old_workbook(path):
        # It is not packed, and has at most 65,536 rows of 256 columns.
        if path.stat().st_size > limits.workbook_bytes:
            raise Unreadable(
                f"it is larger than {limits.workbook_bytes} bytes", "Export its sheets as CSV."
            )
        return
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                farthest_row = farthest_column = 0
                tail = b""
                with archive.open(entry) as part:
                    while block := part.read(MEBIBYTE):
                        unpacked += len(block)
                        if unpacked > limits.workbook_bytes:
                            raise Unreadable(
                                f"it unpacks to more than {limits.workbook_bytes} bytes",
                                "Export its sheets as CSV.",
                            )
                        text = tail + block
                        for column, row in CELL_PLACE.findall(text):
                            farthest_row = max(farthest_row, int(row))
                            farthest_column = max(farthest_column, _column_number(column))
                        tail = block[-32:]
                most = min(limits.cells, limits.memory_bytes // CELL_BYTES)
                if farthest_row * farthest_column > most:
                    raise Unreadable(
                        f"a sheet reaches to row {farthest_row}, column {farthest_column}: "
                        f"more than {most} cells",
                        "Remove what stands far outside the table, or export it as CSV.",
                    )
    except (zipfile.BadZipFile, zlib.error, RuntimeError, OSError, EOFError, ValueError):
        raise Unreadable(*DAMAGED_WORKBOOK) from None


def is_old_workbook(path: Path) -> bool:
    """Whether a file is an xls, or a workbook behind a password."""
    with path.open("rb") as file:
        return file.read(len(OLE)) == OLE


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
