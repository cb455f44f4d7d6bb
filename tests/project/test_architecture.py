"""docs/architecture.md is what the imports say: its rooms, its table of arrows, its picture."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from library.imports import Arrows, circle, module_arrows, room_arrows, shortest_way
from library.places import PROJECT

PACKAGE = "csc_warehouse"
PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
PICTURE = PROJECT / "docs" / "architecture.svg"


@pytest.fixture(scope="module")
def modules() -> Arrows:
    return module_arrows(PROJECT / "src")


@pytest.fixture(scope="module")
def rooms(modules: Arrows) -> Arrows:
    """Who calls whom between the rooms, the ground left out: every room may stand on it."""
    return {
        room: others - ground()
        for room, others in room_arrows(modules, PACKAGE).items()
        if room not in ground()
    }


def ground() -> set[str]:
    """The modules that every room may call, as the page names them."""
    (names,) = re.findall(r"^\*\*The ground\*\*: (.*?)\. ", PAGE, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", names))


def allowed() -> Arrows:
    """The page's table: a room, and the rooms that it may call."""
    rows = re.findall(r"^\| \[`(\w+)`\]\(#\w+\) \|.*\| ([^|]*) \|$", PAGE, re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", others)) for room, others in rows}


def test_no_circle_of_rooms_or_modules(modules: Arrows) -> None:
    assert circle(modules) == []
    assert circle(room_arrows(modules, PACKAGE)) == []


def test_the_table_has_every_room_and_exactly_its_arrows(rooms: Arrows) -> None:
    assert allowed().keys() == rooms.keys()
    differing = {
        room: {"not in the table": others - allowed()[room], "not so": allowed()[room] - others}
        for room, others in rooms.items()
        if others != allowed()[room]
    }
    assert differing == {}


def test_the_ground_calls_no_room(modules: Arrows) -> None:
    arrows = room_arrows(modules, PACKAGE)
    assert {name for name in ground() if arrows.get(name, set()) - ground()} == set()


def test_the_picture_has_the_rooms_and_the_shortest_way_between_them(rooms: Arrows) -> None:
    elements = list(ElementTree.parse(PICTURE).iter())
    drawn = {(each.get("data-from"), each.get("data-to")) for each in elements}
    assert drawn - {(None, None)} == shortest_way(rooms)
    assert {each.get("data-room") for each in elements} - {None} == rooms.keys()
    said = " ".join(each.text or "" for each in elements if "ground" in each.get("class", ""))
    assert {name for name in ground() if name not in said} == set()


def test_each_room_and_each_folder_has_its_paragraph(rooms: Arrows) -> None:
    headings = re.findall(r"^### `([\w/]+)`$", PAGE, re.MULTILINE)
    assert rooms.keys() <= set(headings)
    folders = {
        path.name for path in PROJECT.iterdir() if path.is_dir() and not path.name.startswith(".")
    }
    assert folders & {"dags", "dbt_project", "expectations", "seeds", "tests"} <= set(headings)
    kinds = {path.name for path in (PROJECT / "tests").iterdir() if path.is_dir()}
    kinds -= {"__pycache__"}
    assert {kind for kind in kinds if f"| `{kind}/` |" not in PAGE} == set()


def package_of(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / PACKAGE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_what_is_measured(tmp_path: Path) -> None:
    """Imports in functions, of packages, relative ones, and names that are imported later."""
    source = package_of(
        tmp_path,
        {
            "__init__.py": "",
            "places.py": "import os",
            "lake/__init__.py": "from csc_warehouse.lake.loads import read",
            "lake/loads.py": "from csc_warehouse.places import Home",
            "build/__init__.py": "",
            "build/candidate.py": "def late():\n    from csc_warehouse import lake",
            "build/other.py": "from . import candidate\nfrom ..places import Home",
            "run/__init__.py": "import_module('csc_warehouse.build.candidate')",
        },
    )
    modules = module_arrows(source)
    assert modules["csc_warehouse.build.other"] == {
        "csc_warehouse.build.candidate",
        "csc_warehouse.places",
    }
    arrows = room_arrows(modules, PACKAGE)
    assert arrows == {
        "places": set(),
        "lake": {"places"},
        "build": {"lake", "places"},
        "run": {"build"},
    }
    assert circle(modules) == circle(arrows) == []
    assert shortest_way(arrows) == {("run", "build"), ("build", "lake"), ("lake", "places")}


def test_a_circle_is_found(tmp_path: Path) -> None:
    source = package_of(
        tmp_path,
        {
            "lake/loads.py": "from csc_warehouse.build import candidate",
            "build/candidate.py": "from csc_warehouse.lake.persons import rows",
            "lake/persons.py": "",
        },
    )
    modules = module_arrows(source)
    assert circle(modules) == []
    found = circle(room_arrows(modules, PACKAGE))
    assert found[0] == found[-1] and set(found) == {"build", "lake"}
