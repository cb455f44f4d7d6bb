"""How the three case systems write the same things, and a clean form without any quirk.

Facts from the published extract scripts of the Standard Safeguarding Dataset (version 1.4.5).
Everything here is text of SQL expressions for DuckDB over the simulated truth; `:day` stands for
the last day of the extract's month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from csc_fictional import codes
from csc_fictional.clock import NEVER
from csc_fictional.codes import CodeSet


def text(value: str) -> str:
    """A SQL text literal."""
    return "'" + value.replace("'", "''") + "'"


def pick(position: str, values: Sequence[str | None]) -> str:
    """The value at a position (from 0; null below 0)."""
    listed = ", ".join("null" if value is None else text(value) for value in values)
    return f"list_extract([{listed}], cast({position} as bigint) + 1)"


@dataclass(frozen=True)
class Dialect:
    """One case system's way of writing: see the fields."""

    name: str
    null_token: str
    """what stands for null in the file"""
    date_tail: str
    """what follows a date of a datetime column"""
    has_times: bool
    """missing spells have a time of day"""
    person_prefix: str
    described: bool
    """code columns hold the code and its description"""
    flag_words: tuple[str, str]
    """a flag's no and yes in outcome objects"""
    missing_words: tuple[str, str]
    """the two kinds of being missing"""
    interview_words: tuple[str, str, str]
    """return interview no, yes, not applicable"""
    has_placeholder_dates: bool
    """1900-01-01 for a date that is not there"""
    estimates_apart: bool
    """an estimated birth date is in the expected one, and the birth date is empty"""
    factor_shape: str
    """array, object (one key repeated) or flags"""

    # -- values --------------------------------------------------------------------------------
    def day(self, expression: str) -> str:
        """A date as text (null if it is not there)."""
        return (
            f"case when {expression} < {NEVER} then"
            f" cast(date '1970-01-01' + cast({expression} as integer) as varchar)"
            f" || '{self.date_tail}' end"
        )

    def seen(self, expression: str, recorded: str) -> str:
        """A date that is past and recorded by the month's end (null if not yet)."""
        return (
            f"case when {expression} <= :day and {recorded} <= :day then"
            f" cast(date '1970-01-01' + cast({expression} as integer) as varchar)"
            f" || '{self.date_tail}' end"
        )

    def minute(self, expression: str) -> str:
        """A moment (minutes since 1970) as text; systems without times give its date."""
        stamp = f"cast(make_timestamp({expression} * 60000000) as varchar)"
        if self.has_times:
            return f"{stamp} || '{self.date_tail[9:]}'"
        return f"left({stamp}, 10) || '{self.date_tail}'"

    def placeholder(self, expression: str) -> str:
        """A date for which this system writes 1900-01-01 when it is not there."""
        if self.has_placeholder_dates:
            return f"coalesce({expression}, '1900-01-01{self.date_tail}')"
        return expression

    def code(self, position: str, code_set: CodeSet) -> str:
        """A code that every system writes as a code."""
        return pick(position, code_set.codes)

    def description(self, position: str, code_set: CodeSet) -> str:
        """A code that some systems write with its description."""
        if self.described:
            pairs = zip(code_set.codes, code_set.labels, strict=True)
            return pick(position, [f"{code} {label}" for code, label in pairs])
        return pick(position, code_set.codes)

    def yes_no(self, condition: str) -> str:
        """Y or N."""
        return f"case when {condition} then 'Y' else 'N' end"

    # -- identifiers ---------------------------------------------------------------------------
    def number(self, expression: str) -> str:
        """A record id; -1 is `no record`."""
        none = "'-1'" if self.name == "systemc" else "null"
        return f"case when {expression} >= 0 then cast({expression} as varchar) else {none} end"

    def person(self, expression: str = "person") -> str:
        """A person's id: eight digits, with leading zeros, after the system's prefix."""
        return f"'{self.person_prefix}' || lpad(cast({expression} as varchar), 8, '0')"

    def linked_person(self) -> str:
        """The id under which a row's person is known in the month (see `story._merges`)."""
        return self.person("case when alt > 0 and alt_until > :day then alt else person end")

    def worker(self, expression: str = "worker") -> str:
        """A worker's id."""
        return f"'W' || cast({expression} as varchar)"

    def worker_name(self, expression: str = "worker") -> str:
        """A worker's obviously fictional name."""
        return f"'Fictional-Worker-' || cast({expression} as varchar) || ' Example'"

    def team(self, expression: str = "team") -> str:
        """A team's id."""
        return f"'T' || cast({expression} as varchar)"

    def fresh_key(self, la_code: str, month: str, table: str) -> str:
        """A key that the system makes anew in every run (a GUID)."""
        digest = f"upper(md5('{la_code}|{month}|{table}|' || cast(rid as varchar)))"
        parts = ((1, 8), (9, 4), (13, 4), (17, 4), (21, 12))
        return " || '-' || ".join(f"substr({digest}, {at}, {size})" for at, size in parts)

    # -- outcomes ------------------------------------------------------------------------------
    def outcomes(
        self,
        keys: Sequence[str],
        cases: Sequence[Sequence[str]],
        position: str,
        counter: str | None = None,
        comments: str | None = None,
        escaped: bool = True,
        longest: int = 4000,
    ) -> str:
        """An object of flags: for each case (by position) the keys that are set.

        `comments` is the key of a free text. Where it isn't escaped it may hold quotes, line
        breaks and backslashes, and the whole is cut off at `longest`, as that system does.
        """
        objects = []
        for chosen in cases:
            words = [(key, self.flag_words[int(key in chosen)]) for key in keys]
            members = [f'"{key}": "{word}"' for key, word in words]
            if counter:
                members.append(f'"{counter}": "{len(chosen)}"')
            objects.append("{" + ", ".join(members))
        start = pick(position, objects)
        if not comments:
            return f"{start} || '}}'"
        notes = _ESCAPED_NOTES if escaped else _RAW_NOTES
        note = pick(f"(rid * 7 + person) % {len(notes)}", notes)
        whole = f"{start} || ', \"{comments}\": \"' || {note} || '\"}}'"
        if escaped:
            return whole
        long_note = f"case when rid % 397 = 5 then repeat('fictional words, ', 260) else {note} end"
        whole = f"{start} || ', \"{comments}\": \"' || {long_note} || '\"}}'"
        return f"left({whole}, {longest})"

    def factors(self) -> str:
        """The assessment factors of a row (factor_1 to factor_4)."""
        chosen = [
            f"list_extract([{', '.join(text(code) for code in codes.FACTOR.codes)}], "
            f"cast(factor_{number} as bigint) + 1)"
            for number in range(1, 5)
        ]
        if self.factor_shape == "array":
            parts = [f"'\"' || {code} || '\"'" for code in chosen]
            return f"'[' || concat_ws(', ', {', '.join(parts)}) || ']'"
        if self.factor_shape == "object":
            parts = [f"'\"ASSESSMENT_FACTOR\": \"' || {code} || '\"'" for code in chosen]
        else:
            parts = [f"'\"' || {code} || '\": \"Yes\"'" for code in chosen]
        return f"'{{' || concat_ws(', ', {', '.join(parts)}) || '}}'"


