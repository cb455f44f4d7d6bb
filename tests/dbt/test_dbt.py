"""The dbt project: it parses, builds on nothing, and every unit test beside a rule passes."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import transform
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.build.version import code_version
from csc_warehouse.errors import CscError
from csc_warehouse.places import DBT_PROJECT, Home


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    """A candidate without loads, as every candidate begins."""
    home = Home(tmp_path_factory.mktemp("dbt"))
    nothing = Candidate(
        directory=home.work / "nothing",
        scratch=home.work / "dbt",
        release_id="nothing",
        month="2022-09",
        as_at_date=date(2022, 9, 30),
        code_version=code_version(),
        loads=(),
    )
    shutil.copytree(candidates.blank(nothing.scratch), nothing.directory)
    return nothing


def test_unit_tests_pass(nothing: Candidate, request: pytest.FixtureRequest) -> None:
    """Every unit test beside a model; of one model alone with `make test-model MODEL=…`."""
    model = request.config.getoption("--model")
    runs = nothing.dbt.unit_test(*([model] if model else []))
    assert runs, f"{model} has no unit test, or there is no such model"
    assert {run.status for run in runs} == {"pass"}


def test_a_broken_model_fails_its_unit_test(
    nothing: Candidate, monkeypatch: pytest.MonkeyPatch
) -> None:
    parse = transform._parse

    def parse_and_break(folder: Path) -> Any:
        project = parse(folder)
        model = project.nodes["model.csc_warehouse.ind_rereferral_within_12_months"]
        assert "when is_rereferral_within_12_" in model.raw_code
        model.raw_code = model.raw_code.replace("_within_12_", "_within_6_")
        return project

    monkeypatch.setattr(transform, "_parse", parse_and_break)
    with pytest.raises(CscError, match="unit_test ref_03_is_out_of_all"):
        nothing.dbt.unit_test("ind_rereferral_within_12_months")


def test_every_indicator_has_a_unit_test_of_its_own() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (DBT_PROJECT / "models" / "indicators").rglob("*.yml")
    )
    without = [name for name in transform.indicator_names() if f"model: ind_{name}\n" not in text]
    assert without == []


def test_staging_is_read_anew_for_each_release() -> None:
    """Staging comes from a blank built on nothing: a table of it would stay empty for ever."""
    tables = [
        path.name
        for path in (DBT_PROJECT / "models" / "staging").rglob("*.sql")
        if "materialized" in path.read_text(encoding="utf-8")
    ]
    assert tables == []


def test_only_staging_reads_sources_and_only_macros_know_the_engine() -> None:
    models = DBT_PROJECT / "models"
    wrong: list[str] = []
    for path in sorted(models.rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        where = path.relative_to(models)
        reads_raw = "{{ source('ssd" in text
        if reads_raw and where.parts[0] != "staging":
            wrong.append(f"{where} reads a raw source")
        if where.parts[0] == "indicators" and where.name.startswith("ind_") and "ref('stg_" in text:
            wrong.append(f"{where} reads staging")
        for only_here in (" qualify ", "group by all", " as varchar", "ignore nulls", "run_query"):
            if only_here in text:
                wrong.append(f"{where} is not portable: {only_here.strip()}")
    assert wrong == []
