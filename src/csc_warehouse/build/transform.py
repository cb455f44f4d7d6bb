"""The one module that talks to dbt: a few invocations a month, in this process, by layer."""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from jinja2 import Environment, nodes

from csc_warehouse import shortcuts
from csc_warehouse.build import recorded
from csc_warehouse.build.recorded import Call, Listener, NodeRun
from csc_warehouse.build.version import code_version
from csc_warehouse.errors import CscError, masked
from csc_warehouse.files import private_directory, write_atomically
from csc_warehouse.places import DBT_PROJECT, MEMORY_LIMIT, PACKAGED_PROJECT, PROJECT_ROOT, SEEDS
from csc_warehouse.sql import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dbt.contracts.graph.manifest import Manifest

    from csc_warehouse.build.spark import Engine

#: Staging: reference tables and calendar, the views by which each source is read, the records …
STAGING = "tag:staging"
#: … and what of it is made anew of each delivery.
RECORDS = "tag:staging,config.schema:intermediate"
#: What asks which records a gate has failed: the indicators, whose bounds that widens.
JUDGED = "source:dq+"

#: In the place of a template that has become SQL: dbt passes over a node that has none.
COMPILED = "-- compiled"

#: What a month asks of dbt, call by call: what it selects, and what it leaves out of that.
MONTH: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((RECORDS,), ()),
    ((), (STAGING, JUDGED)),
    ((JUDGED,), ()),
)

#: What is kept with the blank of that: dbt's statements, and what the project says of its tables.
STATEMENTS, _DESCRIBED = "statements.json", "descriptions.json"

#: The targets of profiles.yml: the engines that the project is for.
DUCKDB, SPARK = "duckdb", "spark"

#: Where what is made of the project alone is kept, beside it.
DBT_TARGET = DBT_PROJECT / "target"


def warm_up(scratch: Path) -> None:
    """Read ahead what the first build needs: what was recorded of dbt, or else dbt and the project,
    which is compiled if it is not yet.
    """
    if _recorded(scratch):
        return
    import_module("dbt.cli.main")
    import_module("dbt.adapters.duckdb")
    _project(private_directory(scratch))


def indicator_names() -> list[str]:
    """The names of all `ind_` models, without the prefix, in alphabetical order."""
    folder = DBT_PROJECT / "models" / "indicators"
    return sorted(path.stem.removeprefix("ind_") for path in folder.rglob("ind_*.sql"))


@dataclass(frozen=True)
class Description:
    """What the project says of a table of the analyst database, and of its columns by name."""

    text: str
    columns: dict[str, str]


def descriptions(scratch: Path) -> dict[tuple[str, str], Description]:
    """What the project says of each table and view of the analyst database, by schema and name."""
    kept = blank_folder(scratch) / _DESCRIBED
    if shortcuts.is_taken("recorded_statements") and kept.is_file():
        rows = json.loads(kept.read_text(encoding="utf-8"))
        return {
            (schema, table): Description(text, columns) for schema, table, text, columns in rows
        }
    project = _project(private_directory(scratch))
    described: dict[tuple[str, str], Description] = {}
    for node in [*project.nodes.values(), *project.sources.values()]:
        if node.database == "analyst" and node.schema != "internal" and hasattr(node, "columns"):
            described[node.schema, node.identifier] = Description(
                " ".join(node.description.split()),
                {
                    column.name: " ".join(column.description.split())
                    for column in node.columns.values()
                },
            )
    return described


