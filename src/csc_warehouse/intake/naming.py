"""How a dropped file is named where people read of it: on a screen, in a log, in a message.

A name is what somebody typed, and may be a child's: `Smith_notes.csv`. It is told as it is where it
consists of words of the sources' own and of numbers that are no person's; else the file is told by
its place among the names of its folder, and its size. So it is on the screen too: what a scheduler
starts has its screen in a log. The names themselves stand in the lake's manifests, in
`restricted.duckdb` and in the quarantine; `csc inspect` and `csc erase` show them to who asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from csc_warehouse.intake.adapters import ADAPTERS, published
from csc_warehouse.lake.declarations import load_source
from csc_warehouse.month import Month

#: What stands in names of exports beside the names of tables; no word that is a name too.
_PLAIN_WORDS = re.compile(
    "a|annex|copy|csv|data|draft|export|extract|file|final|la|list|new|notes|ofsted|old|part"
    "|report|return|s|sheet|statistics|table|tmp|v|version|xlsx|xml"
)
#: Kinds of files that are told of a file whose name is not.
_KINDS = re.compile(r"\.(csv|docx?|gz|html?|json|parquet|pdf|tsv|txt|xls[xmb]?|xml|zip)", re.I)


def told(label: str, labels: Iterable[str], *, size: int | None = None, month: str = "") -> str:
    """The file, or `file#sheet`, as it can be told: by its name, or by its place among `labels`.

    `size` is in bytes; `month` (`YYYY-MM`, or another word where there is none) is the one that
    its name may bear.
    """
    file, _, sheet = label.partition("#")
    if _is_ours(label, month):
        return label
    others = sorted({each.partition("#")[0] for each in labels} | {file})
    said = file
    if not _is_ours(file, month):
        kind = Path(file).suffix.lower()
        details = [kind] if _KINDS.fullmatch(kind) else []
        details += [f"{size:,} bytes"] if size is not None else []
        said = f"file {others.index(file) + 1} of {len(others)} by name"
        said += f" ({', '.join(details)})" if details else ""
    if not sheet:
        return said
    if _is_ours(sheet, month):
        return f"{said}, sheet {sheet}"
    sheets = sorted({each for each in labels if each.startswith(f"{file}#")} | {label})
    return f"{said}, sheet {sheets.index(label) + 1} by name"


def told_path(path: Path, names: Iterable[str], *, month: str = "") -> str:
    """The path of a dropped file as it can be told, see `told`."""
    name = told(path.name, names, month=month)
    return str(path) if name == path.name else f"{path.parent}: {name}"


def _is_ours(label: str, month: str) -> bool:
    """Whether a name has no word and no number that could be a person's."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", label)
    words = re.findall(r"[^\W\d_]+", apart)
    numbers = re.findall(r"\d(?:[\d\W_]*\d)?", apart)
    return all(
        word.lower() in _words() or _PLAIN_WORDS.fullmatch(word.lower()) for word in words
    ) and all(_is_number_of_ours(re.findall(r"\d+", number), month) for number in numbers)


def _is_number_of_ours(parts: list[str], month: str) -> bool:
    """A list, a version, an authority, a year, a month; a day of this month or of the one after.

    Digits that only signs part are one number, but for the first where it is short.
    """
    is_short_first = len(parts) > 1 and len(parts[0]) <= 3
    return _is_of_ours("".join(parts), month) or (
        is_short_first and _is_of_ours("".join(parts[1:]), month)
    )


def _is_of_ours(digits: str, month: str) -> bool:
    if len(digits) <= 3 or re.fullmatch(r"20\d\d(0[1-9]|1[0-2])?", digits):
        return True
    if re.fullmatch(r"20\d\d(20)?\d\d", digits):  # a collection year?
        return int(digits[-2:]) == (int(digits[:4]) + 1) % 100
    if not re.fullmatch(r"\d{4}-\d\d", month):
        return False
    begun = Month.of(month)
    months = "|".join(f"{each:%Y%m}" for each in (begun.last_day, begun.after(1).last_day))
    years_last = "|".join(f"{each:%m%Y}" for each in (begun.last_day, begun.after(1).last_day))
    return bool(re.fullmatch(rf"({months})\d\d|\d\d({years_last})|{years_last}", digits))


@cache
def _words() -> frozenset[str]:
    """The words of the tables of every source."""
    declared = [*map(load_source, ADAPTERS), published.declaration()]
    names = [
        name
        for source in declared
        for name in (
            source.name,
            *(table.name for table in source.tables),
            *source.tables_not_stored,
        )
    ]
    return frozenset(word for name in names for word in re.findall("[a-z]+", name))
