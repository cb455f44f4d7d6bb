"""Each audience's part of a release, in a folder of its own below a folder that they reach.

    <folder>/members/index.html           every release that was delivered, and which to quote
    <folder>/members/current              the newest, a link that is switched at once
    <folder>/members/<release_id>/        its files, about.html and delivery.json

A release is copied aside, hashed and renamed, so that a reader sees all of it or nothing; what was
delivered is never changed. Only one thing is taken back: what this home has removed (an erasure, a
new key, its age) must not live on here, so its files go and its page says that it was withdrawn.
"""

from __future__ import annotations

import grp
import hashlib
import json
import os
import pwd
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from csc_warehouse import home_settings, journal, quality
from csc_warehouse.ask import releases
from csc_warehouse.ask.releases import Release
from csc_warehouse.build import transform
from csc_warehouse.errors import CscError, WrongUse, told
from csc_warehouse.files import (
    give_to,
    link_atomically,
    private_directory,
    restrict_new_files,
    sha256_of,
    sweep,
    write_atomically,
    written_aside,
)
from csc_warehouse.home_settings import Deliver
from csc_warehouse.journal import Act
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.readers import first_steps, pages
from csc_warehouse.readers.audiences import Audience, given, named
from csc_warehouse.readers.pages import Line, Told

MANIFEST, ABOUT, LIST, CURRENT = "delivery.json", "about.html", "index.html", "current"


@dataclass(frozen=True)
class Delivered:
    """What came of a delivery to one audience; `is_new` is false where it was there already.

    `withdrawn` and `thinned` are the releases whose files were taken away, `unknown` those that
    this home neither has nor ever delivered here.
    """

    audience: str
    release_id: str
    folder: Path
    is_new: bool
    replaces: str | None
    withdrawn: tuple[str, ...]
    thinned: tuple[str, ...]
    unknown: tuple[str, ...]


def after_publication(home: Home, release_id: str) -> list[Delivered]:
    """Deliver a release to those whom the settings name; nothing where they name nobody.

    What fails says that the release is published all the same.
    """
    settings = home_settings.read(home).deliver
    if not settings.audiences:
        return []
    try:
        return deliver(home, Path(settings.to), settings.audiences, release_id)
    except (CscError, OSError) as error:
        kind = type(error) if isinstance(error, CscError) else CscError
        raise kind(
            f"{release_id} is published, but was not delivered to all. {told(error)} "
            "`csc deliver` goes on."
        ) from error


def take_back(home: Home) -> dict[str, tuple[str, ...]]:
    """Withdraw what the home has no more from those whom the settings name: releases by audience.

    For an erasure, a retention and a new key, which remove releases.
    """
    settings = home_settings.read(home).deliver
    if not settings.audiences:
        return {}
    _check_folder(home, Path(settings.to))
    return {
        name: _Place(
            home, Path(settings.to).resolve() / name, named(name), group_of(settings, name)
        ).take_back()
        for name in settings.audiences
    }


def deliver(
    home: Home, to: Path, audiences: Sequence[str], release_id: str = "current"
) -> list[Delivered]:
    """Put each audience's part of a release into its folder below `to`.

    The same again changes nothing; what is damaged is written anew. Raises WrongUse for an unknown
    audience, release, group or folder, and CscError where the folder can't be written or nothing
    is published.
    """
    settings = home_settings.read(home).deliver
    chosen = [(named(name), group_of(settings, name)) for name in dict.fromkeys(audiences)]
    _check_folder(home, to)
    restrict_new_files()
    release = releases.named(home, release_id)
    return [
        _Place(home, to.resolve() / audience.name, audience, group).take(release, settings.keep)
        for audience, group in chosen
    ]


def group_of(settings: Deliver, audience: str) -> int | None:
    """The number of the group that the settings name for an audience; None where they name none.

    Raises WrongUse where this machine has no such group, or the account is not in it.
    """
    name = str(getattr(settings.groups, audience))
    if not name:
        return None
    try:
        group = grp.getgrnam(name)
    except KeyError:
        raise WrongUse(
            f"This machine has no group {name} (settings.toml, deliver.groups.{audience}). Make "
            f"it, or name another: `getent group` lists them."
        ) from None
    if os.getuid() and group.gr_gid not in os.getgroups():
        account = pwd.getpwuid(os.getuid()).pw_name
        raise WrongUse(
            f"{account} is not in the group {name}, so it can give it no folder: "
            f"`usermod -aG {name} {account}`, then a new session."
        )
    return group.gr_gid


