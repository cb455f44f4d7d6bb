"""What leaves the plain road of dbt or Great Expectations to save seconds: each by name, each with
the plain way, which makes the same release.

`CSC_SHORTCUTS` says which are taken: `all` (the default), `none`, or names joined by commas. Where
an upgrade breaks one, leave it out of the list until it is mended.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from csc_warehouse.errors import WrongUse

SETTING = "CSC_SHORTCUTS"

#: How the seconds were measured.
MEASURED = (
    "CPU seconds, the medians of pairs of runs with and without, of an authority of 2,250 children "
    "(size 0.05), on a machine of two cores that was busy: they differ by a fifth from run to run."
)


@dataclass(frozen=True)
class Shortcut:
    """One shortcut: what it does, the CPU seconds that it saves, of how many, and the risk."""

    name: str
    does: str
    saves_seconds: float
    measured: str
    breaks_when: str
    plain_way: str
    code: str


SHORTCUTS = (
    Shortcut(
        name="recorded_statements",
        does="The statements that dbt sends for a month are recorded once for a version of the "
        "code, while it builds on nothing, and sent again each month without dbt. The next three "
        "are then of use to that once, to unit tests and to whoever builds something else.",
        saves_seconds=7.8,
        measured="8.4 s instead of 16.2 s for the two builds of the hand-made month and reading "
        "what they need; two pairs",
        breaks_when="dbt renames its event `SQLQuery` or what that holds, or the statements of a "
        "model come to depend on the rows that it reads.",
        plain_way="dbt is called for the records, the star and the indicators of each month.",
        code="build/recorded.py; build/transform.py, `Dbt.record`",
    ),
    Shortcut(
        name="compiled_project",
        does="dbt is handed its project with the SQL of each model in the place of its template: "
        "it is parsed and rendered once for a version of the code, and compiles no node again.",
        saves_seconds=14.5,
        measured="29 s instead of 44 s for the two builds and reading the project; one pair",
        breaks_when="dbt renames what a node of its manifest holds (`raw_code`, `compiled_code`, "
        "`extra_ctes`) or `Compiler.compile_node`, or reads the template after all.",
        plain_way="Each build parses what has changed and renders every model.",
        code="build/transform.py, `_compile` and `_compiled_once`",
    ),
    Shortcut(
        name="kept_connection",
        does="dbt keeps the two database files open from model to model; we close them behind it "
        "with a method that the adapter does not document.",
        saves_seconds=7.2,
        measured="21 s instead of 29 s for the two builds; three pairs",
        breaks_when="dbt-duckdb renames `DuckDBConnectionManager.close_all_connections`, or keeps "
        "its connection elsewhere: the next step cannot open the files.",
        plain_way="`keep_open: false` of the profile: the files are opened and closed around each "
        "model.",
        code="build/transform.py, `Dbt._invoke`; dbt_project/profiles.yml",
    ),
    Shortcut(
        name="own_tables",
        does="A table is made under its own name at once, and a query holds its primary key when "
        "the rows are in; the adapter makes it aside, with an index for the key, and renames it.",
        saves_seconds=2.5,
        measured="a tenth of the two builds; two pairs",
        breaks_when="dbt changes what a materialization calls and returns, or how it writes a key "
        "into a contract's columns.",
        plain_way="The adapter's materialization `table`.",
        code="dbt_project/macros/materializations/table.sql",
    ),
    Shortcut(
        name="kept_configuration",
        does="What an expectation is configured with is asked for once, not 90 times.",
        saves_seconds=1.8,
        measured="5.4 s instead of 7.2 s for the staging gate of the hand-made month; two pairs",
        breaks_when="Great Expectations makes `Expectation.configuration` something else than a "
        "property, or changes an expectation while it judges it.",
        plain_way="Great Expectations makes it anew each time.",
        code="quality/validation.py, `_configured_once`",
    ),
    Shortcut(
        name="deferred_imports",
        does="scipy.stats and altair, which no rule here needs, are kept from being imported with "
        "Great Expectations.",
        saves_seconds=1.3,
        measured="3.0 s instead of 4.3 s to import Great Expectations; three pairs",
        breaks_when="Great Expectations uses one of them while it is imported.",
        plain_way="Great Expectations is imported with all that it asks for.",
        code="quality/validation.py, `great_expectations`",
    ),
)


def is_taken(name: str) -> bool:
    """Whether the environment says that the shortcut of that name is taken.

    Raises WrongUse where the setting names one that does not exist.
    """
    names = {shortcut.name for shortcut in SHORTCUTS}
    setting = os.environ.get(SETTING, "all").strip()
    taken = {"all": names, "none": set[str]()}.get(
        setting, {part.strip() for part in setting.split(",")}
    )
    if unknown := taken - names:
        raise WrongUse(
            f"{SETTING} names {', '.join(sorted(unknown))}: it is all, none, or some of "
            f"{', '.join(sorted(names))}, joined by commas."
        )
    return name in taken
