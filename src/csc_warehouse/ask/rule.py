"""The rules of a figure that the models and the questions asked of a release have in common."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from csc_warehouse.places import DBT_PROJECT


@cache
def figure_rule() -> Any:
    """The macros of `dbt_project/macros/indicator_rule.sql`: each renders a piece of SQL.

    A release may be older than this code, so the rule comes from the code and not from the release.
    """
    environment = Environment(
        loader=FileSystemLoader(DBT_PROJECT / "macros"), undefined=StrictUndefined
    )
    return environment.get_template("indicator_rule.sql").module
