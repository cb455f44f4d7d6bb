"""`csc deliver`: each audience's part of a release, whole, in a folder of its own, and no more."""

from __future__ import annotations

import grp
import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse import home_settings, journal
from csc_warehouse.ask import releases
from csc_warehouse.command.handing_out import delivered
from csc_warehouse.errors import CscError, WrongUse
from csc_warehouse.files import sha256_of
from csc_warehouse.journal import Act
from csc_warehouse.places import Home
from csc_warehouse.readers import delivery
from csc_warehouse.readers.audiences import AUDIENCES
from library.pages import leads_nowhere
from library.second_release import release_again

NAMES = [audience.name for audience in AUDIENCES]
#: A group that this account may give its files to.
GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.fixture
def home(done: tuple[Home, dict[str, Any]], tmp_path: Path) -> Home:
    """The hand-made month, published, in a home that may be changed."""
    shutil.copytree(
        done[0].root,
        tmp_path / "home",
        symlinks=True,
        ignore=shutil.ignore_patterns("work", "landing"),
    )
    return Home(tmp_path / "home")


@pytest.fixture(autouse=True)
def few_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """dbt is asked once, where the joins are tested (test_first_steps)."""
    keys = {("marts", "dim_child"): ("child_key",)}
    monkeypatch.setattr(delivery.transform, "primary_keys", lambda _: keys)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def state(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file below a folder by its path: content, and when it was written."""
    return {
        path.relative_to(folder).as_posix(): (sha256_of(path), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def deliveries(home: Home, act: Act = Act.DELIVERY) -> list[tuple[str, str]]:
    """What the journal has of deliveries: release and audience."""
    return [
        (line.about["release"], line.about["audience"])
        for line in journal.newest(home, 100)
        if line.act == act
    ]


def test_each_audience_has_its_part_and_no_more(home: Home, share: Path) -> None:
    release = releases.current(home)
    found = delivery.deliver(home, share, NAMES)
    assert [each.folder for each in found] == [share / name / release.release_id for name in NAMES]
    had = {name: set(state(share / name / "current")) for name in NAMES}
    own = {"about.html", "delivery.json"}
    assert had["members"] - own == {
        name for name in release.manifest["files"] if name.startswith("report/members/")
    }
    assert {"report/officers/index.html", "indicators.xlsx"} <= had["officers"]
    assert {"analyst.duckdb", "parquet/indicators/rpt_indicator.parquet"} <= had["analysts"]
    assert {"start/release.pq", "start/measures.csv", "start/first_look.R"} <= had["analysts"]
    assert {"restricted.duckdb", "worklist/index.html"} <= had["quality"]
    # The way back from key to child is never beside the records by key.
    way_back = {name for name in had["quality"] if not name.startswith("report/")} - own
    for name in ("members", "officers", "analysts"):
        assert had[name] & way_back == set()
    assert not any(path.startswith(("analyst", "parquet", "indicators")) for path in had["quality"])
    assert not any("public_memory" in path for paths in had.values() for path in paths)
    for name in NAMES:
        folder = share / name / release.release_id
        manifest = json.loads((folder / "delivery.json").read_text())
        assert set(manifest["files"]) == had[name] - {"delivery.json"}
        assert delivery.problems(folder) == []
        # What is there is what was published.
        published = release.manifest["files"]
        copied = {path: digest for path, digest in manifest["files"].items() if path in published}
        assert copied == {path: published[path] for path in copied} and len(copied) > 5
    assert deliveries(home) == [(release.release_id, name) for name in NAMES]


def test_its_pages_say_what_it_is_and_every_link_leads_somewhere(home: Home, share: Path) -> None:
    delivery.deliver(home, share, NAMES)
    for audience in AUDIENCES:
        folder = share / audience.name
        page = (folder / "current" / "about.html").read_text(encoding="utf-8")
        for said in ("What is this?", "30 September 2022", "Madeup-on-Sea", audience.title):
            assert said in page
        for path in [folder / "index.html", *(folder / "current").rglob("*.html")]:
            text = path.read_text(encoding="utf-8")
            targets = re.findall(r'(?:href|src)="(?!https?:|#)([^"#]+)', text)
            assert [each for each in targets if leads_nowhere(path, each)] == [], path


def test_the_same_again_changes_nothing_and_what_is_damaged_is_written_anew(
    home: Home, share: Path
) -> None:
    delivery.deliver(home, share, ["members"])
    before = state(share)
    (again,) = delivery.deliver(home, share, ["members"])
    assert not again.is_new and state(share) == before
    assert len(deliveries(home)) == 1
    (share / "members" / "current" / "report" / "members" / "figures.csv").write_text("1")
    (anew,) = delivery.deliver(home, share, ["members"])
    assert anew.is_new
    assert {name: each[0] for name, each in state(share).items()} == {
        name: each[0] for name, each in before.items()
    }


def test_its_group_may_read_it_and_nobody_else(home: Home, share: Path) -> None:
    home_settings.path_of(home).write_text(f'[deliver.groups]\nmembers = "{GROUP}"\n')
    delivery.deliver(home, share, ["members", "officers"])
    for name, folder, file in (("members", 0o750, 0o640), ("officers", 0o700, 0o600)):
        places = [share / name, *(path for path in (share / name).rglob("*"))]
        modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in places}
        assert modes == {(True, folder), (False, file)}
    assert (share / "members").stat().st_gid == os.getgid()


def test_a_replaced_release_is_said_and_old_ones_go_by_the_setting(home: Home, share: Path) -> None:
    first = releases.current(home)
    delivery.deliver(home, share, ["members"])
    second = release_again(home, first)
    (found,) = delivery.deliver(home, share, ["members"])
    assert (found.release_id, found.replaces) == (second, first.release_id)
    assert any(f"it replaces {first.release_id}" in line for line in delivered([found]))
    folder = share / "members"
    assert (folder / "current").resolve().name == second
    assert first.release_id in (folder / second / "about.html").read_text()
    listed = " ".join((folder / "index.html").read_text().split())
    assert f"Replaced by <code>{second}</code>: quote that one" in listed
    # An older release may be had again; readers stay with the current one.
    delivery.deliver(home, share, ["officers"], first.release_id)
    delivery.deliver(home, share, ["officers"])
    assert (share / "officers" / "current").resolve().name == second
    home_settings.path_of(home).write_text("[deliver]\nkeep = 1\n")
    (thinned,) = delivery.deliver(home, share, ["members"])
    assert thinned.thinned == (first.release_id,)
    assert sorted(path.name for path in folder.iterdir()) == [second, "current", "index.html"]


def test_what_the_home_has_removed_is_withdrawn(home: Home, share: Path) -> None:
    home_settings.path_of(home).write_text(f'[deliver]\nto = "{share}"\naudiences = ["analysts"]\n')
    first = releases.current(home)
    delivery.after_publication(home, first.release_id)
    strange = share / "analysts" / "2020-01-000000000000"
    shutil.copytree(share / "analysts" / first.release_id, strange)
    changed = json.loads((strange / "delivery.json").read_text()) | {"release_id": strange.name}
    (strange / "delivery.json").write_text(json.dumps(changed))
    second = release_again(home, first)
    shutil.rmtree(first.path)
    assert delivery.take_back(home) == {"analysts": (first.release_id,)}
    assert delivery.take_back(home) == {"analysts": ()}
    folder = share / "analysts" / first.release_id
    assert sorted(path.name for path in folder.iterdir()) == ["about.html", "delivery.json"]
    assert "This release was withdrawn" in (folder / "about.html").read_text()
    assert "<strong>Withdrawn</strong>" in (share / "analysts" / "index.html").read_text()
    assert deliveries(home, Act.WITHDRAWAL) == [(first.release_id, "analysts")]
    # What this home never delivered is somebody else's: it is said, and left.
    (found,) = delivery.after_publication(home, second)
    assert (found.withdrawn, found.unknown) == ((), (strange.name,))
    assert (strange / "analyst.duckdb").is_file()
    # The same release once more, for it was made again.
    shutil.copytree(home.published / second, first.path)
    shutil.copyfile(home.published / second / "manifest.json", first.path / "manifest.json")
    manifest = first.manifest
    (first.path / "manifest.json").write_text(json.dumps(manifest))
    (again,) = delivery.deliver(home, share, ["analysts"], first.release_id)
    assert again.is_new and (folder / "analyst.duckdb").is_file()


def test_a_killed_delivery_leaves_the_old_one_and_the_next_sweeps(
    home: Home, share: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = releases.current(home)
    delivery.deliver(home, share, ["members"])
    before = state(share)
    release_again(home, first)
    with monkeypatch.context() as patched:
        patched.setattr(delivery.pages, "about", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            delivery.deliver(home, share, ["members"])
    assert state(share) == before
    left = share / "members" / ".2022-09-x.999999999.part"
    left.mkdir()
    delivery.deliver(home, share, ["members"])
    assert not left.exists()


def test_what_cannot_be_is_said(home: Home, share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def said(to: Path, audience: str, kind: type[CscError] = WrongUse) -> str:
        with pytest.raises(kind) as refused:
            delivery.deliver(home, to, [audience])
        return str(refused.value)

    assert "no audience member. Did you mean members?" in said(share, "member")
    assert f"There is no folder {share}/not" in said(share / "not", "members")
    (share / "file").touch()
    assert "is a file" in said(share / "file", "members")
    assert "only the loading account may read" in said(home.published, "members")
    home_settings.path_of(home).write_text('[deliver.groups]\nmembers = "no-such-group"\n')
    assert "has no group no-such-group" in said(share, "members")
    home_settings.path_of(home).unlink()
    with monkeypatch.context() as patched:
        patched.setattr(os, "access", lambda *_: False)
        assert "can't be written" in said(share, "members", CscError)
    home.current.unlink()
    assert "Nothing is published" in said(share, "members", CscError)
    assert [path.name for path in share.iterdir()] == ["file"]


def test_a_delivery_that_fails_after_publication_says_that_the_release_is_out(
    home: Home, share: Path
) -> None:
    release = releases.current(home)
    assert delivery.after_publication(home, release.release_id) == []
    home_settings.path_of(home).write_text(
        f'[deliver]\nto = "{share}/gone"\naudiences = ["members"]\n'
    )
    with pytest.raises(WrongUse, match=f"{release.release_id} is published, but .* no folder"):
        delivery.after_publication(home, release.release_id)


def test_the_audiences_are_those_of_the_settings() -> None:
    assert tuple(NAMES) == home_settings.AUDIENCES
    assert set(vars(home_settings.Groups())) == set(NAMES)
