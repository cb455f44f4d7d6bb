"""Which columns of the release each column of a source reaches, read from the models' templates.

No SQL is rendered: dbt needs a minute to compile the project, the templates are read in a second.
That rests on how models are written here: tables are imported by name, each CTE lists its columns,
and what a macro passes on stands in a list or in its arguments.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from csc_warehouse.places import DBT_PROJECT

#: A table or model, and a column of it. The table of a source is `<source>.<table>`.
Column = tuple[str, str]

_COMMENT = re.compile(r"\{#.*?#\}|--[^\n]*", re.DOTALL)
_SET = re.compile(r"\{%-?\s*set (?P<name>\w+) = (?P<value>[\[{].*?[\]}])\s*-?%\}", re.DOTALL)
_TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
_READ = re.compile(r"\{\{\s*(?:ref\(('?\w+'?)\)|source\('(\w+)',\s*('?\w+'?)\))\s*\}\}")
#: An expression under a name: `{% set hours = clean_number('posts.hours') %}`.
_EXPRESSION = re.compile(r"\{%-?\s*set (\w+) = \w+\((.*?)\)\s*-?%\}", re.DOTALL)
_LOOP = re.compile(r"\{%-?\s*for (?P<variables>[\w, ]+) in (?P<name>\w+)")
_QUOTE = "'"
_TEXT = re.compile(r"'(\w+)'")
#: A column that a macro writes behind the dot of the relation that it is given.
_WRITTEN = re.compile(r"\}\}\.(\w+)")
_CTE = re.compile(r"(\w+) as (?:\{\{ \w+\(\) \}\} )?\(\n")
_FROM = re.compile(r"\b(?:from|join) (\w+(?:\.\w+)?)(?: as (\w+))?")
_WORD = re.compile(r"(?:([A-Za-z_]\w*)\.)?([A-Za-z_]\w*|\*)")
_NAMED = re.compile(r"(.*\S)\s+as (\w+)", re.DOTALL)
_ALONE = re.compile(r"(?:\w+\.)?(\w+|\*)")
#: The match by which a coded column's text becomes its code, and the column.
_CODED = re.compile(r"join_codes\(\s*'(\w+)',\s*'\w+',\s*'(\w+)',\s*'(\w+)'\s*\)")
_TEAM = re.compile(r"match_text\('(\w+)\.(\w+)'\)")
_CHOSEN = re.compile(r"(?:from_chosen_source|with_child_of_care)\('(\w+)'")
#: What says of a row that something in it could not be read, whatever that is; and whence it came.
_OF_THE_ROW = frozenset(
    {
        "unreadable_dates", "placeholder_dates", "unknown_codes", "row_count",
        "distinct_row_count", "load_id", "source_file", "row_number",
    }
)  # fmt: skip
#: The list of columns that stand for a record that has no id.
_CONTENT = "content"
_PUBLISHED = ("dim_", "fct_", "bridge_")
#: Every record's child and worker has a row there, whatever else becomes of the record.
_GATHERED = frozenset({"dim_child.child_key", "dim_worker.worker_key"})


@dataclass(frozen=True)
class Select:
    """One select: its relations by the name that they have in it, and what its columns are made of.

    A column is made of words, each with what stands before its dot, or "".
    """

    relations: dict[str, str]
    columns: tuple[tuple[str, frozenset[tuple[str, str]]], ...]

    def made_with(self, tainted: set[Column], known: frozenset[str]) -> Iterator[str]:
        """The names of its columns that are made with a tainted one of its relations."""
        for name, words in self.columns:
            for of, word in words:
                among = {self.relations[of]} if of in self.relations else self.relations.values()
                for relation, column in tainted:
                    # Of a CTE that a macro wrote, every column of that name in the model counts.
                    if relation in among or not known.issuperset(among):
                        if word == "*":
                            yield column
                        elif word == column:
                            yield name


@dataclass(frozen=True)
class Model:
    """A model as its template has it: the tables that it reads, and its selects by CTE."""

    name: str
    reads: dict[str, tuple[str, ...]]
    selects: tuple[tuple[str, Select], ...]
    words: frozenset[tuple[str, str]]

    def made_with(self, table: str, column: str) -> set[str]:
        """The columns of the model that are made with a column of a table that it reads."""
        tainted = {(name, column) for name, read in self.reads.items() if table in read}
        known = frozenset(self.reads) | {cte for cte, _ in self.selects}
        size = 0
        while size < len(tainted):
            size = len(tainted)
            for cte, select in self.selects:
                tainted |= {(cte, name) for name in select.made_with(set(tainted), known)}
        return {name for cte, name in tainted if cte == "final"}

    def names(self, table: str, column: str) -> bool:
        """Whether it names a column of a table that it reads, anywhere."""
        others = {
            cte
            for cte, select in self.selects
            for relation in select.relations.values()
            if [name for name, _ in select.columns] == ["*"]
            and table not in self.reads.get(relation, (table,))
        }
        return any(word == column and of not in others for of, word in self.words)


def read_model(name: str, template: str) -> Model:
    """The model of a template, as that of `fct_contact` from `"with …"`."""
    text = _COMMENT.sub("", template)
    values = {found["name"]: _TEXT.findall(found["value"]) for found in _SET.finditer(text)}
    passed = [
        column
        for found in _SET.finditer(text)
        if found["value"].startswith("[") and found["name"] != _CONTENT
        for column in values[found["name"]]
    ]
    stands_for = {
        variable.strip(): values.get(found["name"], [])
        for found in _LOOP.finditer(text)
        for variable in found["variables"].split(",")
    }
    for variable, expression in _EXPRESSION.findall(text):
        stands_for[variable] = [word for _, word in _WORD.findall(expression)]
    text = _SET.sub("", text)
    reads: dict[str, tuple[str, ...]] = {}

    def imported(found: re.Match[str]) -> str:
        model, source, table = found.groups()
        name = model or table
        # Without quotation marks it is a loop's variable: each table of the loop's list.
        names = [name.strip(_QUOTE)] if _QUOTE in name else stands_for.get(name) or _lists()
        relation = name.strip(_QUOTE) if model else f"{source}__{name.strip(_QUOTE)}"
        reads[relation] = tuple(names if model else (f"{source}.{each}" for each in names))
        return relation

    text = _TAG.sub(" ", _READ.sub(imported, text))
    selects = [
        (cte, select)
        for cte, body in _ctes(text)
        for select in (*_selects(body, text, stands_for), *_chosen(body, passed))
    ]
    if "latest_versions(" in text:
        key = ("record_key", frozenset({("", "record_id")}))
        selects.append(("latest", Select({"": "received"}, (key, ("*", frozenset({("", "*")}))))))
    known = {*reads, *(cte for cte, _ in selects)}
    selects = [
        (
            cte,
            replace(select, relations={a: _behind(b, known) for a, b in select.relations.items()}),
        )
        for cte, select in selects
    ]
    return Model(name, reads, tuple(selects), frozenset(_WORD.findall(text)))


def _behind(relation: str, known: set[str]) -> str:
    """The relation whose columns one has: itself, or of a macro's CTE that of which it is named.

    `latest_until_next('checks', …)` makes `checks_until_next`.
    """
    named_after = [each for each in known if relation.startswith(f"{each}_")]
    return relation if relation in known else max(named_after, key=len, default=relation)


@cache
def _lists() -> tuple[str, ...]:
    """The lists of Annex A that are about children."""
    macro = (DBT_PROJECT / "macros" / "annex_a.sql").read_text(encoding="utf-8")
    return tuple(name for name in _TEXT.findall(macro) if name.startswith("list_"))


@cache
def _macros() -> dict[str, frozenset[tuple[str, str]]]:
    """The columns that a macro writes whoever calls it, by the macro's name."""
    return {
        found[1]: frozenset(("", column) for column in _WRITTEN.findall(found[2]))
        for path in (DBT_PROJECT / "macros").glob("*.sql")
        for found in re.finditer(
            r"macro (\w+)\((.*?)endmacro", path.read_text(encoding="utf-8"), re.DOTALL
        )
        if path.stem in ("counted_close_date", "latest_until_next", "known_distance")
    }


