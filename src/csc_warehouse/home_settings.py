"""How a home is run: `CSC_HOME/settings.toml`, which changes no number.

When a delivery is waited for, how long, who is told. Without the file, or a line of it, the
defaults hold. What changes numbers is in `council`.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import GenericAlias
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

from csc_warehouse.errors import WrongUse
from csc_warehouse.month import Month
from csc_warehouse.places import Home

#: Days and hours of the settings are those of a clock on the wall.
WALL_CLOCK = ZoneInfo("Europe/London")

#: What somebody can be told of.
EVENTS = ("red", "refused", "waiting", "late", "published")

#: Who reads a release: `csc_warehouse.readers` says what each of them is given.
AUDIENCES = ("members", "officers", "analysts", "quality")


@dataclass(frozen=True)
class Load:
    """When a month is loaded, and how long a delivery and an approval are waited for."""

    day: int = 1
    hour: int = 0
    days_of_grace: int = 5
    quiet_minutes: int = 30
    days_for_approval: int = 5


@dataclass(frozen=True)
class Notify:
    """Who is told of what: addresses and the URL of a webhook; `link` opens Airflow's screen."""

    email: tuple[str, ...] = ()
    webhook: str = ""
    events: tuple[str, ...] = EVENTS
    link: str = ""


@dataclass(frozen=True)
class Smtp:
    """The server that takes e-mail; the password is the content of a file, if one is needed."""

    host: str = ""
    port: int = 25
    sender: str = ""
    starttls: bool = False
    user: str = ""
    password_file: str = ""


@dataclass(frozen=True)
class Worklist:
    """The worklist's pages: `child_link` opens a child in the case system, by `{child_id}`."""

    child_link: str = ""


@dataclass(frozen=True)
class Groups:
    """The group of the system that may read an audience's folder; none where it is empty."""

    members: str = ""
    officers: str = ""
    analysts: str = ""
    quality: str = ""


@dataclass(frozen=True)
class Deliver:
    """The folder below which `audiences` find their part of a release, after its publication.

    The newest `keep` releases stay there; all of them, where it is 0.
    """

    to: str = ""
    audiences: tuple[str, ...] = ()
    keep: int = 0
    groups: Groups = field(default_factory=Groups)


@dataclass(frozen=True)
class Serve:
    """The PostgreSQL database that has the current release; the password as Smtp's."""

    to: str = ""
    password_file: str = ""


@dataclass(frozen=True)
class Build:
    """What computes a month's tables: `duckdb`, `spark` (on this machine), or a cluster's address.

    More than `authorities_in_a_group` authorities are built in groups, see `build.groups`. Neither
    changes the release.
    """

    engine: str = "duckdb"
    authorities_in_a_group: int = 10


@dataclass(frozen=True)
class HomeSettings:
    """The whole file. `retired` has the first month in which an authority is not waited for."""

    load: Load = field(default_factory=Load)
    build: Build = field(default_factory=Build)
    notify: Notify = field(default_factory=Notify)
    smtp: Smtp = field(default_factory=Smtp)
    worklist: Worklist = field(default_factory=Worklist)
    deliver: Deliver = field(default_factory=Deliver)
    serve: Serve = field(default_factory=Serve)
    retired: Mapping[str, str] = field(default_factory=dict)

    def begins(self, month: str) -> datetime:
        """The first moment at which `month` is loaded: in the month after it."""
        following = Month.of(month).after(1)
        return datetime(
            following.year, following.number, self.load.day, self.load.hour, tzinfo=WALL_CLOCK
        )

    def grace_ends(self, month: str) -> datetime:
        """The moment from which nobody who is late is waited for."""
        return self.begins(month) + timedelta(days=self.load.days_of_grace)

    def is_retired(self, la_code: str, month: str) -> bool:
        """Whether the authority had left by `month`."""
        return la_code in self.retired and self.retired[la_code] <= month


#: What a number may be.
_RANGES = {
    "build.authorities_in_a_group": (1, 1000),
    "load.day": (1, 28),
    "load.hour": (0, 23),
    "load.days_of_grace": (0, 60),
    "load.quiet_minutes": (0, 24 * 60),
    "load.days_for_approval": (1, 60),
    "smtp.port": (1, 65535),
    "deliver.keep": (0, 1000),
}


def path_of(home: Home) -> Path:
    """Where the file lies; it need not exist."""
    return home.root / "settings.toml"


def read(home: Home) -> HomeSettings:
    """The settings of a home. Raises WrongUse naming the file, the setting and what it may be."""
    path = path_of(home)
    if not path.is_file():
        return HomeSettings()
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} is no TOML: {error}. `csc init` writes a sample.") from None
    found: HomeSettings = _read(HomeSettings, written, path, "")
    if found.notify.email and not (found.smtp.host and found.smtp.sender):
        raise WrongUse(f"{path}: notify.email needs smtp.host and smtp.sender.")
    for name, said, known in (
        ("notify.events", found.notify.events, EVENTS),
        ("deliver.audiences", found.deliver.audiences, AUDIENCES),
    ):
        if unknown := sorted(set(said) - set(known)):
            raise WrongUse(
                f"{path}: {name} has {', '.join(unknown)}. It may have: {', '.join(known)}."
            )
    if not is_engine(found.build.engine):
        raise WrongUse(f"{path}: build.engine must be {ENGINES}.")
    if found.deliver.audiences and not found.deliver.to:
        raise WrongUse(f"{path}: deliver.audiences needs deliver.to, the folder of their folders.")
    if found.notify.webhook and not found.notify.webhook.startswith(("https://", "http://")):
        raise WrongUse(f"{path}: notify.webhook must begin with https://.")
    link = found.worklist.child_link
    if link and not (link.startswith(("https://", "http://")) and "{child_id}" in link):
        raise WrongUse(
            f"{path}: worklist.child_link must begin with https:// and hold {{child_id}}."
        )
    for la_code, month in found.retired.items():
        try:
            Month.of(month)
        except WrongUse as error:
            raise WrongUse(f"{path}: retired.{la_code}: {error}") from None
    return found


