"""A mail server and a web server on this machine, and what they received."""

from __future__ import annotations

import email
import email.policy
import json
import socketserver
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from csc_warehouse import home_settings
from csc_warehouse.places import Home


@dataclass
class Heard:
    """What the servers received: messages, and bodies of the webhook."""

    mail: list[Any] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    posts: list[Any] = field(default_factory=list)
    mail_port: int = 0
    web_port: int = 0


class _MailHandler(socketserver.StreamRequestHandler):
    """As much of SMTP as takes a message."""

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        heard: Heard = self.server.heard  # type: ignore[attr-defined]
        self.say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            verb = line.split(":")[0].upper()
            if verb == "RCPT TO":
                heard.recipients.append(line.partition("<")[2].rstrip(">"))
            if verb == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline()) != b".\r\n":
                    lines.append(text)
                heard.mail.append(
                    email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                )
            self.say("221 bye" if verb == "QUIT" else "250 ok")
            if verb == "QUIT":
                return


@contextmanager
def listening() -> Iterator[Heard]:
    """A mail server and a web server that listen on loopback, while the context lasts."""
    heard = Heard()

    class Web(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.posts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    class Mail(socketserver.TCPServer):
        pass

    with Mail(("127.0.0.1", 0), _MailHandler) as mail, HTTPServer(("127.0.0.1", 0), Web) as web:
        mail.heard = heard  # type: ignore[attr-defined]
        with _serving(mail), _serving(web):
            heard.mail_port, heard.web_port = mail.server_address[1], web.server_port
            yield heard


@contextmanager
def _serving(server: socketserver.BaseServer) -> Iterator[None]:
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def told_to(heard: Heard, folder: Path, notify: str = "") -> Home:
    """The home `folder`, whose settings name the two servers; `notify` is more of its section."""
    home = Home(folder)
    home_settings.path_of(home).write_text(
        f'[notify]\nemail = ["data@example.uk", "lead@example.uk"]\n'
        f'webhook = "http://127.0.0.1:{heard.web_port}/hook"\n{notify}\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {heard.mail_port}\nsender = "csc@example.uk"\n'
    )
    return home