def _ctes(text: str) -> Iterator[tuple[str, str]]:
    """The name and the body of each CTE."""
    for found in _CTE.finditer(text):
        depth, end = 1, found.end()
        while depth and end < len(text):
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
        yield found[1], text[found.end() : end - 1]


def _chosen(body: str, passed: list[str]) -> Iterator[Select]:
    """What a macro selects that is given a relation and the list of its columns."""
    for relation in _CHOSEN.findall(body):
        yield Select(
            {"": relation},
            tuple((name, frozenset({("", name)})) for name in (*passed, "record_id", "child_key")),
        )


def _selects(body: str, text: str, stands_for: dict[str, list[str]]) -> Iterator[Select]:
    """Each select of a CTE; a loop's variable stands for each text of its list."""
    coded = {match: (relation, column) for match, relation, column in _CODED.findall(text)}
    for part in re.split(r"\bunion(?: all)?\b", body):
        relations = {alias or relation: relation for relation, alias in _FROM.findall(part)}
        columns = []
        for name, expression in _items(part):
            if name in _OF_THE_ROW:
                continue
            words = {(of, word) for of, word in _WORD.findall(expression)}
            for of, word in list(words):
                words |= _macros().get(word, frozenset())
                words |= {("", each) for each in stands_for.get(word, ())}
                if (of or word) in coded:
                    words.add(coded[of or word])
            if name == "team_key":
                words |= set(_TEAM.findall(part))
            columns.append((name, frozenset(words)))
        if relations:
            yield Select(relations, tuple(columns))


