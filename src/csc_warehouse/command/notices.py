"""Somebody hears of it: a month that is red, refused, waiting, late or published.

By e-mail and by a webhook that Teams and Slack take, to those whom `settings.toml` names. A notice
has counts and links: no file name, no text of an error, never a value about a child. That one could
not be sent fails nothing, and is said.
"""

from __future__ import annotations

import json
import smtplib
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from csc_warehouse import home_settings
from csc_warehouse.errors import DataRefused, WrongUse
from csc_warehouse.files import write_atomically
from csc_warehouse.home_settings import HomeSettings, Smtp
from csc_warehouse.places import Home

if TYPE_CHECKING:
    from csc_warehouse.run_month.deliveries import Begin

#: How long a server may take to answer.
SECONDS = 20


@dataclass(frozen=True)
class Notice:
    """What is told: an event of the settings, a subject in one line, and the lines under it."""

    event: str
    subject: str
    lines: tuple[str, ...] = ()
    link: str = ""

    @property
    def text(self) -> str:
        return "\n".join((self.subject, "", *self.lines, *([self.link] if self.link else [])))


def failed(error: BaseException | None, month: str, where: str, link: str = "") -> Notice:
    """A step that failed: refused where the data is at fault, else red."""
    if isinstance(error, DataRefused):
        return Notice(
            "refused",
            f"{month}: refused ({where})",
            ("The data was refused. The last release stays.", "Why is in the log's last line."),
            link,
        )
    what = "It was called wrongly." if isinstance(error, WrongUse) else "It is not the data."
    return Notice(
        "red",
        f"{month}: failed ({where})",
        (f"{what} The last release stays.", "What to do is in the log's last line."),
        link,
    )


def waiting(month: str, failures: int, days: int, link: str = "") -> Notice:
    """Critical failures that somebody must accept, or not."""
    return Notice(
        "waiting",
        f"{month}: waits for an approval",
        (
            f"Critical failures: {failures}. The last release stays until somebody decides.",
            f"It waits {days} days.",
        ),
        link,
    )


def published(summary: Mapping[str, Any], link: str = "") -> Notice:
    """A release that readers now see."""
    refused, later = summary.get("refused") or {}, summary.get("to_run_again") or []
    return Notice(
        "published",
        f"{summary['month']}: published",
        (
            f"Release: {summary['release_id']}",
            f"Warnings of data quality: {summary['warnings']}",
            f"Indicators not available: {sum(summary['not_available'].values())}",
            *([f"To run again: {', '.join(later)}"] if later else []),
            *([f"Refused, and as they were before: {', '.join(refused)}"] if refused else []),
        ),
        link,
    )


def late(month: str, begin: Begin, until: datetime, link: str = "") -> Notice:
    """Authorities whose delivery is not whole."""
    return Notice(
        "late",
        f"{month}: late, {len(begin.others)} of {len(begin.others) + len(begin.whole)}",
        (
            # Names of files stay out of it.
            *(f"{each.la_code}: {each.why.split(':')[0]}" for each in begin.others),
            f"The month is loaded with what is there from {until:%d %B %Y, %H:%M} on.",
        ),
        link,
    )


def send(home: Home, notice: Notice) -> list[str]:
    """Tell everybody whom the settings name; what could not be sent, in sentences."""
    settings = home_settings.read(home)
    if notice.event not in settings.notify.events:
        return []
    problems = []
    for told, way in ((settings.notify.email, _mail), (settings.notify.webhook, _post)):
        try:
            if told:
                way(settings, notice)
        # What a server says may quote an address or a URL that is a secret.
        except (OSError, smtplib.SMTPException, ValueError) as error:
            name = "e-mail" if way is _mail else "webhook"
            problems.append(
                f"The {name} about {notice.event} was not sent ({type(error).__name__}). "
                f"Look at {home_settings.path_of(home)}."
            )
    return problems


def tell_late(home: Home, month: str, begin: Begin, now: datetime, link: str = "") -> list[str]:
    """Tell of authorities that are late at `now`, if any are, once a day however often it asks."""
    from csc_warehouse.run_month import deliveries  # which a DAG file must parse without

    settings = home_settings.read(home)
    if not deliveries.is_late(begin, settings, month, now):
        return []
    return send_once_a_day(home, late(month, begin, settings.grace_ends(month), link), month, now)


def send_once_a_day(home: Home, notice: Notice, subject_of: str, now: datetime) -> list[str]:
    """The same, unless it was told of `subject_of` on that day."""
    path = home.work / "told" / f"{notice.event}-{subject_of}"
    today = f"{now.astimezone(home_settings.WALL_CLOCK):%Y-%m-%d}"
    if path.is_file() and path.read_text(encoding="utf-8") == today:
        return []
    write_atomically(path, today)
    return send(home, notice)


def _mail(settings: HomeSettings, notice: Notice) -> None:
    smtp = settings.smtp
    message = EmailMessage()
    message["Subject"] = f"csc-warehouse {notice.subject}"
    message["From"] = smtp.sender
    message["To"] = ", ".join(settings.notify.email)
    message.set_content(notice.text + "\n")
    with smtplib.SMTP(smtp.host, smtp.port, timeout=SECONDS) as server:
        if smtp.starttls:
            server.starttls()
        if smtp.user:
            server.login(smtp.user, _password(smtp))
        server.send_message(message)


def _password(smtp: Smtp) -> str:
    return Path(smtp.password_file).read_text(encoding="utf-8").strip()


def _post(settings: HomeSettings, notice: Notice) -> None:
    url = settings.notify.webhook
    request = urllib.request.Request(
        url,
        data=json.dumps(_body(url, notice)).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        answer.read()


def _body(url: str, notice: Notice) -> dict[str, Any]:
    """What Slack takes, which is the text; and Teams, which wants a card."""
    if (urlsplit(url).hostname or "").endswith("slack.com"):
        return {"text": notice.text}
    return {
        "type": "message",
        "text": notice.text,
        "attachments": [
            {
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": _card(notice.subject, notice.lines, notice.link),
            }
        ],
    }


def _card(subject: str, lines: Sequence[str], link: str) -> dict[str, Any]:
    blocks = [{"type": "TextBlock", "text": line, "wrap": True} for line in lines]
    return {
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": subject, "weight": "Bolder", "wrap": True}, *blocks],
        "actions": [{"type": "Action.OpenUrl", "title": "Open", "url": link}] if link else [],
    }