def _check_folder(home: Home, to: Path) -> None:
    """Raise WrongUse or CscError where nothing can be delivered below `to`."""
    if to.is_file():
        raise WrongUse(f"{to} is a file. Name the folder below which the audiences' folders lie.")
    if not to.is_dir():
        raise WrongUse(
            f"There is no folder {to}. Make it first, where its readers reach it; each audience "
            "gets a folder of its own in it."
        )
    if to.resolve().is_relative_to(home.root.resolve()):
        raise WrongUse(
            f"{to} lies in {home.root}, which only the loading account may read. Name a folder "
            "outside of it."
        )
    if not os.access(to, os.W_OK | os.X_OK):
        raise CscError(
            f"{to} can't be written by this account. Give it the right, then run the same command "
            "again: nothing was delivered."
        )


@dataclass(frozen=True)
class _Place:
    """The folder of an audience."""

    home: Home
    folder: Path
    audience: Audience
    group: int | None

    def take(self, release: Release, keep: int) -> Delivered:
        """Have `release` here, and nothing that was withdrawn or is too many."""
        private_directory(self.folder)
        give_to(self.folder, self.group)
        sweep(self.folder)
        path = self.folder / release.release_id
        is_new = bool(problems(path)) or bool(_read(path)["withdrawn"])
        if is_new:
            self._write(release, path)
        self._switch()
        withdrawn, unknown = self._withdraw()
        thinned = self._thin(keep, release.release_id)
        self._list()
        self._tell(Act.DELIVERY, release.release_id, sha256_of(path / MANIFEST))
        return Delivered(
            self.audience.name,
            release.release_id,
            path,
            is_new,
            _read(path)["replaces"],
            withdrawn,
            thinned,
            unknown,
        )

    def take_back(self) -> tuple[str, ...]:
        """Withdraw what the home has no more; its ids."""
        withdrawn, _ = self._withdraw()
        if withdrawn:
            self._list()
        return withdrawn

    def _write(self, release: Release, path: Path) -> None:
        """Copy the audience's part of `release` to `path`; each copy is what was published."""
        with written_aside(path, self.group) as aside:
            private_directory(aside)
            for name in self.audience.files(list(release.manifest["files"])):
                private_directory((aside / name).parent)
                shutil.copyfile(release.path / name, aside / name)
                if sha256_of(aside / name) != release.manifest["files"][name]:
                    raise CscError(
                        f"{release.path / name} was copied and came out otherwise. Have the disk "
                        "checked, then run the same command again: nothing was delivered."
                    )
            if "parquet/" in {part.path for part in self.audience.parts}:
                keys = transform.primary_keys(self.home.dbt_scratch)
                first_steps.write(aside, release.analyst_db, keys)
            said = _said(release, replaces=_replaced(self.home, release))
            text = pages.about(said, self.audience, given(aside, self.audience))
            (aside / ABOUT).write_text(text, encoding="utf-8")
            _write_manifest(aside, release, self.audience, said)
            if path.exists():
                shutil.rmtree(path)  # It is damaged, or had been withdrawn.

    def _switch(self) -> None:
        """Let `current` be what readers of this home see, where it is here; else what was."""
        now, link = self.home.current.resolve().name, self.folder / CURRENT
        if (self.folder / now / MANIFEST).is_file() and link.resolve().name != now:
            link_atomically(link, now)
        elif not link.exists() and (found := self._delivered()):
            link_atomically(link, found[0].name)

    def _withdraw(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Take back what this home delivered here and has no more; the others that it has not."""
        withdrawn, unknown = [], []
        for path in self._delivered():
            manifest = _read(path)
            if (self.home.published / path.name / "manifest.json").is_file():
                continue
            if not manifest["withdrawn"]:
                if self._is_told(Act.DELIVERY, path.name) is None:
                    unknown.append(path.name)
                    continue
                withdrawn.append(path.name)
                said = replace(_said_by(manifest), is_withdrawn=True)
                write_atomically(path / ABOUT, pages.about(said, self.audience, ()), self.group)
                files = {ABOUT: sha256_of(path / ABOUT)}
                text = _json(manifest | {"withdrawn": True, "files": files})
                write_atomically(path / MANIFEST, text, self.group)
                self._tell(Act.WITHDRAWAL, path.name, sha256_of(path / MANIFEST))
            for each in path.iterdir():
                if each.name not in (ABOUT, MANIFEST):
                    _remove(each)
        return tuple(withdrawn), tuple(unknown)

    def _thin(self, keep: int, just_delivered: str) -> tuple[str, ...]:
        """Remove all but the newest `keep` releases, of those that nobody is sent to."""
        kept = {just_delivered, (self.folder / CURRENT).resolve().name}
        thinned = [
            path
            for path in (self._delivered()[keep:] if keep else [])
            if path.name not in kept
        ]  # fmt: skip
        for path in thinned:
            shutil.rmtree(path)
        return tuple(path.name for path in thinned)

    def _list(self) -> None:
        """Write the list of what is here."""
        text = pages.listed(list(self._lines()), self.audience)
        path = self.folder / LIST
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            write_atomically(path, text, self.group)

    def _lines(self) -> Iterator[Line]:
        shown = (self.folder / CURRENT).resolve().name
        for path in self._delivered():
            manifest = _read(path)
            yield Line(
                _said_by(manifest),
                is_current=path.name == shown,
                replaced_by=_replaced_by(self.home, manifest),
            )

    def _delivered(self) -> list[Path]:
        """The releases that are here, the newest month first, of a month the last one first."""
        found = [path.parent for path in self.folder.glob(f"[0-9]*/{MANIFEST}")]
        return sorted(found, key=lambda path: _order(_read(path)), reverse=True)

    def _tell(self, act: Act, release_id: str, manifest: str) -> None:
        """Tell the journal, unless its last line about this says the same."""
        last = self._is_told(act, release_id)
        if last is None or last.outputs != (manifest,):
            journal.record(self.home, act, about=self._about(release_id), outputs=[manifest])

    def _is_told(self, act: Act, release_id: str) -> journal.Line | None:
        return journal.last(self.home, act, self._about(release_id))

    def _about(self, release_id: str) -> dict[str, str]:
        """The journal takes no path: the folder is there by its hash."""
        folder = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return {"release": release_id, "audience": self.audience.name, "folder": folder}


def problems(path: Path) -> list[str]:
    """What is wrong with a delivered release: files missing, or not as its manifest says."""
    if not (path / MANIFEST).is_file():
        return [f"no {MANIFEST}"]
    files = _read(path)["files"]
    missing = [name for name in files if not (path / name).is_file()]
    return [f"{name} is missing" for name in missing] or [
        f"{name} was changed" for name in files if sha256_of(path / name) != files[name]
    ]


def _write_manifest(folder: Path, release: Release, audience: Audience, said: Told) -> None:
    """What is in `folder`: what the audience may know of the release, and a hash of each file."""
    published = release.manifest
    names = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "release_id": release.release_id,
        "audience": audience.name,
        "month": published["month"],
        "as_at_date": published["as_at_date"],
        "la_codes": published["la_codes"],
        "authorities": said.authorities,
        "accepted": said.acceptance,
        "publication": published.get("publication", 0),
        "replaces": said.replaces,
        "withdrawn": False,
        "files": {path.relative_to(folder).as_posix(): sha256_of(path) for path in names},
    }
    (folder / MANIFEST).write_text(_json(manifest), encoding="utf-8")


def _said(release: Release, replaces: str | None) -> Told:
    accepted = release.manifest["data_quality"]["accepted"]
    return Told(
        release.release_id,
        date.fromisoformat(release.manifest["as_at_date"]),
        _authorities(release),
        (accepted["reason"], accepted["by"]) if accepted else None,
        replaces,
    )


def _said_by(manifest: dict[str, Any]) -> Told:
    accepted = manifest["accepted"]
    return Told(
        manifest["release_id"],
        date.fromisoformat(manifest["as_at_date"]),
        tuple(manifest["authorities"]),
        (accepted[0], accepted[1]) if accepted else None,
        manifest["replaces"],
        manifest["withdrawn"],
    )


def _authorities(release: Release) -> tuple[str, ...]:
    with duckdb.connect(str(release.analyst_db), read_only=True) as connection:
        rows = connection.execute(
            "select authority_name from marts.dim_authority where list_contains(?, la_code) "
            "order by la_code",
            [release.manifest["la_codes"]],
        ).fetchall()
    return tuple(name for (name,) in rows)


def _replaced(home: Home, release: Release) -> str | None:
    """The release of the same month and authorities that came out before; None if there is none."""
    manifest = release.manifest
    earlier = [
        other
        for other in releases.manifests(home)
        if other["month"] == manifest["month"]
        and set(other["la_codes"]) <= set(manifest["la_codes"])
        and _order(other) < _order(manifest)
    ]
    return max(earlier, key=_order)["release_id"] if earlier else None


def _replaced_by(home: Home, manifest: dict[str, Any]) -> str | None:
    """The release of the same month that stands in the place of another; None where it stands."""
    through = str(Month.of(manifest["month"]).after(1))
    standing = quality.standing(home, manifest["la_codes"], through)
    if manifest["release_id"] in standing:
        return None
    others = [
        other
        for other in releases.manifests(home)
        if other["release_id"] in standing and other["month"] == manifest["month"]
    ]
    return max(others, key=_order)["release_id"] if others else None


def _order(manifest: dict[str, Any]) -> tuple[str, int, str]:
    """By month, then as they came out."""
    return manifest["month"], manifest.get("publication", 0), manifest["release_id"]


def _read(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    return manifest


def _json(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
