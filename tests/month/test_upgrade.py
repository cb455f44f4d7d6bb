"""docs/upgrade.md, done: the home that an older version left is opened by this one."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import journal, lake
from csc_warehouse.ask import releases, revision
from csc_warehouse.errors import DataRefused
from csc_warehouse.places import Home
from csc_warehouse.report.memory import MEMORY
from csc_warehouse.run_month import steps
from library.places import PROJECT

LA, MONTH = "999", "2022-09"
#: The first version's id of the load and of the release: not by a key, and of other code.
OLD_LOAD, OLD_RELEASE = "0123456789abcdef", "2022-09-0123456789ab"


def as_the_first_version_left_it(home: Home) -> None:
    """Take away what came later: commit 7898f06 had no more than this.

    No journal, settings, council's folder or memory of what was public; manifests without forms of
    dates and days of events; load ids without the key; history and releases without numbers.
    """
    for name in ("journal", "settings.toml", "council", "work", "certificates"):
        path = home.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (manifest_file,) = home.manifests.glob("*.json")
    text = manifest_file.read_text().replace(manifest_file.stem, OLD_LOAD)
    load = json.loads(text)
    del load["events"]
    for entry in load["files"]:
        del entry["dates"]
    for path in home.lake.rglob(f"{manifest_file.stem}.parquet"):
        path.rename(path.with_stem(OLD_LOAD))
    manifest_file.with_stem(OLD_LOAD).write_text(json.dumps(load))
    manifest_file.unlink()
    shutil.rmtree(home.quarantine, ignore_errors=True)
    (home.quarantine / OLD_LOAD).mkdir(parents=True)
    for path in (home.lake / "_checks").rglob("*.parquet"):
        path.rename(path.with_name(f"{OLD_RELEASE}.parquet"))
    release = home.current.resolve()
    published: dict[str, Any] = json.loads((release / "manifest.json").read_text())
    del published["publication"], published["files"][MEMORY.as_posix()]
    published |= {"release_id": OLD_RELEASE, "code_version": "old", "load_ids": [OLD_LOAD]}
    (release / "manifest.json").write_text(json.dumps(published))
    (release / MEMORY).unlink()
    home.current.unlink()
    release.rename(release.with_name(OLD_RELEASE))
    home.current.symlink_to(OLD_RELEASE)


@pytest.fixture(scope="module")
def old(done: tuple[Home, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("old") / "home")
    shutil.copytree(done[0].root, home.root, symlinks=True)
    as_the_first_version_left_it(home)
    return home


@pytest.fixture(scope="module")
def upgraded(old: Home) -> dict[str, Any]:
    """The newest month run again by this version; its landed files are gone, as retention does."""
    shutil.rmtree(old.landing / LA)
    return steps.run_month(old, [LA], MONTH)


def test_a_new_release_is_built_from_the_old_lake_and_the_old_one_stays(
    old: Home, upgraded: dict[str, Any], done: tuple[Home, dict[str, Any]]
) -> None:
    assert not upgraded["already_published"]
    shown = releases.current(old)
    assert shown.release_id == upgraded["release_id"]
    assert shown.manifest["load_ids"] == [OLD_LOAD]
    assert shown.manifest["publication"] == 1
    # What moved is told, and nothing did: it is the same lake.
    assert upgraded["moved"] == {"compared_with": OLD_RELEASE, "indicators": 0, "causes": {}}
    before = releases.named(old, OLD_RELEASE)
    assert releases.problems(before.path) == []
    with revision.compare(before.analyst_db, shown.analyst_db) as connection:
        assert revision.moved(connection) == []
    names = shown.manifest["tables"].keys()
    assert names == releases.current(done[0]).manifest["tables"].keys()


def test_what_came_later_begins_with_this_version(old: Home, upgraded: dict[str, Any]) -> None:
    shown = releases.current(old)
    assert (shown.path / MEMORY).is_file()
    verdict = journal.verify(old)
    assert verdict.fault is None
    assert [line.act for line in journal.newest(old, verdict.lines)].count("release") == 1
    history = sorted(path.name for path in (old.lake / "_checks" / "issue").rglob("*.parquet"))
    assert history == [f"000001_{upgraded['release_id']}.parquet", f"{OLD_RELEASE}.parquet"]


@pytest.mark.usefixtures("upgraded")
def test_the_same_files_land_again_under_this_versions_id(
    old: Home, done: tuple[Home, dict[str, Any]]
) -> None:
    shutil.copytree(done[0].landing / LA, old.landing / LA)
    (again,) = steps.land(old, LA, MONTH)["loads"]
    assert again["load_id"] != OLD_LOAD
    (current,) = lake.current_loads(old, MONTH, [LA])
    assert current.load_id == again["load_id"] and current.events
    earlier = lake.read_manifest(old, OLD_LOAD)
    assert earlier and (earlier.rows_in, earlier.rows_kept) == (current.rows_in, current.rows_kept)


def test_a_file_in_an_old_place_is_refused_in_a_sentence_that_the_page_has(old: Home) -> None:
    place = old.root / "crosswalks" / f"{LA}.csv"
    place.parent.mkdir()
    place.write_text("code_set,local_code,code\n")
    with pytest.raises(DataRefused, match=r"is read no more\. Move each .*council.*codes\.csv"):
        steps.check_raw(old, [LA], MONTH)
    place.unlink()
    page = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
    assert "`CSC_HOME/crosswalks/991.csv`" in page


def test_the_page_says_of_everything_what_becomes_of_it() -> None:
    page = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
    for name in ("journal", "settings.toml", "council/", "public_memory", "lake/_checks", "keys/"):
        assert name in page, name


def test_folders_of_the_list_are_where_they_are_made(done: tuple[Home, dict[str, Any]]) -> None:
    """What the first version is taken to lack must be there to be taken away."""
    home = done[0]
    (load,) = lake.every_manifest(home)
    assert load.events
    assert (home.current / MEMORY).is_file()
    names = {path.name for path in Path(home.root).iterdir()}
    assert {"journal", "lake", "published", "keys", "landing"} <= names
