"""A model, or a macro that has SQL of its own, is short enough to be read at once (STYLE, SQL 8).

Counted are the lines that say something (no blank ones, no comments: a reason is never too long)
and the joins. What a macro holds counts where it is written, once; a macro that one model alone
calls is a part of that model. Those that are still too long stand in dbt_project/long_models.csv,
which may only shrink.
"""

from __future__ import annotations

import csv
import re
from functools import cache

from csc_warehouse.places import DBT_PROJECT

LINES, JOINS = 120, 6


def _said(text: str) -> str:
    """`text` without comments and blank lines."""
    bare = re.sub(r"\{#.*?#\}|--[^\n]*", "", text, flags=re.DOTALL)
    return "\n".join(line for line in bare.splitlines() if line.strip())


@cache
def macros() -> dict[str, str]:
    """The text of each macro of the project."""
    return {
        name: body
        for path in sorted((DBT_PROJECT / "macros").rglob("*.sql"))
        for name, body in re.findall(
            r"{%-? macro (\w+)(\(.*?){%-? endmacro",
            _said(path.read_text(encoding="utf-8")),
            re.DOTALL,
        )
    }


@cache
def models() -> dict[str, str]:
    """The text of each model."""
    return {
        path.stem: _said(path.read_text(encoding="utf-8"))
        for path in sorted((DBT_PROJECT / "models").rglob("*.sql"))
    }


def called(text: str) -> set[str]:
    """The macros that a text calls."""
    inside = " ".join(re.findall(r"\{[{%].*?[%}]\}", text, re.DOTALL))
    return {name for name in re.findall(r"\b(\w+)\(", inside) if name in macros()}


def measured(name: str, text: str) -> tuple[int, int]:
    """Lines and joins of a model or macro, with those of the macros that nothing else calls."""
    lines = len(text.splitlines())
    joins = len(re.findall(r"\bjoin\b", text))
    for macro in called(text) - {name}:
        if callers(macro) == {name}:
            more_lines, more_joins = measured(macro, macros()[macro])
            lines, joins = lines + more_lines, joins + more_joins
    return lines, joins


@cache
def callers(macro: str) -> set[str]:
    """The models and macros that call a macro."""
    return {
        name
        for name, text in {**models(), **macros()}.items()
        if name != macro and macro in called(text)
    }


def too_long() -> dict[str, tuple[int, int]]:
    """What is past the limit, with its lines and joins."""
    sizes = {name: measured(name, text) for name, text in {**models(), **macros()}.items()}
    return {name: size for name, size in sizes.items() if size[0] > LINES or size[1] > JOINS}


def listed() -> list[str]:
    with (DBT_PROJECT / "long_models.csv").open(encoding="utf-8", newline="") as file:
        return [row["name"] for row in csv.DictReader(file)]


def test_nothing_new_is_too_long() -> None:
    over = {name: size for name, size in too_long().items() if name not in listed()}
    assert over == {}, f"past {LINES} lines or {JOINS} joins: split it"


def test_what_became_short_is_off_the_list() -> None:
    assert [name for name in listed() if name not in too_long()] == []


def test_the_list_has_each_once() -> None:
    assert listed() == sorted(set(listed()))


def test_a_macro_that_hides_joins_hides_nothing() -> None:
    """compared_records is int_source_records' own: its join is counted with that model's."""
    text = models()["int_source_records"]
    assert callers("compared_records") == {"int_source_records"}
    assert measured("int_source_records", text)[1] == 1
    assert "join" not in text
