"""What `make run` prints for whoever opens Airflow's screen."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from csc_warehouse.command import figures, make_run
from csc_warehouse.places import Home


def test_the_password_stands_beside_the_address_and_the_red_lamp_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    airflow = SimpleNamespace(
        home=Home(tmp_path), url="http://localhost:1", password="words", say=said.append
    )
    monkeypatch.setattr(figures, "indicator", lambda code: said.append(code))
    make_run._say_results(airflow)  # type: ignore[arg-type]
    (address, lamp) = said[0].strip().splitlines()[:2]
    assert address.endswith("http://localhost:1  (user admin, password words)")
    assert "lamp Triggerer is red" in lamp
    assert said[1] == "REF-03"