_PLAIN_NOTES = ("", "Fictional note.", "A made-up comment about nobody.", "Fictional, see file.")
_ESCAPED_NOTES = (
    *_PLAIN_NOTES,
    'Caller said \\"tomorrow\\" (fictional).',
    "Two\\nfictional lines.",
)
_RAW_NOTES = (
    *_PLAIN_NOTES,
    'Caller said "come back tomorrow" (fictional).',
    "Fictional note,\nwritten on two lines.",
    "Fictional path C:\\notes\\today.",
    "It's fictional; {braces}, [brackets] and 50% of a \"quote",
)

SYSTEMC = Dialect(
    name="systemc",
    null_token="NULL",
    date_tail=" 00:00:00.000",
    has_times=True,
    person_prefix="",
    described=True,
    flag_words=("N", "Y"),
    missing_words=("M", "A"),
    interview_words=("N", "Y", "NA"),
    has_placeholder_dates=True,
    estimates_apart=True,
    factor_shape="array",
)
MOSAIC = Dialect(
    name="mosaic",
    null_token="",
    date_tail=" 00:00:00",
    has_times=False,
    person_prefix="M",
    described=False,
    flag_words=("N", "Y"),
    missing_words=("M", "A"),
    interview_words=("N", "Y", ""),
    has_placeholder_dates=False,
    estimates_apart=False,
    factor_shape="flags",
)
ECLIPSE = Dialect(
    name="eclipse",
    null_token="\\N",
    date_tail="",
    has_times=False,
    person_prefix="E",
    described=False,
    flag_words=("No", "Yes"),
    missing_words=("Missing", "Absent"),
    interview_words=("No", "Ye", "NA"),
    has_placeholder_dates=False,
    estimates_apart=False,
    factor_shape="object",
)
CLEAN = Dialect(
    name="clean",
    null_token="",
    date_tail="",
    has_times=True,
    person_prefix="F",
    described=False,
    flag_words=("N", "Y"),
    missing_words=("M", "A"),
    interview_words=("N", "Y", "NA"),
    has_placeholder_dates=False,
    estimates_apart=False,
    factor_shape="array",
)
DIALECTS = {dialect.name: dialect for dialect in (SYSTEMC, MOSAIC, ECLIPSE, CLEAN)}
