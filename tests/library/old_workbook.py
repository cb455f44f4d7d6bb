"""A workbook of Excel 97 to 2003 (`.xls`): nothing that is installed writes one.

By [MS-XLS] and [MS-CFB]: one sheet of labels and numbers, in a compound file of one stream.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
#: Shorter streams would lie in sectors of another kind.
_SHORTEST = 4096


def old_workbook(rows: Sequence[Sequence[str | float]], title: str) -> bytes:
    """The bytes of a workbook whose one sheet, `title`, has `rows` from its first row on."""
    name = title.encode("latin-1")
    sheet = _bof(0x0010) + _record(
        0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0)
    )
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            place = struct.pack("<HHH", number, column, 0)
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += _record(0x0204, place + struct.pack("<HB", len(value), 1) + text)
            else:
                sheet += _record(0x0203, place + struct.pack("<d", value))
    sheet += _record(0x000A)
    opening = _bof(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    of_sheet = struct.pack("<HBB", 0, len(name), 0) + name
    begins = len(opening) + 4 + 4 + len(of_sheet) + 4
    book = opening + _record(0x0085, struct.pack("<I", begins) + of_sheet) + _record(0x000A)
    return _compound_file((book + sheet).ljust(_SHORTEST, b"\x00"))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _bof(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 0x07CC, 0, 6))


def _compound_file(stream: bytes) -> bytes:
    """A header, the FAT, a directory of one sector, and the stream `Workbook`."""
    sectors, fats = -(-len(stream) // _SECTOR), 1
    while fats * 128 < sectors + fats + 1:
        fats += 1
    begins = fats + 1
    fat = [*[_FAT] * fats, _END, *range(begins + 1, begins + sectors), _END]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, fats, fats, 0, _SHORTEST, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(fats), *[_FREE] * (109 - fats))
    directory = _entry("Root Entry", 5, child=1, begins=_END, size=0)
    directory += _entry("Workbook", 2, child=_FREE, begins=begins, size=len(stream))
    return (
        header
        + struct.pack(f"<{fats * 128}I", *fat, *[_FREE] * (fats * 128 - len(fat)))
        + directory.ljust(_SECTOR, b"\x00")
        + stream.ljust(sectors * _SECTOR, b"\x00")
    )


def _entry(name: str, kind: int, *, child: int, begins: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return text.ljust(64, b"\x00") + struct.pack(
        "<HBBIII16xI16xIII", len(text) + 2, kind, 1, _FREE, _FREE, child, 0, begins, size, 0
    )
