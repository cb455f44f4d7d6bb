"""How sqlfluff reads this project's SQL: a plugin with the templater `csc`.

It is the Jinja templater, with stand-ins for what only dbt has, and with the parameters that a
statement of Python names (`$month`), which sqlfluff's DuckDB does not know.
"""

from __future__ import annotations

import csv
import json
import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml
from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from sqlfluff.core import FluffConfig
from sqlfluff.core.errors import SQLTemplaterError
from sqlfluff.core.plugin import hookimpl
from sqlfluff.core.templaters import JinjaTemplater, RawTemplater, TemplatedFile

# Who names every file (pre-commit) names those of .sqlfluffignore too, and need not hear of each.
logging.getLogger("sqlfluff.linter").addFilter(
    lambda record: "was ignored by" not in record.getMessage()
)

_PARAMETER = re.compile(r"\$[a-z]\w*")


class _Adapter:
    """dbt's adapter, of which a macro asks which other macro fits the engine."""

    @staticmethod
    @pass_context
    def dispatch(context: Context, name: str) -> Any:
        """The macro `name` for DuckDB, else the one for any engine."""
        return context.get(f"duckdb__{name}") or context[f"default__{name}"]


#: What a model can ask of where it is built.
_TARGET = {"name": "lint", "database": "warehouse", "schema": "main"}


@cache
def _variables() -> dict[str, Any]:
    """What dbt_project.yml says, and the breakdowns: a list of none would be no SQL."""
    declared = yaml.safe_load(Path("dbt_project/dbt_project.yml").read_text(encoding="utf-8"))
    with Path("seeds/indicators/breakdown.csv").open(encoding="utf-8", newline="") as file:
        breakdowns = json.dumps(list(csv.DictReader(file)))
    return {**declared["vars"], "breakdowns": breakdowns}


def _variable(name: str, default: Any = None) -> Any:
    """A variable of the dbt project, as the csc command passes it or as it is by itself."""
    return _variables().get(name, default)


class Templater(JinjaTemplater):
    """The Jinja templater, for the templates of dbt and for those of csc_warehouse/sql.py."""

    name = "csc"
    _folder = Path()
    _contexts: ClassVar[dict[str, dict[str, Any]]] = {}

    def _get_env_context(
        self, fname: str | None, config: FluffConfig | None, env: Environment
    ) -> dict[str, Any]:
        """What a template can name: the macros, read once for all files, which halves the time."""
        of = str(config and config.get("ignore"))
        if of not in self._contexts:
            self._contexts[of] = super()._get_env_context(fname, config, env)
        return dict(self._contexts[of])

    def get_context(self, *arguments: Any, **options: Any) -> dict[str, Any]:
        """What dbt has beside the macros. `execute` is false, as it is while dbt parses."""
        ours = {"adapter": _Adapter, "execute": False, "var": _variable}
        return {"target": _TARGET} | super().get_context(*arguments, **options) | ours

    def _get_loader_search_path(self, _: Any) -> list[str]:
        """Where the file looks for those that it includes: beside it."""
        return [str(self._folder)]

    def _get_jinja_env(self, *arguments: Any, **options: Any) -> Environment:
        environment = super()._get_jinja_env(*arguments, **options)
        environment.filters["literal"] = "'{}'".format
        return environment

    def process_with_variants(
        self, *, fname: str, **options: Any
    ) -> Iterator[tuple[TemplatedFile, list[SQLTemplaterError]]]:
        """The rendered file, with a number as long in the place of each parameter."""
        self._folder = Path(fname).parent
        for file, errors in super().process_with_variants(fname=fname, **options):
            file.templated_str = _PARAMETER.sub(
                lambda found: "1" * len(found[0]), file.templated_str
            )
            yield file, errors


@hookimpl
def get_templaters() -> list[type[RawTemplater]]:
    """The templater, for sqlfluff to find."""
    return [Templater]
