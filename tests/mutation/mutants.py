"""Small changes of a rule that a test should see: one at a time, in SQL, Jinja and Python.

Comparisons get or lose their equal case, `and` and `or` change places, so do the smaller and the
larger of two; a number is one more, a `not` goes, a condition of a join goes.
"""

from __future__ import annotations

import io
import re
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

_COMPARISONS = {
    "<": "<=",
    "<=": "<",
    ">": ">=",
    ">=": ">",
    "=": "<>",
    "<>": "=",
    "==": "!=",
    "!=": "==",
}
_WORDS = {
    "and": "or",
    "or": "and",
    "min": "max",
    "max": "min",
    "min_by": "max_by",
    "max_by": "min_by",
    "least": "greatest",
    "greatest": "least",
}
#: These words are changed only where they are called.
_CALLED = frozenset(_WORDS) - {"and", "or"}

#: A number of Python from here on is a size, and one more or less is no other rule.
_A_SIZE = 10_000

_SQL_TOKEN = re.compile(
    r"""
    (?P<comment>--[^\n]*|/\*.*?\*/|\{\#.*?\#\})
    | (?P<name>'[^'\n{}=<>()]*[A-Za-z][^'\n{}=<>()]*')     # a code or a name, no expression
    | (?P<comparison><>|<=|>=|==|!=|<|>|(?<=\s)=(?=\s))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<number>(?<![\w.])\d+(?![\w.]))
    | (?P<tag>\{%-?|-?%\})
    | (?P<bracket>[()])
    """,
    re.DOTALL | re.VERBOSE,
)
#: What ends the condition of a join.
_ENDS = frozenset(
    ("left", "right", "full", "inner", "cross", "asof", "join", "where", "group", "having")
) | frozenset(("order", "qualify", "window", "union", "select", "limit", "on"))
_SQL_STRING = re.compile(r"^\s*(select|with|insert|create|update|delete)\b", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """A change of one place in a file: characters `start` to `end` become `text`."""

    path: str
    line: int
    start: int
    end: int
    before: str
    text: str
    place: str
    #: Which of the same changes in its line it is.
    nth: int = 1

    @property
    def change(self) -> str:
        said = f"{' '.join(self.before.split())} → {' '.join(self.text.split()) or 'gone'}"
        return said if self.nth == 1 else f"{said} ({self.nth})"

    @property
    def name(self) -> tuple[str, str, str]:
        """File, line as it reads and change: the same wherever the line has moved to."""
        return self.path, self.place, self.change

    def applied(self, source: str) -> str:
        return source[: self.start] + self.text + source[self.end :]


def mutants(path: str, source: str) -> list[Mutant]:
    """Every mutant of a file, in its order."""
    changes = _of_sql(source) if path.endswith(".sql") else _of_python(source)
    found: list[Mutant] = []
    seen: Counter[tuple[int, str]] = Counter()
    for start, end, text in sorted(changes):
        first, last = source.rfind("\n", 0, start) + 1, source.find("\n", end)
        place = " ".join(source[first : len(source) if last < 0 else last].split())
        line = source.count("\n", 0, start) + 1
        mutant = Mutant(path, line, start, end, source[start:end], text, place)
        seen[line, mutant.change] += 1
        found.append(replace(mutant, nth=seen[line, mutant.change]))
    return found


# --- SQL and Jinja --------------------------------------------------------------------------------


def _of_sql(source: str) -> Iterator[tuple[int, int, str]]:
    tokens = [match for match in _SQL_TOKEN.finditer(source) if match.lastgroup != "comment"]
    in_tag, between = False, 0
    for index, token in enumerate(tokens):
        text, start, end = token.group(), token.start(), token.end()
        following = source[end : end + 1]
        if token.lastgroup == "tag":
            in_tag = text.startswith("{%")
        elif token.lastgroup == "comparison" and not (in_tag and text == "="):
            yield start, end, _COMPARISONS[text]
        elif token.lastgroup == "number":
            yield start, end, str(int(text) + 1)
        elif token.lastgroup != "word":
            continue
        elif text == "between":
            between += 1
        elif text == "and" and between:
            between -= 1
        elif text == "not":
            yield start, end + len(following.strip(" ") == "" and following), ""
        elif text in _WORDS and (text not in _CALLED or following == "("):
            yield start, end, _WORDS[text]
        elif text == "on":
            yield from _without_conditions(source, tokens[index + 1 :], end)


def _without_conditions(
    source: str, tokens: list[re.Match[str]], start: int
) -> Iterator[tuple[int, int, str]]:
    """The condition of a join without each of the parts that `and` joins, or all of it if one."""
    depth = 0
    parts = [start]
    end = len(source)
    between = 0
    for token in tokens:
        text = token.group()
        if text == "(":
            depth += 1
        elif text == ")":
            depth -= 1
            if depth < 0:
                end = token.start()
                break
        elif depth == 0 and text == "between":
            between += 1
        elif depth == 0 and text == "and":
            if between:
                between -= 1
            else:
                parts.append(token.start())
        elif (
            depth == 0 and token.lastgroup == "word" and text in _ENDS
        ) or token.lastgroup == "tag":
            end = token.start()
            break
    end = start + len(source[start:end].rstrip())
    if len(parts) == 1:
        yield start, end, " true"
        return
    for index, first in enumerate(parts):
        last = parts[index + 1] if index + 1 < len(parts) else end
        if index == 0:
            yield first, last + len("and"), ""
        else:
            yield first, first + len(source[first:last].rstrip()), ""


# --- Python ---------------------------------------------------------------------------------------


def _of_python(source: str) -> Iterator[tuple[int, int, str]]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    for token, following in zip(tokens, [*tokens[1:], tokens[-1]], strict=True):
        start = starts[token.start[0] - 1] + token.start[1]
        end = starts[token.end[0] - 1] + token.end[1]
        text = token.string
        if token.type == tokenize.OP and text in ("<", "<=", ">", ">=", "==", "!="):
            yield start, end, _COMPARISONS[text]
        elif token.type == tokenize.NUMBER and re.fullmatch(r"\d[\d_]*", text):
            if int(text) < _A_SIZE:
                yield start, end, str(int(text) + 1)
        elif token.type == tokenize.NAME and text == "not":
            yield start, starts[following.start[0] - 1] + following.start[1], ""
        elif token.type == tokenize.NAME and text in _WORDS:
            if text in ("and", "or") or following.string == "(":
                yield start, end, _WORDS[text]
        elif token.type == tokenize.STRING and _SQL_STRING.search(text) and "\n" in text:
            for first, last, changed in _of_sql(text):
                yield start + first, start + last, changed
