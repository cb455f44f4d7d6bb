"""Two processes write a report: the packs that one has not begun are written by the other."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from csc_warehouse import report
from csc_warehouse.report import Begun

LA_CODES = ["991", "992", "993", "994"]


class Busy(Executor):
    """A process that gets as far as the first two packs, and has begun no other."""

    def __init__(self) -> None:
        self.did: list[tuple[str, Any]] = []

    def submit(self, fn: Callable[..., None], /, *args: Any, **_: Any) -> Future[None]:
        future: Future[None] = Future()
        if len(self.did) < 4:
            future.set_running_or_notify_cancel()
            self.did.append((fn.__name__, args[-1]))
            future.set_result(fn(*args))
        return future


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name in ("protect", "write_public", "write_packs", "write_internal", "write_workbook"):

        def write(*args: Any, name: str = name) -> None:
            found.append((name, args[-1]))

        write.__name__ = name
        monkeypatch.setattr(report, name, write)
    authorities = [SimpleNamespace(la_code=la_code) for la_code in LA_CODES]
    monkeypatch.setattr(report, "_release", lambda _: SimpleNamespace(authorities=authorities))
    return found


def finished(begun: Begun) -> None:
    report.finish(begun, Path("analyst.duckdb"), Path("restricted.duckdb"), Path())


def packs(written: list[tuple[str, Any]]) -> list[str]:
    return [la_codes[0] for name, la_codes in written if name == "write_packs"]


def test_what_the_other_process_has_not_begun_is_written_here_from_the_last_on(
    written: list[tuple[str, Any]],
) -> None:
    other = Busy()
    begun = report.begin(Path("analyst.duckdb"), Path(), other_process=other)
    assert [name for name, _ in other.did] == ["protect", "write_public"] + ["write_packs"] * 2
    finished(begun)
    assert packs(written) == ["991", "992", "994", "993"]


def test_one_process_writes_each_pack_once(written: list[tuple[str, Any]]) -> None:
    finished(report.begin(Path("analyst.duckdb"), Path()))
    assert packs(written) == LA_CODES


def test_a_pack_that_failed_elsewhere_fails_the_report(written: list[tuple[str, Any]]) -> None:
    begun = report.begin(Path("analyst.duckdb"), Path())
    failed: Future[None] = Future()
    failed.set_exception(OSError("no room"))
    begun.packs["992"] = failed
    with pytest.raises(OSError, match="no room"):
        finished(begun)
    assert written
