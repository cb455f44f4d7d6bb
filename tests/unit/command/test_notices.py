"""Somebody hears of it: as a real mail server and a real web server receive it, on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from csc_warehouse.command import month, notices
from csc_warehouse.command.cli import main
from csc_warehouse.errors import CscError, DataRefused
from csc_warehouse.places import Home
from csc_warehouse.run_month import steps
from csc_warehouse.run_month.deliveries import Begin, Standing, State
from library.heard import Heard, listening, told_to


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening() as heard:
        yield heard


PUBLISHED = {
    "month": "2022-09",
    "release_id": "2022-09-abc",
    "warnings": 41,
    "not_available": {"991: no source": 3, "992: no source": 4},
    "refused": {"992": "a text that is not sent"},
    "to_run_again": ["2022-10", "2022-11"],
}
BEGIN = Begin(
    False,
    ("991",),
    (Standing("992", State.COMING, "31 files of the last load not there yet: jane_doe.csv …"),),
)
NOW = datetime(2022, 10, 4, 12, tzinfo=UTC)

#: Every notice, with what it must say and what it must not.
EACH = [
    (notices.published(PUBLISHED, "https://csc/x"), "published", "Indicators not available: 7"),
    (notices.published(PUBLISHED), "published", "To run again: 2022-10, 2022-11"),
    (notices.failed(DataRefused("Jane Doe"), "2022-09", "land 992"), "refused", "land 992"),
    (notices.failed(CscError("Jane Doe"), "2022-09", "publish"), "red", "It is not the data."),
    (notices.failed(OSError("Jane Doe"), "2022-09", "publish"), "red", "It is not the data."),
    (notices.waiting("2022-09", 2, 5), "waiting", "Critical failures: 2."),
    (notices.late("2022-09", BEGIN, NOW), "late", "992: 31 files of the last load not there yet"),
]


@pytest.mark.parametrize(("notice", "event", "said"), EACH)
def test_each_notice_arrives_by_both_ways(
    tmp_path: Path, heard: Heard, notice: notices.Notice, event: str, said: str
) -> None:
    assert notice.event == event
    assert notices.send(told_to(heard, tmp_path), notice) == []
    assert heard.recipients == ["data@example.uk", "lead@example.uk"]
    (message,) = heard.mail
    assert message["Subject"].startswith("csc-warehouse 2022-09: ")
    assert message["From"] == "csc@example.uk"
    (post,) = heard.posts
    card = post["attachments"][0]["content"]
    told = [block["text"] for block in card["body"]]
    for text in (message.get_content(), post["text"], "\n".join(told)):
        assert said in text
        assert "jane" not in text.lower()
        assert "not sent" not in text
    assert post["attachments"][0]["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert [each["url"] for each in card["actions"]] == ([notice.link] if notice.link else [])
    if notice.link:
        assert notice.link in message.get_content()


def test_slack_gets_its_text_alone() -> None:
    assert notices._body("https://hooks.slack.com/services/x", EACH[0][0]) == {
        "text": EACH[0][0].text
    }
    assert "attachments" in notices._body("https://slack.com.example.uk/x", EACH[0][0])


def test_only_the_events_that_are_named_are_told(tmp_path: Path, heard: Heard) -> None:
    home = told_to(heard, tmp_path, 'events = ["red"]')
    for notice, *_ in EACH:
        notices.send(home, notice)
    assert [post["text"].splitlines()[0] for post in heard.posts] == [
        "2022-09: failed (publish)"
    ] * 2


def test_without_settings_nobody_is_told(tmp_path: Path) -> None:
    assert notices.send(Home(tmp_path), EACH[0][0]) == []


def test_what_is_late_is_told_once_a_day(tmp_path: Path, heard: Heard) -> None:
    home = told_to(heard, tmp_path)
    late = EACH[-1][0]
    for minutes in range(0, 24 * 60, 15):
        notices.send_once_a_day(home, late, "2022-09", NOW + timedelta(minutes=minutes))
    assert len(heard.mail) == len(heard.posts) == 2  # of two days
    notices.send_once_a_day(home, late, "2022-10", NOW + timedelta(hours=23))
    assert len(heard.mail) == 3


@pytest.mark.parametrize(
    ("outcome", "code", "first_line"),
    [
        (PUBLISHED | {"already_published": False}, 0, "2022-09: published"),
        (PUBLISHED | {"already_published": True}, 0, None),
        (steps.WaitsForApproval("Jane Doe", 2), 1, "2022-09: waits for an approval"),
        (DataRefused("Jane Doe"), 1, "2022-09: refused (csc run)"),
        (CscError("Jane Doe"), 3, "2022-09: failed (csc run)"),
    ],
)
def test_the_command_tells_the_same_where_it_is_asked_to(
    tmp_path: Path,
    heard: Heard,
    monkeypatch: pytest.MonkeyPatch,
    outcome: Any,
    code: int,
    first_line: str | None,
) -> None:
    home = told_to(heard, tmp_path)

    def run_month(*_: object, **__: object) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome | {"report": "r", "analyst_database": "d"}

    monkeypatch.setattr(steps, "run_month", run_month)
    monkeypatch.setattr(month, "second_process", lambda _: nullcontext())
    monkeypatch.setenv("CSC_HOME", str(home.root))
    for arguments in (["run", "--month", "2022-09"], ["run", "--month", "2022-09", "--notify"]):
        assert heard.posts == []
        monkeypatch.setattr("sys.argv", ["csc", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == code
    assert [post["text"].splitlines()[0] for post in heard.posts] == [first_line] * bool(first_line)


def test_a_server_that_is_not_there_fails_nothing_and_is_said(tmp_path: Path, heard: Heard) -> None:
    home = told_to(heard, tmp_path)
    text = (tmp_path / "settings.toml").read_text()
    (tmp_path / "settings.toml").write_text(text.replace(str(heard.mail_port), "1"))
    (problem,) = notices.send(home, EACH[0][0])
    assert "The e-mail about published was not sent" in problem
    assert len(heard.posts) == 1
