"""The journal: what is added stands, and whatever is done to a line afterwards is named."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from csc_warehouse import journal
from csc_warehouse.command.cli import app
from csc_warehouse.errors import CscError
from csc_warehouse.journal import Act, Line
from csc_warehouse.places import Home

ABOUT = {"la_code": "991", "month": "2022-09"}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home with a journal of five lines."""
    home = Home(tmp_path)
    for number in range(5):
        journal.record(home, Act.LOAD, about=ABOUT, inputs=[f"in{number}"], outputs=["out"])
    return home


def lines_of(home: Home) -> list[str]:
    return journal.path_of(home).read_text().splitlines(keepends=True)


def tamper(home: Home, change: Callable[[list[str]], list[str]]) -> str | None:
    """What the verifier says after somebody changed the lines."""
    journal.path_of(home).write_text("".join(change(lines_of(home))))
    return journal.verify(home).fault


def test_what_is_added_stands(home: Home) -> None:
    last = journal.newest(home, 1)[0]
    assert journal.verify(home) == journal.Verdict(5, last.sha256)
    assert (last.number, last.act, last.about, last.inputs) == (5, "load", ABOUT, ("in4",))
    assert last.at.endswith("+00:00") and last.who
    modes = {path.stat().st_mode & 0o777 for path in journal.path_of(home).parent.glob("j*.*")}
    assert modes == {0o600}


def test_who_is_the_account_and_not_what_its_environment_says(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody else")
    account = journal.record(home, Act.LOAD, about=ABOUT).who
    assert account == journal.newest(home, 2)[0].who != "somebody else"
    by = journal.record(home, Act.ACCEPTANCE, about=ABOUT, by="Ann Example")
    assert by.who == f"Ann Example (account {account})"


def test_no_journal_is_no_fault(tmp_path: Path) -> None:
    assert journal.verify(Home(tmp_path)).fault is None
    assert journal.newest(Home(tmp_path), 5) == []


@pytest.mark.parametrize("name", ["who", "at", "act", "inputs", "about", "number", "before"])
def test_an_edited_line_is_named(home: Home, name: str) -> None:
    def edit(lines: list[str]) -> list[str]:
        other = {"inputs": ["other"], "about": {}, "number": 7}.get(name, "other")
        lines[2] = json.dumps(json.loads(lines[2]) | {name: other}, sort_keys=True) + "\n"
        return lines

    assert (tamper(home, edit) or "").startswith("line 3 was changed")


def test_an_edited_line_with_a_new_hash_breaks_the_chain(home: Home) -> None:
    def edit(lines: list[str]) -> list[str]:
        forged = Line.read(json.dumps(json.loads(lines[2]) | {"who": "other"}))
        lines[2] = (
            json.dumps(json.loads(lines[2]) | {"who": "other", "sha256": forged.hashed()}) + "\n"
        )
        return lines

    assert (tamper(home, edit) or "").startswith("line 4 does not follow the line before")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1:], "line 1 does not follow"),
        (lambda lines: lines[:2] + lines[3:], "line 3 does not follow"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "line 2 does not follow"),
        (lambda lines: [*lines, lines[-1]], "line 6 does not follow"),
        (lambda lines: lines[:4], "line 5 is missing: there were 5"),
        (lambda lines: lines[:2], "line 3 is missing: there were 5"),
        (lambda lines: lines[:0], "line 1 is missing: there were 5"),
        (lambda lines: [*lines[:4], lines[4][:-20]], "line 5 can't be read"),
        (lambda lines: [*lines[:1], "words\n", *lines[1:]], "line 2 can't be read"),
        (lambda lines: [*lines[:1], "[]\n", *lines[1:]], "line 2 can't be read"),
    ],
)
def test_a_line_taken_out_moved_cut_off_or_put_in_is_named(
    home: Home, change: Callable[[list[str]], list[str]], said: str
) -> None:
    assert (tamper(home, change) or "").startswith(said)


def test_what_was_taken_out_is_still_named_after_the_next_act(home: Home) -> None:
    tamper(home, lambda lines: lines[:3])
    journal.record(home, Act.LOAD, about=ABOUT)
    assert (journal.verify(home).fault or "").startswith("line 4 does not follow")


def test_the_head_is_looked_at_too(home: Home) -> None:
    head = journal.path_of(home).with_name("head.json")
    text = head.read_text()
    head.write_text(text.replace("in4", "other"))
    assert journal.verify(home).fault == "line 5 is not the one that was written last"
    head.write_text("words")
    assert "can't be read" in (journal.verify(home).fault or "")
    with pytest.raises(CscError, match="somebody changed it"):
        journal.record(home, Act.LOAD, about=ABOUT)
    head.unlink()
    assert (journal.verify(home).fault or "").startswith("head.json is missing")


def test_a_journal_written_anew_lacks_the_hash_that_was_noted(home: Home) -> None:
    noted = journal.newest(home, 3)[0].sha256
    assert journal.verify(home, noted).fault is None
    for path in journal.path_of(home).parent.iterdir():
        path.unlink()
    for number in range(5):
        journal.record(home, Act.LOAD, about=ABOUT, inputs=[f"other{number}"])
    assert journal.verify(home).fault is None
    assert "written anew" in (journal.verify(home, noted).fault or "")


@pytest.mark.parametrize("kept", [0, 1, 50, -1])
def test_what_a_killed_process_had_begun_to_add_is_completed(home: Home, kept: int) -> None:
    """The head has the line before the journal has it."""
    lines = lines_of(home)
    journal.path_of(home).write_text("".join(lines[:4]) + lines[4][:kept])
    journal.record(home, Act.RELEASE, about=ABOUT)
    assert journal.verify(home).lines == 6
    assert journal.verify(home).fault is None
    assert lines_of(home)[:5] == lines


def test_two_at_once_chain_their_lines(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: journal.record(home, Act.LOAD, about=ABOUT), range(40)))
    verdict = journal.verify(home)
    assert (verdict.lines, verdict.fault) == (40, None)


@pytest.mark.parametrize("text", ["Zebedee Quillfeather", "", "a\nb", "x" * 801])
def test_no_text_gets_in(tmp_path: Path, text: str) -> None:
    home = Home(tmp_path)
    with pytest.raises(CscError, match="no text"):
        journal.record(home, Act.LOAD, about={"la_code": text})
    with pytest.raises(CscError, match="no text"):
        journal.record(home, Act.LOAD, about=ABOUT, inputs=[text])
    assert not journal.path_of(home).exists()


def test_the_command_says_which_line_and_ends_with_1(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_HOME", str(home.root))
    run = CliRunner()
    shown = run.invoke(app, ["journal", "--lines", "2", "--json"])
    assert [line["number"] for line in json.loads(shown.output)["lines"]] == [4, 5]
    stands = run.invoke(app, ["journal", "verify", "--json"])
    assert (stands.exit_code, json.loads(stands.output)["fault"]) == (0, None)
    tamper(home, lambda lines: lines[:2] + lines[3:])
    changed = run.invoke(app, ["journal", "verify"])
    assert changed.exit_code == 1
    assert "line 3 does not follow" in changed.output
