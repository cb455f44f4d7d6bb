"""A PostgreSQL server of a test's own: in a temporary folder, on a socket, as nobody special."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: PostgreSQL refuses to run as root; what is not on the path lies here on Debian.
_ACCOUNTS = ("postgres", "nobody")
_FOLDERS = "/usr/lib/postgresql"


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`; None where the machine has no server."""
    found = [
        path.parent for path in sorted(Path(_FOLDERS).glob("*/bin/initdb"), reverse=True)
    ]  # fmt: skip
    there = shutil.which("initdb")
    return found[0] if found else Path(there).parent if there else None


@contextmanager
def running() -> Iterator[str]:
    """A server that trusts everybody but `csc_loader`, who needs the password `secret`.

    Its address as user `admin`, without the user's name: `postgresql://{}@/postgres?host=…`.
    """
    bin_folder = programs()
    assert bin_folder
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="csc-pg-", dir="/tmp"))
    try:
        if account:
            os.chown(folder, account.pw_uid, account.pw_gid)
        data = folder / "data"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(
                [str(bin_folder / program), *arguments],
                check=True,
                capture_output=True,
                cwd=folder,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "HOME": str(folder)},
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
            )

        run("initdb", "-D", str(data), "-U", "admin", "-E", "UTF8", "--auth=trust", "--no-sync")
        rules = data / "pg_hba.conf"
        rules.write_text("local all csc_loader scram-sha-256\n" + rules.read_text())
        options = f"-c listen_addresses='' -k {folder} -c fsync=off -c full_page_writes=off"
        log = str(folder / "log")
        run("pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options, "start")
        try:
            yield f"postgresql://{{}}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _account() -> pwd.struct_passwd | None:
    """Whom root runs the server as; None where this account is not root."""
    if os.getuid():
        return None
    known = {each.pw_name: each for each in pwd.getpwall()}
    return next(known[name] for name in _ACCOUNTS if name in known)
