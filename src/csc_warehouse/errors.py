"""Errors for people: what happened, in which file and place, and what to do next.

A message holds counts, file names, column names and keys; never a value out of a record.
"""

from __future__ import annotations


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
