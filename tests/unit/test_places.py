"""Where the project's own files are: in a folder that is named, the package or the source tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from csc_warehouse import places
from csc_warehouse.build import transform
from library.places import PROJECT


def test_a_source_tree_is_its_own_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CSC_PROJECT", raising=False)
    assert places.project_root() == PROJECT


def test_an_installed_package_brings_its_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CSC_PROJECT", raising=False)
    monkeypatch.setattr(places, "PACKAGED_PROJECT", tmp_path)
    assert places.project_root() == tmp_path


def test_a_named_project_comes_before_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "PACKAGED_PROJECT", tmp_path)
    monkeypatch.setenv("CSC_PROJECT", str(tmp_path / "other" / ".."))
    assert places.project_root() == tmp_path
    monkeypatch.setenv("CSC_PROJECT", str(tmp_path / "other"))
    assert places.project_root() == tmp_path / "other"


@pytest.mark.parametrize("is_packaged", [True, False])
def test_a_run_writes_beside_the_sources_and_never_into_a_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_packaged: bool
) -> None:
    project, scratch = tmp_path / "project", tmp_path / "scratch"
    target = project / "dbt_project" / "target"
    target.mkdir(parents=True)
    monkeypatch.setattr(transform, "PROJECT_ROOT", project)
    monkeypatch.setattr(transform, "DBT_PROJECT", target.parent)
    monkeypatch.setattr(transform, "DBT_TARGET", target)
    monkeypatch.setattr(
        transform, "PACKAGED_PROJECT", project if is_packaged else tmp_path / "elsewhere"
    )
    assert transform.kept_folder(scratch) == (scratch if is_packaged else target)


def test_what_an_image_brings_is_not_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought, scratch = tmp_path / "target", tmp_path / "scratch"
    brought.mkdir()
    (brought / "project.msgpack").write_bytes(b"")
    monkeypatch.setattr(transform, "DBT_TARGET", brought)
    monkeypatch.setattr(transform, "PROJECT_ROOT", transform.PACKAGED_PROJECT)
    assert transform.made_ahead("project.msgpack", scratch) == brought / "project.msgpack"
    assert transform.made_ahead("blank/1", scratch) == scratch / "blank" / "1"
