"""The steps of a month: one declaration, from which every orchestration takes its order."""

from __future__ import annotations

import re
from concurrent.futures import Executor, Future
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import typer

from csc_warehouse import quality
from csc_warehouse.build.transform import JUDGED, RECORDS
from csc_warehouse.command import cli
from csc_warehouse.places import PROJECT_ROOT, Home
from csc_warehouse.processes import ThisProcess
from csc_warehouse.run_month import steps
from csc_warehouse.run_month.order import STEPS, TO_CHECKED


def test_the_gates_come_in_the_order_of_the_expectations() -> None:
    assert [str(step.gate) for step in STEPS if step.gate] == list(quality.GATES)


def test_every_step_checks_or_builds_and_only_a_check_goes_beside_a_build() -> None:
    for step, after in zip(TO_CHECKED, STEPS[1:], strict=True):
        assert bool(step.gate) != bool(step.parts)
        assert not step.is_beside_next or (step.gate and after.parts)


def test_every_step_has_a_function_and_a_command() -> None:
    commands = typer.main.get_command(cli.app).commands  # type: ignore[attr-defined]
    for step in STEPS:
        assert callable(getattr(steps, step.name))
        assert step.command.split()[1] in commands


def test_the_table_of_dags_tells_the_steps_in_their_order() -> None:
    text = (PROJECT_ROOT / "dags" / "README.md").read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("**The same in both loads**"))
    named = re.findall(r"`(\w+)`", line)
    assert [name for name in named if name not in ("land", "decide", "accept", "deliver")] == [
        step.name for step in STEPS
    ]


class Candidate:
    """A candidate that only writes down what is done with it."""

    def __init__(self, done: list[str]) -> None:
        self.done = done
        self.release_id, self.month, self.directory = "2022-09-x", "2022-09", Path()
        self.la_codes = ["991"]

    @property
    def dbt(self) -> Any:
        def build(*select: str, exclude: tuple[str, ...] = ()) -> list[Any]:
            self.done.append(f"build {' '.join(select)} without {' '.join(exclude)}")
            return []

        return SimpleNamespace(build=build)

    def connection(self) -> Any:
        return nullcontext()

    def mark(self, step: str) -> None:
        self.done.append(f"mark {step}")

    def require(self, step: str, _: str) -> None:
        self.done.append(f"require {step}")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the steps do, in order, on a candidate of no content."""
    done: list[str] = []
    candidate = Candidate(done)
    result = SimpleNamespace(passed=True, critical=())

    def note(what: str, returned: Any = None) -> Any:
        def called(*given: Any) -> Any:
            said = [each for each in given if isinstance(each, str)]
            done.append(" ".join([what, *said]))
            return returned

        return called

    monkeypatch.setattr(steps, "_open", lambda *_: (candidate, None))
    monkeypatch.setattr(steps, "_built", lambda *_: {})
    monkeypatch.setattr(steps.candidates, "prepare", note("prepare"))
    monkeypatch.setattr(steps.candidates, "copy_of", lambda _: candidate)
    monkeypatch.setattr(steps.shutil, "rmtree", lambda *_: None)
    monkeypatch.setattr(steps.crosswalks, "count_unmapped", lambda _: None)
    monkeypatch.setattr(steps.report, "ready", lambda: None)
    monkeypatch.setattr(steps.quality, "judge", note("judge", "a verdict"))
    monkeypatch.setattr(steps.quality, "record", note("record"))
    monkeypatch.setattr(steps.quality, "check", note("check", result))
    return done


def test_what_a_check_found_is_written_before_anything_asks_for_it(done: list[str]) -> None:
    """The indicators ask which records have failed at the gate before them."""

    class LastMoment(Executor):
        """Does what it is given when somebody waits for it, as a slow process would."""

        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            waiting: Future[Any] = Future()
            waiting.result = partial(fn, *args, **kwargs)  # type: ignore[method-assign]
            return waiting

    said: list[str] = []
    steps.build_and_check(
        Home(Path()), None, "2022-09", progress=said.append, other_process=LastMoment()
    )
    assert done == [
        "prepare",
        "mark prepared",
        f"build {RECORDS} without ",
        "judge raw",
        "record a verdict",
        "mark raw",
        "mark staging built",
        f"build  without tag:staging {JUDGED}",
        "judge staging",
        "record a verdict",
        "mark staging",
        f"build {JUDGED} without ",
        "mark star built",
        "check marts",
        "mark marts",
    ]
    assert len(said) == sum(max(1, len(step.parts)) for step in TO_CHECKED)


def test_one_process_alone_marks_the_same_steps(done: list[str]) -> None:
    steps.build_and_check(Home(Path()), None, "2022-09", other_process=ThisProcess())
    together = [each for each in done if each.startswith("mark")]
    done.clear()
    for step in TO_CHECKED:
        steps.alone(step, Home(Path()), None, "2022-09")
    assert [each for each in done if each.startswith("mark")] == together
    assert [each for each in done if each.startswith("require")] == [
        f"require {step.done}" for step in TO_CHECKED[:-1]
    ]
