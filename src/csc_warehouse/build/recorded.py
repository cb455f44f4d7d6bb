"""What dbt sends to the database for a month, recorded once and sent again without dbt.

A candidate starts from the same blank each month and is attached under the same two names, so dbt
sends the same statements each month, whatever the rows are. To find them out takes it longer than
the database needs for a small authority. So the calls of dbt are recorded while they build on
nothing, with the blank, once for a version of the code (`candidate.blank`).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from csc_warehouse.errors import CscError, masked
from csc_warehouse.files import write_atomically

if TYPE_CHECKING:
    import duckdb

#: While the database is at one node, Python begins the next: as many as in profiles.yml.
THREADS = 2

#: dbt's own comment before each statement.
_COMMENT = re.compile(r"\s*/\*.*?\*/\s*", re.DOTALL)

#: What changes nothing and judges nothing: dbt asks what there is, and of which types a query is.
_ASKS = re.compile(
    r"(begin|commit|rollback|describe)\b|select\b.*\bfrom\s+(duckdb_\w+\(|system\.information_schema)",
    re.DOTALL | re.IGNORECASE,
)


#: What holds no rows: a view or a macro of the analyst database.
_DEFINES = re.compile(
    r'(use "analyst";\s*)?create or replace (view "analyst"\.|macro )', re.IGNORECASE
)


@dataclass(frozen=True)
class NodeRun:
    """What was done with one model, seed or test: its name, kind, status and seconds."""

    name: str
    kind: str
    status: str
    seconds: float


@dataclass(frozen=True)
class Node:
    """A model or test: what is sent for it in turn, once the nodes that it reads are done."""

    name: str
    kind: str
    after: tuple[str, ...]
    statements: tuple[str, ...]

    def send(self, cursor: duckdb.DuckDBPyConnection) -> NodeRun:
        """Send it, in one transaction. Raises CscError where the database refuses it, or where the
        test fails.
        """
        import duckdb

        began = time.perf_counter()
        try:
            cursor.execute("begin")
            for sql in self.statements:
                cursor.execute(sql)
            if self.kind == "test":
                (failures, _, is_error) = cursor.fetchall()[0]
                if is_error:
                    raise self._failure(f"Got {failures} results, configured to fail if != 0")
            cursor.execute("commit")
        except duckdb.Error as error:
            raise self._failure(str(error)) from None
        status = "pass" if self.kind == "test" else "success"
        return NodeRun(self.name, self.kind, status, time.perf_counter() - began)

    def defined_ahead(self) -> Node:
        """It, with nothing to send if it only defines how others are read: in the blank it is."""
        only_defines = all(_DEFINES.match(sql) for sql in self.statements)
        return replace(self, statements=()) if only_defines else self

    def _failure(self, message: str) -> CscError:
        return CscError(could_not_build([f"  {self.kind} {self.name}: {masked(message)}"]))


@dataclass(frozen=True)
class Call:
    """One call of dbt: what it selects (all, if nothing) but for what it excludes; the schemas that
    it makes, and its nodes, each behind those that it reads.
    """

    select: tuple[str, ...]
    exclude: tuple[str, ...]
    schemas: tuple[str, ...]
    nodes: tuple[Node, ...]

    def send(self, connection: duckdb.DuckDBPyConnection) -> list[NodeRun]:
        """Do again what dbt did, in `connection`. Raises CscError naming the node that failed."""
        for sql in self.schemas:
            connection.execute(sql)
        waiting = {node.name: node for node in self.nodes}
        running: dict[Future[NodeRun], duckdb.DuckDBPyConnection] = {}
        runs: list[NodeRun] = []
        with ThreadPoolExecutor(THREADS) as threads:
            try:
                while waiting or running:
                    done = {run.name for run in runs}
                    for node in [each for each in waiting.values() if done.issuperset(each.after)]:
                        cursor = connection.cursor()
                        running[threads.submit(waiting.pop(node.name).send, cursor)] = cursor
                    for finished in wait(running, return_when=FIRST_COMPLETED).done:
                        running.pop(finished).close()
                        runs.append(finished.result())
            except BaseException:
                # Who stops a month does not wait for a query of minutes.
                threads.shutdown(wait=False, cancel_futures=True)
                for cursor in running.values():
                    cursor.interrupt()
                raise
        return runs


def could_not_build(failed: Sequence[str]) -> str:
    """What is said of nodes that failed, a line each."""
    return (
        "dbt could not build the release candidate (a bug of ours, not of the data):\n"
        + "\n".join(failed[:20])
    )


@dataclass
class Listener:
    """Hears what dbt says of itself, and keeps each statement by the node that it is sent for."""

    schemas: list[str] = field(default_factory=list)
    statements: dict[str, list[str]] = field(default_factory=dict)

    def __call__(self, event: Any) -> None:
        if event.info.name != "SQLQuery":
            return
        sql = _COMMENT.sub("", event.data.sql, count=1)
        node = event.data.node_info.unique_id
        if _ASKS.match(sql):
            return
        if node:
            self.statements.setdefault(node, []).append(sql)
        elif sql.startswith("create schema"):
            self.schemas.append(sql)

    def call(
        self,
        select: Sequence[str],
        exclude: Sequence[str],
        done: Sequence[tuple[Any, Collection[str]]],
    ) -> Call:
        """The call of which dbt says what it has done: each node with the ids of those it reads.

        A node has `unique_id`, `name` and `resource_type`, and comes behind those that it reads.
        """
        names = {node.unique_id: str(node.name) for node, _ in done}
        return Call(
            select=tuple(select),
            exclude=tuple(exclude),
            schemas=tuple(self.schemas),
            nodes=tuple(
                Node(
                    name=node.name,
                    kind=str(node.resource_type),
                    after=tuple(sorted(names[each] for each in reads if each in names)),
                    statements=tuple(self.statements[node.unique_id]),
                )
                for node, reads in done
            ),
        )


def write(path: Path, calls: Sequence[Call]) -> None:
    """Keep what was recorded."""
    write_atomically(path, json.dumps([asdict(call) for call in calls]))


@lru_cache(maxsize=2)
def read(path: Path) -> tuple[Call, ...]:
    """The calls that were recorded in a file."""
    calls = json.loads(path.read_text(encoding="utf-8"))
    return tuple(
        Call(
            select=tuple(call["select"]),
            exclude=tuple(call["exclude"]),
            schemas=tuple(call["schemas"]),
            nodes=tuple(
                Node(node["name"], node["kind"], tuple(node["after"]), tuple(node["statements"]))
                for node in call["nodes"]
            ),
        )
        for call in calls
    )
