"""CSC_HOME/settings.toml: defaults without it, refused where it says nothing clear."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from csc_warehouse import home_settings
from csc_warehouse.errors import WrongUse
from csc_warehouse.home_settings import HomeSettings
from csc_warehouse.places import Home


def read(folder: Path, text: str) -> HomeSettings:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return home_settings.read(Home(folder))


def test_without_the_file_the_defaults_hold(tmp_path: Path) -> None:
    assert home_settings.read(Home(tmp_path)) == HomeSettings()


def test_the_sample_says_nothing_but_the_defaults(tmp_path: Path) -> None:
    assert read(tmp_path, home_settings.SAMPLE) == HomeSettings()
    # Each default that it tells is the real one.
    told = re.sub(r"^# (\w+ = )", r"\1", home_settings.SAMPLE, flags=re.MULTILINE)
    found = read(tmp_path, told)
    assert found.load == HomeSettings().load
    assert found.notify.events == HomeSettings().notify.events
    assert found.notify.email and found.notify.webhook and found.smtp.host


def test_what_is_written_is_read(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[load]\nday = 12\nhour = 7\n[retired]\n992 = "2023-04"\n'
        '[notify]\nemail = ["a@b.uk"]\n[smtp]\nhost = "mail"\nsender = "c@b.uk"\n',
    )
    assert found.begins("2022-12") == datetime(2023, 1, 12, 7, tzinfo=UTC)
    assert found.begins("2023-05") == datetime(2023, 6, 12, 6, tzinfo=UTC)  # summer time
    assert (found.grace_ends("2022-12") - found.begins("2022-12")).days == 5
    assert [found.is_retired("992", month) for month in ("2023-03", "2023-04")] == [False, True]
    assert not found.is_retired("991", "2023-04")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[load", "is no TOML"),
        (
            "[loads]",
            "there is no setting loads. Known: build, deliver, load, notify, retired, serve, smtp, "
            "worklist.",
        ),
        ('[build]\nengine = "oracle"', "build.engine must be duckdb, spark, or the address"),
        ("[load]\ndays = 3", "there is no setting load.days. Known: load.day, "),
        ("load = 3", "load must be a table, [load]"),
        ("[load]\nday = 29", "load.day must be between 1 and 28"),
        ('[load]\nday = "3"', "load.day must be a whole number"),
        ("[load]\nday = true", "load.day must be a whole number"),
        ("[load]\nhour = -1", "load.hour must be between 0 and 23"),
        ("[smtp]\nstarttls = 1", "smtp.starttls must be true or false"),
        ("[smtp]\nhost = 1", 'smtp.host must be text, in "…"'),
        ('[notify]\nemail = "a@b.uk"', "notify.email must be a list"),
        ('[notify]\nemail = ["a@b.uk"]', "notify.email needs smtp.host and smtp.sender"),
        ('[notify]\nevents = ["green"]', "notify.events has green. It may have: red, refused"),
        ('[notify]\nwebhook = "teams"', "notify.webhook must begin with https://"),
        ('[worklist]\nchild_link = "https://case/1"', "worklist.child_link must begin with"),
        ('[deliver]\nto = "/x"\naudiences = ["public"]', "deliver.audiences has public. It may"),
        ('[deliver]\naudiences = ["members"]', "deliver.audiences needs deliver.to"),
        ("[deliver]\nkeep = -1", "deliver.keep must be between 0 and 1000"),
        ('[deliver.groups]\nmember = "x"', "no setting deliver.groups.member. Known"),
        ('[retired]\n992 = "April"', "retired.992: The month must be written YYYY-MM"),
        ("[retired]\n992 = 2023", 'retired must hold text, in "…"'),
        ('retired = ["992"]', "retired must be a table"),
    ],
)
def test_what_is_not_clear_is_refused_with_its_name(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongUse) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert str(tmp_path / "settings.toml") in str(refused.value)


def test_the_environment_names_the_engine_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path)
    assert home_settings.engine(home) == "duckdb"
    read(tmp_path, '[build]\nengine = "spark://a.cluster:7077"')
    assert home_settings.engine(home) == "spark://a.cluster:7077"
    monkeypatch.setenv(home_settings.ENGINE, "spark")
    assert home_settings.engine(home) == "spark"
    monkeypatch.setenv(home_settings.ENGINE, "oracle")
    with pytest.raises(WrongUse, match="CSC_ENGINE must be duckdb, spark"):
        home_settings.engine(home)
