"""Errors for people: what happened, in which file and place, and what to do next.

A message holds counts, file names, column names and keys; never a value out of a record.
"""

from __future__ import annotations

import re

#: What a database says of a statement: it names tables and columns, and quotes no row.
_OF_A_STATEMENT = re.compile(r"(Binder|Catalog|Parser|Syntax) Error: ")
#: What it says of a row: it quotes the value, with or without quotes around it.
_OF_A_ROW = re.compile(
    r"\b(Conversion|Invalid Input|Out of Range|Constraint|Decimal|Mismatch Type|Invalid Type)"
    r" Error: .*",
    re.DOTALL,
)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_NOT_SHOWN = "Error (its words, which may quote a value, are not shown)"


class CscError(Exception):
    """A failure with a message for the person who ran the command; ends with `exit_code`.

    Without a better subclass it is our fault (exit code 3).
    """

    exit_code = 3


class DataRefused(CscError):
    """The data was refused: nothing was published, the last release stays (exit code 1)."""

    exit_code = 1


class WrongUse(CscError):
    """The command was used wrongly: an unknown authority, month, indicator (exit code 2)."""

    exit_code = 2


def masked(message: str) -> str:
    """`message` without the values that a database or dbt quotes in it: they may be a child's.

    Everything between quotes is replaced, whichever quotes they are. Of what is said of a row, only
    the kind is kept: a value in it may have a quote of its own, or none around it.
    """
    return _QUOTED.sub("'…'", _OF_A_ROW.sub(rf"\1 {_NOT_SHOWN}", message))


def said_by_database(error: Exception) -> str:
    """What the database says, in one line and without a value.

    Of a statement that it doesn't understand, all but the candidates; names stay, and text that
    quotes a literal goes. Of anything that happened at a row, only the kind.
    """
    message = str(error)
    if not _OF_A_STATEMENT.match(message):
        kind = re.match(r"([A-Z][A-Za-z ]+) Error:", message)
        return f"{kind[1] if kind else type(error).__name__} {_NOT_SHOWN}"
    told = re.split(r"\n+(?:LINE \d+:|\tCandidate functions)", message)[0]
    return _QUOTED.sub(_name_or_nothing, " ".join(told.split()))


def _name_or_nothing(quoted: re.Match[str]) -> str:
    """A quoted name, as it is; text with a quote inside holds a literal."""
    return quoted[0] if not re.search("['\"]", quoted[0][1:-1]) else "'…'"