def _items(select: str) -> Iterator[tuple[str, str]]:
    """The name and the expression of each item of a select list."""
    found = re.search(r"\bselect(?: distinct)?\b", select)
    depth, item = 0, ""
    for part in re.split(r"(\bfrom\b|[(),\[\]])", select[found.end() :] if found else ""):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(part, 0)
        if depth == 0 and part in (",", "from"):
            text = item.strip()
            if named := _NAMED.fullmatch(text):
                yield named[2], named[1]
            elif alone := _ALONE.fullmatch(text):
                yield alone[1], text
            item = ""
            if part == "from":
                return
        else:
            item += part


@cache
def models(project: Path = DBT_PROJECT) -> dict[str, Model]:
    """Every model by name but those of the indicators, which read only what is published."""
    return {
        path.stem: read_model(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted((project / "models").rglob("*.sql"))
        if path.relative_to(project / "models").parts[0] in ("staging", "intermediate", "marts")
    }


@cache
def _readers() -> dict[str, tuple[Model, ...]]:
    """The models that read each table."""
    found: dict[str, list[Model]] = defaultdict(list)
    for model in models().values():
        for table in sorted({each for read in model.reads.values() for each in read}):
            found[table].append(model)
    return {table: tuple(readers) for table, readers in found.items()}


def reached(start: Column) -> dict[Column, int]:
    """Every column that a column's value goes into, with the number of models on the way there."""
    found, waiting = {start: 0}, [start]
    for table, column in waiting:
        for model in _readers().get(table, ()):
            for name in model.made_with(table, column):
                if (model.name, name) not in found:
                    found[model.name, name] = found[table, column] + 1
                    waiting.append((model.name, name))
    return found


def published(start: Column) -> list[str]:
    """The columns of facts, dimensions and bridges that a column goes into, the nearest first."""
    steps = reached(start)
    places = [
        f"{table}.{column}"
        for table, column in sorted(steps, key=lambda each: (steps[each], each))
        if table.startswith(_PUBLISHED)
    ]
    return [place for place in places if place not in _GATHERED]


def used_by(start: Column) -> list[str]:
    """The models that name a column to find rows or decide by it, those of analysts first."""
    steps = reached(start)
    users = {
        model.name
        for table, column in steps
        for model in _readers().get(table, ())
        if not model.name.endswith("_conformed") and not model.name.startswith("stg_")
        if model.names(table, column)
    }
    return sorted(users, key=lambda name: (not name.startswith(_PUBLISHED), name))