def primary_keys(scratch: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """The columns that tell a row from all others, of each table of the analyst database whose
    contract names them, by schema and name.
    """
    return {
        (node.schema, node.identifier): tuple(
            column.name
            for column in node.columns.values()
            if any(each.type == "primary_key" for each in column.constraints)
        )
        for node in _project(private_directory(scratch)).nodes.values()
        if node.database == "analyst"
        and any(
            each.type == "primary_key"
            for column in node.columns.values()
            for each in column.constraints
        )
    }


def registered_indicators() -> list[dict[str, Any]]:
    """Each `ind_` model of the register: its name, code, topic, what it counts, event or snapshot.

    `counts` is records, children or quantity, see seeds/indicators/aggregation.csv. `arguments` are
    the names that its model passes on: which breakdowns it can have (never too few of them).
    """
    counts = {row["aggregation"]: row["counts"] for row in _seed("aggregation")}
    models = set(indicator_names())
    found = {
        (
            row["indicator_name"],
            row["indicator_code"],
            row["topic"],
            counts[row["aggregation"]],
            row["measured_as"],
        )
        for row in _seed("indicator")
        if row["indicator_name"] in models
    }
    return [
        dict(zip(("name", "code", "topic", "counts", "measured_as"), values, strict=True))
        | {"arguments": sorted(_arguments_passed(values[0]))}
        for values in sorted(found)
    ]


@cache
def _arguments_passed(name: str) -> frozenset[str]:
    """What an `ind_` model, the macros that it calls and the models that it reads pass by name."""
    (path,) = (DBT_PROJECT / "models" / "indicators").rglob(f"ind_{name}.sql")
    calls = list(_template(path).find_all(nodes.Call))
    passed: set[str] = set()
    followed: set[str] = set()
    for call in calls:  # grows while it is read
        passed.update(argument.key for argument in call.kwargs)
        match call.node, call.args:
            case nodes.Name(name="ref"), [nodes.Const(value=model)] if model.startswith("ind_"):
                passed |= _arguments_passed(model.removeprefix("ind_"))
            case nodes.Name(name=macro), _ if (
                macro in _indicator_macros() and macro not in followed
            ):
                followed.add(macro)
                calls.extend(_indicator_macros()[macro].find_all(nodes.Call))
    return frozenset(passed)


@cache
def _indicator_macros() -> dict[str, nodes.Macro]:
    """Each macro of the indicators, but for the one that has all the arguments."""
    return {
        macro.name: macro
        for path in (DBT_PROJECT / "macros").glob("indicator_*.sql")
        for macro in _template(path).find_all(nodes.Macro)
        if macro.name != "indicator_columns"
    }


def _template(path: Path) -> nodes.Template:
    """A file of the dbt project as Jinja reads it."""
    return Environment(extensions=["jinja2.ext.do"]).parse(path.read_text(encoding="utf-8"))


def _seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed of the indicators."""
    with (SEEDS / "indicators" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@dataclass(frozen=True)
class Dbt:
    """dbt on one release candidate.

    `warehouse_db` and `analyst_db` are the candidate's two database files, `scratch` a folder for
    dbt's own files: what is made of the project alone is kept in it if not beside the project.
    `spark` computes the tables, if there is one.
    """

    warehouse_db: Path
    analyst_db: Path
    scratch: Path
    spark: Engine | None = None

    def build(self, *selectors: str, exclude: Sequence[str] = ()) -> list[NodeRun]:
        """Build and test what `selectors` name (all, if none), without the unit tests.

        What was recorded is sent again without dbt, if that shortcut is taken. Raises CscError
        naming the nodes that failed: a failed dbt test is our bug.
        """
        if self.spark:
            return self._built_with_spark(self.spark, selectors, exclude)
        for call in _recorded(self.scratch):
            if (call.select, call.exclude) == (selectors, tuple(exclude)):
                return self.send(call)
        outcome = self._built(selectors, exclude)
        return _node_runs(outcome)

    def record(self, folder: Path) -> None:
        """Do what a month asks of dbt, and keep in `folder` what dbt sent to do it.

        But for how the views and the macro of the analyst database are defined: whoever begins a
        month has them from here, see `candidate.blank`.
        """
        project = _project(private_directory(self.scratch))
        calls = []
        for select, exclude in MONTH:
            heard = Listener()
            outcome = self._built(select, exclude, heard)
            _node_runs(outcome)
            done = [result.node for result in outcome.result.results]
            call = heard.call(select, exclude, [(node, _reads(project, node)) for node in done])
            calls.append(replace(call, nodes=tuple(node.defined_ahead() for node in call.nodes)))
        described = [
            [schema, table, each.text, each.columns]
            for (schema, table), each in descriptions(self.scratch).items()
        ]
        write_atomically(folder / _DESCRIBED, json.dumps(described, ensure_ascii=False))
        recorded.write(folder / STATEMENTS, calls)

    def send(self, call: Call) -> list[NodeRun]:
        """Do again what was recorded, as profiles.yml says that the database is opened."""
        import duckdb

        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": MEMORY_LIMIT,
            "temp_directory": str(self.warehouse_db.parent / "temp"),
            "preserve_insertion_order": "false",
        }
        with duckdb.connect(str(self.warehouse_db), config=settings) as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute(f"attach {literal(self.analyst_db)} as analyst")
            return call.send(connection)

    def _built(
        self,
        selectors: Sequence[str],
        exclude: Sequence[str],
        heard: Listener | None = None,
        project: Manifest | None = None,
    ) -> Any:
        """What dbt says when it has built and tested that; each thing that it does is `heard`."""
        arguments = ["build", "--exclude-resource-type", "unit_test"]
        if selectors:
            arguments += ["--select", *selectors]
        if exclude:
            arguments += ["--exclude", *exclude]
        whole = project or _project(private_directory(self.scratch))
        return self._invoke(arguments, whole, heard)

    def _built_with_spark(
        self, engine: Engine, selectors: Sequence[str], exclude: Sequence[str]
    ) -> list[NodeRun]:
        """Let Spark compute the tables, and DuckDB read them, hold them to their contracts and test
        them.
        """
        from csc_warehouse.build import spark

        of_spark = compiled_project(private_directory(self.scratch), SPARK)
        # A macro of the analyst database is DuckDB's alone.
        chosen = (of_spark.nodes.get(each) for each in self._selected(selectors, exclude))
        tables = [node for node in chosen if node and node.config.materialized == "table"]
        computing = spark.Computing(self.warehouse_db, self.analyst_db, engine)
        views = computing.read(of_spark, tables)
        outcome = self._invoke(
            ["run", "--select", *(node.name for node in [*views, *tables])], of_spark, target=SPARK
        )
        runs = {run.name: run for run in _node_runs(outcome)}
        handed_back = _read_project(self.scratch)
        for node in tables:
            there: Any = handed_back.nodes[node.unique_id]
            there.compiled_code, there.raw_code = computing.handed_back(there), COMPILED
        built = _node_runs(self._built(selectors, exclude, project=handed_back))
        return [runs.get(run.name, run) if run.kind == "model" else run for run in built]

    def _selected(self, selectors: Sequence[str], exclude: Sequence[str]) -> list[str]:
        """The ids of the models that dbt would build."""
        arguments = ["list", "--resource-type", "model", "--output", "json"]
        arguments += ["--output-keys", "unique_id"]
        if selectors:
            arguments += ["--select", *selectors]
        if exclude:
            arguments += ["--exclude", *exclude]
        outcome = self._invoke(arguments, _project(private_directory(self.scratch)))
        if not outcome.success:
            raise CscError(f"dbt stopped before it began: {masked(str(outcome.exception))}")
        return [json.loads(row)["unique_id"] for row in outcome.result]

    def unit_test(self, *selectors: str) -> list[NodeRun]:
        """Run the unit tests of `selectors` (or all), on a candidate of no loads.

        A month of nothing is built first: a unit test reads the types of the tables of its model.
        Raises CscError naming the tests that failed.
        """
        for select, exclude in MONTH:
            self.build(*select, exclude=exclude)
        arguments = ["test", "--resource-type", "unit_test"]
        arguments += ["--select", *selectors] if selectors else []
        return _node_runs(self._invoke(arguments, _parse(kept_folder(self.scratch))))

    def _invoke(
        self,
        arguments: list[str],
        project: Manifest,
        heard: Listener | None = None,
        target: str = DUCKDB,
    ) -> Any:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        with _environment(_settings(self.warehouse_db, self.analyst_db)), _compiled_once():
            try:
                return dbtRunner(manifest=project, callbacks=[heard] if heard else []).invoke(
                    [*arguments, *_common_arguments(self.scratch, target)]
                )
            finally:
                if shortcuts.is_taken("kept_connection"):
                    # Nobody else could open the files.
                    DuckDBConnectionManager.close_all_connections()


def _reads(project: Manifest, node: Any) -> set[str]:
    """The ids of the nodes that a node reads, and of all that those read.

    A view that stands there already, or SQL that is written into it, may read what is yet to be
    built.
    """
    reads: set[str] = set()
    waiting = [node]
    while waiting:
        # A seed reads nothing, and a source is no node.
        named = set(getattr(waiting.pop().depends_on, "nodes", ())) - reads
        reads |= named
        waiting += [project.nodes[each] for each in named if each in project.nodes]
    return reads


def _recorded(scratch: Path) -> tuple[Call, ...]:
    """The calls of dbt that were recorded; none where that shortcut is not taken."""
    kept = blank_folder(scratch) / STATEMENTS
    if shortcuts.is_taken("recorded_statements") and kept.is_file():
        return recorded.read(kept)
    return ()


def _settings(warehouse_db: Path, analyst_db: Path) -> dict[str, str]:
    """The environment that profiles.yml and dbt itself read."""
    return {
        "CSC_WAREHOUSE_DB": str(warehouse_db),
        "CSC_ANALYST_DB": str(analyst_db),
        "CSC_DBT_KEEP_OPEN": str(shortcuts.is_taken("kept_connection")),
        "CSC_DUCKDB_TEMP": str(warehouse_db.parent / "temp"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "False",
        # The same order of nodes and tests from fewer edges.
        "DBT_USE_FAST_TEST_EDGES": "True",
        "DO_NOT_TRACK": "1",
    }


def _common_arguments(scratch: Path, engine: str = DUCKDB) -> list[str]:
    # No log file and nothing on the screen: dbt prints the values that a failing row holds.
    return [
        "--project-dir", str(DBT_PROJECT),
        "--profiles-dir", str(DBT_PROJECT),
        "--target", engine,
        "--target-path", str(scratch),
        "--log-level", "none",
        "--log-level-file", "none",
        "--log-path", str(scratch),
        # Nobody reads dbt's artefacts here: ops.model_run has what we keep of a run.
        "--no-write-json",
        "--vars", _variables(),
    ]  # fmt: skip


def _variables() -> str:
    """The register, the breakdowns and the rules, as text: dbt reads its variables often."""
    given = {
        "indicators": registered_indicators(),
        "breakdowns": _seed("breakdown"),
        "rules": _rules(),
    }
    as_text = {name: json.dumps(rows) for name, rows in given.items()}
    return json.dumps(as_text | {"own_tables": shortcuts.is_taken("own_tables")})


def _rules() -> list[dict[str, str]]:
    """Each version of a rule that the facts apply, see the macro `rule`."""
    return [
        {"name": row["rule_name"], "number": row["threshold"], "valid_from": row["valid_from"]}
        for row in _seed("threshold")
        if row["rule_name"]
    ]


def kept_folder(scratch: Path) -> Path:
    """Where what is made of the project alone is kept: beside it, or else in `scratch`.

    An installed package is its installer's: what is written into it, no uninstalling would remove.
    """
    is_ours = PROJECT_ROOT != PACKAGED_PROJECT and os.access(DBT_PROJECT, os.W_OK)
    return private_directory(DBT_TARGET if is_ours else scratch)


def made_ahead(name: str, scratch: Path) -> Path:
    """Where that file or folder is: beside the project, as its image brings it, or to be made."""
    ahead = DBT_TARGET / name
    return ahead if ahead.exists() else kept_folder(scratch) / name


def blank_folder(scratch: Path) -> Path:
    """Where the blank candidate is, or is to be made: see `candidate.blank`."""
    return made_ahead(f"blank/{code_version()}", scratch)


def _project(scratch: Path) -> Manifest:
    """The project for a build, compiled if that shortcut is taken."""
    if shortcuts.is_taken("compiled_project"):
        return _compiled(_kept_project(scratch))
    return _parse(kept_folder(scratch))


def compiled_project(scratch: Path, engine: str) -> Manifest:
    """The project with each model's and test's SQL for `engine` as its `compiled_code`."""
    return _compiled(_kept_project(scratch, engine))


def _read_project(scratch: Path) -> Manifest:
    """The compiled project, for one to change."""
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack(_kept_project(private_directory(scratch)).read_bytes())


@lru_cache(maxsize=2)
def _compiled(kept: Path) -> Manifest:
    """The compiled project, read once by each process: dbt leaves nothing in it that it minds."""
    from dbt.contracts.graph.manifest import Manifest

    return Manifest.from_msgpack(kept.read_bytes())


def _kept_project(scratch: Path, engine: str = DUCKDB) -> Path:
    """The file of the compiled project; made if this version of the code has none yet."""
    ours = f"project-{code_version()}"
    variables = hashlib.sha256(_variables().encode()).hexdigest()[:8]
    # dbt would parse all of it again where the target is another than last time.
    of_engine = "" if engine == DUCKDB else f"{engine}/"
    kept = made_ahead(f"{of_engine}{ours}-{variables}.msgpack", scratch)
    if not kept.is_file():
        compiled = _compile(private_directory(kept.parent), engine)
        for path in kept.parent.glob("project-*.msgpack"):
            if not path.name.startswith(ours):
                path.unlink(missing_ok=True)
        write_atomically(kept, compiled.to_msgpack())
    return kept


def _parse(folder: Path, engine: str = DUCKDB) -> Manifest:
    """Parse the project, for no database in particular.

    dbt would parse all of it again where the profile names another file than last time. In the
    folder of the last time it parses what has changed.
    """
    return cast("Manifest", _of_project(folder, ["parse"], engine=engine).result)


def _compile(folder: Path, engine: str) -> Manifest:
    """The project with the SQL of each model and test in the place of its template.

    A candidate is always attached under the same two names, so the SQL is the same each month: dbt
    renders it once, and spends its time on the month. A node that is done has no template any more,
    see `_compiled_once`.
    """
    from dbt.contracts.graph.nodes import GenericTestNode, ModelNode, SingularTestNode

    project = _parse(folder, engine)
    arguments = ["compile", "--no-introspect", "--no-populate-cache"]
    _of_project(folder, arguments, project, engine=engine)
    for node in project.nodes.values():
        if not isinstance(node, ModelNode | SingularTestNode | GenericTestNode):
            continue
        if node.compiled_code:
            node.raw_code = COMPILED
        if engine != DUCKDB and isinstance(node, ModelNode):
            # It can't hold a table to a contract; DuckDB does.
            node.config.contract.enforced = False
        # Whoever reads an ephemeral model has its SQL already, and that of those which it reads.
        node.extra_ctes = []
    # Only parsing and the templates ask for these, and they are half of what is read each time.
    project.files, project.unit_tests, project.flat_graph = {}, {}, {}
    return project


@contextmanager
def _compiled_once() -> Iterator[None]:
    """Keep dbt from compiling again what `_compile` has left without a template."""
    import dbt.compilation

    compiling: Any = dbt.compilation.Compiler
    compile_node = compiling.compile_node

    def unless_done(compiler: Any, node: Any, *args: Any, **options: Any) -> Any:
        is_done = getattr(node, "raw_code", None) == COMPILED
        return node if is_done else compile_node(compiler, node, *args, **options)

    compiling.compile_node = unless_done
    try:
        yield
    finally:
        compiling.compile_node = compile_node


def _of_project(
    folder: Path,
    arguments: list[str],
    project: Manifest | None = None,
    engine: str = DUCKDB,
) -> Any:
    """What dbt says of the project alone. Raises CscError where it cannot read it."""
    from dbt.cli.main import dbtRunner

    with _environment(_settings(Path("warehouse.duckdb"), Path("analyst.duckdb"))):
        outcome = dbtRunner(manifest=project).invoke(
            [*arguments, *_common_arguments(folder, engine)]
        )
    if not outcome.success:
        raise CscError(f"dbt cannot read the project: {masked(str(outcome.exception))}")
    return outcome


def _node_runs(outcome: Any) -> list[NodeRun]:
    if isinstance(outcome.exception, KeyboardInterrupt):
        raise outcome.exception
    results = getattr(outcome.result, "results", None)
    if results is None:
        raise CscError(f"dbt stopped before it began: {masked(str(outcome.exception))}")
    runs = [
        NodeRun(
            name=result.node.name,
            kind=str(result.node.resource_type),
            status=str(result.status),
            seconds=float(result.execution_time),
        )
        for result in results
    ]
    failed = [
        f"  {result.node.resource_type} {result.node.name}: {masked(str(result.message))}"
        for result in results
        if str(result.status) in {"error", "fail", "runtime error"}
    ]
    if failed:
        raise CscError(recorded.could_not_build(failed))
    if not outcome.success:
        raise CscError("dbt stopped before it was done. Run the same command again.")
    return runs
