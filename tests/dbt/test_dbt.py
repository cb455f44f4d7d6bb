"""The dbt project: it parses, builds on nothing, and every unit test beside a rule passes."""

from __future__ import annotations

from datetime import date

import pytest

from csc_warehouse.build import candidate as candidates
from csc_warehouse.build import transform
from csc_warehouse.build.candidate import Candidate
from csc_warehouse.build.transform import NodeRun
from csc_warehouse.build.version import code_version
from csc_warehouse.settings import DBT_PROJECT, Home


@pytest.fixture(scope="module")
def unit_tests(tmp_path_factory: pytest.TempPathFactory) -> list[NodeRun]:
    """Every unit test, run on a candidate without loads; raises if one fails."""
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
    candidates.prepare(home, nothing)
    return nothing.dbt.unit_test()


def test_unit_tests_pass(unit_tests: list[NodeRun]) -> None:
    assert {run.status for run in unit_tests} == {"pass"}


def test_every_indicator_has_a_unit_test_of_its_own() -> None:
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in (DBT_PROJECT / "models" / "indicators").rglob("*.yml")
    )
    without = [name for name in transform.indicator_names() if f"model: ind_{name}\n" not in text]
    assert without == []


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
        if " qualify " in text or "group by all" in text:
            wrong.append(f"{where} is not portable")
    assert wrong == []
