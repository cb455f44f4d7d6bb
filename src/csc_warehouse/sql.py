"""SQL statements, each in a file of the room that runs it: `<room>/sql/<name>.sql`.

A statement's first comment says what a row of it is. Values are the database's own parameters
(`$month`), never text in the statement. What no parameter can be, the name of a table or a list
of columns, is Jinja's (`{{ table }}`), and a name that is not given stops.
"""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def statement(package: str, name: str, /, **names: object) -> str:
    """The statement `sql/<name>.sql` of a room (its `__package__`), with `names` filled in.

    In a template, `{{ text | literal }}` is an SQL string, for where no parameter can stand.
    Raises jinja2.UndefinedError where the statement names what is not given, and
    jinja2.TemplateNotFound where there is no such file.
    """
    return _statements_of(package).get_template(f"{name}.sql").render(names)


def literal(value: object) -> str:
    """A text, a path or a day as an SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


@cache
def _statements_of(package: str) -> Environment:
    environment = Environment(
        loader=PackageLoader(package, "sql"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters["literal"] = literal
    return environment
