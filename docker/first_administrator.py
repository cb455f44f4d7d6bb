"""The first person of a server, who adds the others: python first_administrator.py FILE.

FILE is JSON: username, firstname, lastname, email, password. Nobody is added where there is
somebody already, so that a changed or removed account stays so.
"""

import json
import sys
from pathlib import Path

from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder


def add(file: Path) -> str:
    """Add the person of `file` as an administrator, and say whether that was needed."""
    person = json.loads(file.read_text())
    missing = {"username", "firstname", "lastname", "email", "password"} - person.keys()
    if missing:
        raise SystemExit(f"{file} lacks {', '.join(sorted(missing))}.")
    with get_application_builder() as builder:
        people = builder.sm
        if people.get_all_users():
            return "There are people already: nobody was added."
        names = [person[name] for name in ("username", "firstname", "lastname", "email")]
        if not people.add_user(*names, people.find_role("Admin"), password=person["password"]):
            raise SystemExit("The first administrator could not be added: see the lines above.")
    return "The first administrator was added."


if __name__ == "__main__":
    print(add(Path(sys.argv[1])))
