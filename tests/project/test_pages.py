"""What the pages name is there: files, headings, make targets, csc commands, what GitHub shows."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from csc_warehouse.command.cli import app
from library.pages import anchors, code, leads_nowhere, links, pages
from library.places import PROJECT

PAGES = pages("*.md")
#: It tells of what was, too.
CHANGELOG = PROJECT / "CHANGELOG.md"
FORMS = PROJECT / ".github"
MAKEFILE = (PROJECT / "Makefile").read_text(encoding="utf-8")

_PATH = re.compile(
    r"(?<![\w/.{<])(?:src|tests|docs|seeds|dbt_project|expectations|dags|docker|\.github|\.ci)"
    r"/[\w./<>*-]*[\w/>*]"
)


def name_of(page: Path) -> str:
    return page.relative_to(PROJECT).as_posix()


@pytest.mark.parametrize("page", [*PAGES, *pages(".github/*.yml")], ids=name_of)
def test_every_link_leads_to_a_place(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert [target for target in links(text) if leads_nowhere(page, target)] == []


def unknown_commands(text: str) -> list[str]:
    """The make targets, csc commands and csc options in the code of a page that don't exist."""
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    targets |= {
        f"test-{path.name}" for path in (PROJECT / "tests").iterdir() if any(path.glob("test_*.py"))
    }
    found = []
    for line in code(text):
        words = line.removeprefix(".venv/bin/").split()
        if words[:1] == ["make"] and len(words) > 1 and words[1] not in targets:
            found.append(line)
        if words[:1] == ["csc"] and len(words) > 1:
            found += [f"{line}: {word}" for word in not_of_csc(words[1:])]
    return found


def not_of_csc(words: list[str]) -> list[str]:
    """The commands and options among the arguments of `csc` that it doesn't have."""
    command = typer.main.get_command(app)
    found = []
    for word in words:
        if word in ("#", "|", "&&", ">"):
            break
        known = getattr(command, "commands", {})
        options = {name for each in command.params for name in each.opts} | {"--help"}
        if word in known:
            command = known[word]
        elif word.startswith("--"):
            found += [word] * (word.partition("=")[0] not in options)
        elif known and re.fullmatch(r"[a-z-]+", word) and not command.params[1:]:
            found.append(word)
    return found


@pytest.mark.parametrize("page", sorted({*PAGES} - {CHANGELOG}), ids=name_of)
def test_every_command_exists(page: Path) -> None:
    assert unknown_commands(page.read_text(encoding="utf-8")) == []


def missing_paths(text: str) -> list[str]:
    """The paths in the code of a page that lead nowhere; `<la_code>` stands for any name."""
    return [
        path
        for line in code(text)
        for path in _PATH.findall(line)
        if next(PROJECT.glob(re.sub(r"<\w+>", "*", path).rstrip("/")), None) is None
    ]


@pytest.mark.parametrize("page", sorted({*PAGES} - {CHANGELOG}), ids=name_of)
def test_every_path_exists(page: Path) -> None:
    assert missing_paths(page.read_text(encoding="utf-8")) == []


def missing_modules(text: str) -> list[str]:
    """The modules of ours that the code of a page imports or runs and that there are not."""
    return [
        module
        for line in code(text)
        for module in re.findall(r"(?:from|import|-m) (csc_\w+(?:\.\w+)*)", line)
        if not any(
            (PROJECT / "src" / f"{module.replace('.', '/')}{end}").is_file()
            for end in (".py", "/__init__.py")
        )
    ]


@pytest.mark.parametrize("page", sorted({*PAGES} - {CHANGELOG}), ids=name_of)
def test_every_module_exists(page: Path) -> None:
    assert missing_modules(page.read_text(encoding="utf-8")) == []


def test_every_page_is_reached_from_the_readme() -> None:
    """By links alone: a page that nobody finds isn't read."""
    reached = {PROJECT / "README.md"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        for target in links(page.read_text(encoding="utf-8")):
            place = (page.parent / target.partition("#")[0]).resolve()
            if place.suffix == ".md" and place not in reached and place.is_file():
                reached.add(place)
                waiting.append(place)
    shown_by_github = {page for page in PAGES if FORMS in page.parents}
    assert {name_of(page) for page in PAGES if page not in reached | shown_by_github} == set()


def test_what_is_not_there_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A title: of two\n[a](page.md#a-title-of-two) [b](#no-title) [c](gone.md)\n"
        "`[d](code.md)`\n\n```console\n$ make tset   # all\n$ csc run --mouth 2022-09\n```\n"
        "`csc issues accept --until`, `csc erase --person`, `csc juggle`, `make test-month`\n"
        "`src/csc_warehouse/lake/`, `expectations/<gate>/gone.yml`, `tests/gone.py`\n"
        "`python -c 'from csc_warehouse.gone import it'`, `python -m csc_warehouse.build`\n"
    )
    text = page.read_text()
    assert anchors(text) == {"a-title-of-two"}
    assert [target for target in links(text) if leads_nowhere(page, target)] == [
        "#no-title",
        "gone.md",
    ]
    assert unknown_commands(text) == [
        "make tset   # all",
        "csc run --mouth 2022-09: --mouth",
        "csc juggle: juggle",
    ]
    assert missing_paths(text) == ["expectations/<gate>/gone.yml", "tests/gone.py"]
    assert missing_modules(text) == ["csc_warehouse.gone"]


#: The schema in which GitHub's files are checked: by the last part of their folder, or their name.
SCHEMAS = {
    "workflows": "vendor.github-workflows",
    "ISSUE_TEMPLATE": "vendor.github-issue-forms",
    "config.yml": "vendor.github-issue-config",
}


def is_valid(path: Path, schema: str) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(path)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_what_github_reads_is_valid(tmp_path: Path) -> None:
    found = pages(".github/*.yml")
    assert {path.parent.name for path in found} == {"workflows", "ISSUE_TEMPLATE"}
    for path in found:
        assert is_valid(path, SCHEMAS.get(path.name) or SCHEMAS[path.parent.name]), path
    broken = tmp_path / "broken.yml"
    broken.write_text("name: A form\ndescription: without a body\n")
    assert not is_valid(broken, SCHEMAS["ISSUE_TEMPLATE"])


def test_every_form_warns_and_asks_for_a_promise() -> None:
    forms = [path for path in pages(".github/ISSUE_TEMPLATE/*.yml") if path.name != "config.yml"]
    assert len(forms) == 3
    for path in forms:
        body = yaml.safe_load(path.read_text(encoding="utf-8"))["body"]
        assert body[0]["type"] == "markdown"
        assert body[0]["attributes"]["value"].startswith("**No data about children.**")
        assert body[-1]["type"] == "checkboxes"
        assert body[-1]["attributes"]["options"][0]["required"] is True


def test_ci_runs_what_people_run_and_has_no_secret() -> None:
    (path,) = pages(".github/workflows/*.yml")
    text = path.read_text(encoding="utf-8")
    workflow = yaml.safe_load(text)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    assert [step["run"] for step in steps if "run" in step] == ["bash .ci/run", "make check"]
    assert workflow["permissions"] == {"contents": "read"}
    assert "secrets." not in text
