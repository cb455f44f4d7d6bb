"""What is read by others is written by `csc_warehouse.files` only: whole, or not at all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from library.places import PROJECT

SOURCES = PROJECT / "src"

#: Calls of the operating system that give a file its place, or say that it is on disk.
PLACING = {"rename", "renames", "replace", "link", "move", "fsync"}

#: Who may, besides csc_warehouse/files.py, and why: module and call.
ALLOWED = {
    ("csc_warehouse/run_month/publication.py", "os.link"): (
        "the candidate's database is named twice and not copied, in a folder that is still aside"
    ),
}


def placing_calls(source: str) -> Iterator[str]:
    """Each call in `source` by which a file gets its place: `os.link`, `.rename`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        owner = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
        name = node.func.attr
        if owner in ("os", "shutil"):
            if name in PLACING:
                yield f"{owner}.{name}"
        # A text's `replace` takes two values, a day's and a dataclass's take them by name.
        elif name in ("rename", "link_to", "hardlink_to", "symlink_to") or (
            name == "replace" and len(node.args) == 1 and not node.keywords
        ):
            yield f".{name}"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("aside.replace(path)", [".replace"]),
        ("aside.rename(path)", [".rename"]),
        ("os.replace(one, other)", ["os.replace"]),
        ("shutil.move(one, other)", ["shutil.move"]),
        ("os.fsync(descriptor)", ["os.fsync"]),
        ("text.replace('a', 'b'); day.replace(day=1); replace(load, rows=1)", []),
        ("files.move(one, other)", []),
    ],
)
def test_a_call_that_places_a_file_is_told_from_others(source: str, found: list[str]) -> None:
    assert list(placing_calls(source)) == found


def test_only_one_module_renames_and_syncs_files() -> None:
    found = {
        (path.relative_to(SOURCES).as_posix(), call)
        for path in SOURCES.rglob("*.py")
        if path.relative_to(SOURCES) != Path("csc_warehouse/files.py")
        for call in placing_calls(path.read_text(encoding="utf-8"))
    }
    assert found == set(ALLOWED)
