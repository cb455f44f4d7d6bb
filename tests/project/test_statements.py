"""SQL stands in files of its room, where it is linted: in Python, three lines at most."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from csc_warehouse.sql import statement
from library.places import PROJECT

PACKAGE = PROJECT / "src" / "csc_warehouse"
MOST_LINES = 3

_BEGINNING = re.compile(r"\s*(select|with|insert|create|update|delete|from|copy|merge)\b")


def long_statements(source: str) -> Iterator[int]:
    """The line of each string in `source` that is SQL of more than `MOST_LINES` lines."""
    tree = ast.parse(source)
    inner: set[int] = set()
    for node in ast.walk(tree):  # from the outside in
        if id(node) in inner or (text := _text(node)) is None:
            continue
        inner |= {id(each) for each in ast.walk(node)}
        lines = max(_last_line(node) - _first_line(node) + 1, text.strip().count("\n") + 1)
        if lines > MOST_LINES and any(map(_BEGINNING.match, text.split("\n"))):
            yield _first_line(node)


def _text(node: ast.AST) -> str | None:
    """What a string says, or strings put together with `+`; docstrings are none."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(value) or "{}" for value in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        sides = [_text(node.left), _text(node.right)]
        return None if sides == [None, None] else "".join(side or "{}" for side in sides)
    if isinstance(node, ast.Expr):  # a docstring
        return "" if isinstance(node.value, ast.Constant) else None
    return None


def _first_line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _last_line(node: ast.AST) -> int:
    return int(getattr(node, "end_lineno", 0) or 0)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ('a = """\nselect 1\nfrom x\nwhere y\nand z\n"""', [1]),
        ('a = f"""\n    with x as (\n{b}\n)\nselect 1\n"""', [1]),
        ('a = (\n    "select 1 "\n    "from x "\n    f"where {y} "\n    "and z"\n)', [2]),
        ('a = (\n    "select 1, "\n    + ", ".join(b)\n    + " from x "\n    + "where y"\n)', [2]),
        ('a = "select 1\\nfrom x\\nwhere y\\nand z"', [1]),
        ('a = (\n    "select 1 "\n    "from x "\n    "where y"\n)', []),
        ('a = """\nWith kind words,\nfor those who read\nand write\nand more\n"""', []),
        ('def f():\n    """\n    select 1\n    from x\n    where y\n    and z\n    """', []),
    ],
)
def test_long_sql_is_told_from_short_sql_and_other_words(source: str, lines: list[int]) -> None:
    assert list(long_statements(source)) == lines


def test_no_more_than_three_lines_of_sql_stand_in_python() -> None:
    found = {
        f"{path.relative_to(PACKAGE).as_posix()}:{line}"
        for path in PACKAGE.rglob("*.py")
        for line in long_statements(path.read_text(encoding="utf-8"))
    }
    assert found == set()


def _statements() -> list[Path]:
    return sorted(PACKAGE.rglob("sql/*.sql"))


def test_every_statement_says_what_a_row_is_and_is_asked_for() -> None:
    for path in _statements():
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        assert first.startswith(("-- ", "{#")), path
        room = path.parents[1]
        readers = [*room.glob("*.py"), *path.parent.glob("*.sql")]
        asked = "\n".join(each.read_text(encoding="utf-8") for each in readers)
        # By Python, or by a statement that includes it.
        assert f'"{path.stem}"' in asked or f'include "{path.name}"' in asked, path


def test_every_statement_that_python_names_is_there() -> None:
    for path in PACKAGE.rglob("*.py"):
        for name in re.findall(
            r'statement\(\s*__package__, "(\w+)"', path.read_text(encoding="utf-8")
        ):
            assert (path.parent / "sql" / f"{name}.sql").is_file(), (path, name)
    assert statement("csc_warehouse.build", "staging_view").startswith("-- One row")
