"""Who imports whom in `src/`: measured from the source, wherever in a module it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

#: A name (of a module or a room) and the names that it imports.
Arrows = dict[str, set[str]]


def module_arrows(source: Path) -> Arrows:
    """Each module below `source`, by its dotted name, and the others there that it imports.

    Imports inside functions and a module's name as text (for one that is imported later) count.
    `from package import module` is an import of that module alone.
    """
    files = {_dotted(source, path): path for path in source.rglob("*.py")}
    return {
        name: {
            other
            for each in _imported(path, name)
            if (other := _nearest(each, files)) and other != name
        }
        for name, path in files.items()
    }


def room_arrows(modules: Arrows, package: str) -> Arrows:
    """The same between rooms: the folders and modules on top of `package`, and other packages."""
    arrows: Arrows = {}
    for name, others in modules.items():
        room = _room(name, package)
        # The package's own `__init__` is no room: it only names the package.
        called = {_room(other, package) for other in others} - {room, package}
        arrows.setdefault(room, set()).update(called)
    arrows.pop(package, None)
    return arrows


def circle(arrows: Arrows) -> list[str]:
    """The names of one circle, the first again at its end; nothing where there is none."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def shortest_way(arrows: Arrows) -> set[tuple[str, str]]:
    """The arrows without which somebody could not be reached: those that a picture needs."""
    return {
        (name, other)
        for name, others in arrows.items()
        for other in others
        if not any(other in _below(between, arrows) for between in others - {other})
    }


def _below(name: str, arrows: Arrows) -> set[str]:
    found: set[str] = set()
    waiting = [name]
    while waiting:
        new = arrows.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found


def _dotted(source: Path, path: Path) -> str:
    parts = path.relative_to(source).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imported(path: Path, name: str) -> Iterator[str]:
    """Every dotted name that the file imports or says as a text of its own."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            start = ".".join([*above, *filter(None, [node.module])]) if node.level else node.module
            yield from (f"{start}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # A module may name the package that it is in: that is where its templates lie.
            text = node.value
            if text.startswith(("csc_warehouse.", "csc_fictional.")) and not name.startswith(text):
                yield text


def _nearest(name: str, files: dict[str, Path]) -> str | None:
    """The module that `name` is, or is in: `package.module.function` is in `package.module`."""
    while name and name not in files:
        name = name.rpartition(".")[0]
    return name or None


def _room(name: str, package: str) -> str:
    top, _, rest = name.partition(".")
    return rest.partition(".")[0] or top if top == package else top