#: The environment's word for the engine, before that of the home's settings.
ENGINE = "CSC_ENGINE"

#: What an engine may be.
ENGINES = "duckdb, spark, or the address of a cluster, spark://HOST:7077"


def engine(home: Home) -> str:
    """What computes a month's tables in this home. Raises WrongUse."""
    name = os.environ.get(ENGINE) or read(home).build.engine
    if not is_engine(name):
        raise WrongUse(f"{ENGINE} must be {ENGINES}.")
    return name


def is_engine(name: str) -> bool:
    """Whether `name` says by what a month is computed."""
    return name in {"duckdb", "spark"} or name.startswith(("spark://", "local["))


def _read(kind: Any, written: Mapping[str, Any], path: Path, prefix: str) -> Any:
    """A dataclass of what is written; its defaults where nothing is."""
    kinds = get_type_hints(kind)
    known = {each.name for each in fields(kind)}
    unknown = sorted(set(written) - known)
    if unknown:
        raise WrongUse(
            f"{path}: there is no setting {prefix}{unknown[0]}. "
            f"Known: {', '.join(f'{prefix}{name}' for name in sorted(known))}."
        )
    return kind(
        **{
            name: _value(kinds[name], value, path, f"{prefix}{name}")
            for name, value in written.items()
        }
    )


def _value(kind: Any, value: Any, path: Path, name: str) -> Any:
    if is_dataclass(kind):
        if not isinstance(value, dict):
            raise WrongUse(f"{path}: {name} must be a table, [{name}].")
        return _read(kind, value, path, f"{name}.")
    if isinstance(kind, GenericAlias) or getattr(kind, "__origin__", None) is not None:
        return _several(value, path, name)
    # In Python True is a number.
    if type(value) is not kind:
        wanted = {int: "a whole number", bool: "true or false", str: 'text, in "…"'}
        raise WrongUse(f"{path}: {name} must be {wanted[kind]}.")
    least, most = _RANGES.get(name, (value, value))
    if not least <= value <= most:
        raise WrongUse(f"{path}: {name} must be between {least} and {most}.")
    return value


def _several(value: Any, path: Path, name: str) -> Any:
    """A list of texts, or a table of them."""
    is_table = name == "retired"
    parts = list(value.values()) if isinstance(value, dict) else value
    if isinstance(value, dict) is not is_table or not isinstance(parts, list):
        wanted = 'a table, 992 = "2023-04"' if is_table else 'a list, ["…", "…"]'
        raise WrongUse(f"{path}: {name} must be {wanted}.")
    if not all(isinstance(part, str) for part in parts):
        raise WrongUse(f'{path}: {name} must hold text, in "…".')
    return dict(value) if is_table else tuple(parts)


SAMPLE = """\
# How this home is run. None of it changes a number: what does is in council/<la_code>/.
# A line that begins with # says the default; take the # away to say something else.

[load]
# The day of the next month, and its hour here, from which a month is loaded.
# day = 1
# hour = 0
# A month waits so many days, from that day on, for authorities whose delivery is not whole.
# days_of_grace = 5
# A delivery is whole when nothing in it has changed for so long. A file _READY beside the folders
# of the sources says that it is whole now.
# quiet_minutes = 30
# A critical failure waits so many days for somebody to accept it.
# days_for_approval = 5

[build]
# What computes a month's tables: duckdb, spark (on this machine) or a cluster, spark://HOST:7077.
# Each makes the same release: docs/build-with-spark.md.
# engine = "duckdb"
# More authorities than these are built in groups, each by itself: docs/run-a-region.md.
# authorities_in_a_group = 10

[retired]
# An authority that delivers no more, with the first month that is not waited for.
# 992 = "2023-04"

[notify]
# Who hears of it, and of what. Counts and links, never a value about a child.
# email = ["data-team@example.gov.uk"]
# The address of an incoming webhook of Teams or Slack.
# webhook = "https://example.webhook.office.com/…"
# events = ["red", "refused", "waiting", "late", "published"]
# Where Airflow's screen is opened.
# link = "https://csc.example.gov.uk"

[worklist]
# Where a click on a child's id in the restricted worklist leads; {child_id} stands for the id.
# child_link = "https://case-system.example.gov.uk/person/{child_id}"

[smtp]
# host = "smtp.example.gov.uk"
# port = 25
# sender = "csc-warehouse@example.gov.uk"
# starttls = false
# user = ""
# A file that holds the password and nothing else, readable by the loading account only.
# password_file = ""

[deliver]
# After a publication each audience finds its part of the release in a folder of its own below this
# one, which must be there: docs/give-readers-their-part.md.
# to = ""
# audiences = []
# The newest so many releases stay in each folder; 0 keeps all.
# keep = 0

[deliver.groups]
# The group of this machine that may read an audience's folder; nobody else, where none is named.
# members = ""
# officers = ""
# analysts = ""
# quality = ""

[serve]
# A PostgreSQL database that has the current release, for roles: docs/serve-postgresql.md.
# to = "postgresql://csc_loader@db.example.gov.uk/csc"
# A file that holds the password and nothing else; without it libpq's own (PGPASSFILE).
# password_file = ""
"""
