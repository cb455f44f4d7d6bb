"""Local extensions: found by name or columns, read without loss, documented, no free text kept."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from csc_warehouse import lake
from csc_warehouse.command.cli import app
from csc_warehouse.intake.adapters import local
from csc_warehouse.intake.adapters.local import LocalAdapter
from csc_warehouse.intake.landing import land
from csc_warehouse.lake.declarations import load_source
from csc_warehouse.places import Home
from library.places import PROJECT

LA, MONTH = "991", "2022-09"
DOCS = PROJECT / "docs" / "local-extensions.md"


def landed(root: Path, name: str, data: bytes) -> tuple[Home, lake.LoadManifest]:
    """Land one local file in a home of its own."""
    home = Home(root)
    folder = home.landing / LA / MONTH / "local"
    folder.mkdir(parents=True)
    (folder / name).write_bytes(data)
    (manifest,) = land(home, LA, MONTH, settle_seconds=0)
    return home, manifest


@pytest.mark.parametrize("name", local.template_names())
def test_a_template_is_recognised_by_its_columns_alone(name: str) -> None:
    table = LocalAdapter().table_of(load_source("local"), "extract", local.template(name))
    assert table is not None
    assert table.name == name


@pytest.mark.parametrize("name", local.template_names())
def test_the_page_says_what_each_column_holds(name: str) -> None:
    page = DOCS.read_text(encoding="utf-8")
    for column, description in local.dictionary(name):
        assert description
        assert f"| `{column}` | {description} |" in page


def test_the_command_writes_a_template_and_overwrites_nothing(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["template", "workforce", "--out", str(tmp_path)])
    assert run.exit_code == 0
    path = tmp_path / "workforce.csv"
    assert path.read_text(encoding="utf-8") == ",".join(local.template("workforce")) + "\n"
    assert CliRunner().invoke(app, ["template", "workforce", "--out", str(path)]).exit_code != 0
    assert CliRunner().invoke(app, ["template", "wages"]).exit_code != 0


def test_other_names_of_columns_and_free_text_that_is_not_kept(tmp_path: Path) -> None:
    told = "The child said a great deal about it, and all of it was written down here at length."
    data = f'Child ID,Missing ID,RHI Date,Reason,Notes\n7,12,2022-09-03 10:00,"{told}",x\n'
    home, manifest = landed(tmp_path, "rhi export.csv", data.encode())
    assert [table.name for table in manifest.tables] == ["return_interviews"]
    (path,) = lake.parquet_files(home, manifest, "return_interviews")
    (row,) = pq.ParquetFile(path).read().to_pylist()
    assert (row["person_id"], row["missing_episode_id"], row["held_at"]) == (
        "7",
        "12",
        "2022-09-03 10:00",
    )
    assert not any("great deal" in str(value) for value in row.values())


words = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)


@settings(max_examples=15, deadline=None)
@given(rows=st.lists(st.lists(words, min_size=1, max_size=12), max_size=6))
def test_any_text_is_kept_or_put_aside(
    rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    lines = [",".join(local.template("education_status")), *(",".join(row) for row in rows)]
    data = "\n".join(lines).encode("utf-8", "surrogatepass")
    _, manifest = landed(tmp_path_factory.mktemp("local"), "education_status.csv", data)
    assert manifest.rows_in == manifest.rows_kept + manifest.rows_quarantined
