"""Great Expectations: the only module that touches it."""

from __future__ import annotations

import importlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from csc_warehouse import shortcuts
from csc_warehouse.quality.rules import Rule

if TYPE_CHECKING:
    import pandas as pd


def validate(frame: pd.DataFrame, rules: Sequence[Rule]) -> tuple[dict[str, list[int]], set[str]]:
    """Judge `frame` (index 0…n-1): the failing rows of each rule, and the rules that broke.

    Most rules hold, and whether one does is known in half the time that its rows take to name: only
    those that don't hold are judged again, row by row.
    """
    with _quiet():
        batch = _frames().get_batch(batch_parameters={"dataframe": frame})
        doubtful = {
            rule_id
            for rule_id, result in _judged(batch, rules, "BOOLEAN_ONLY")
            if not result.success
        }
        results = _judged(batch, [rule for rule in rules if rule.rule_id in doubtful], "COMPLETE")
    failing: dict[str, list[int]] = {}
    broken: set[str] = set()
    for rule_id, result in results:
        rows = result.result.get("unexpected_index_list")
        if rows is None:
            broken.add(rule_id)
        else:
            failing[rule_id] = [int(number) for number in rows]
    return failing, broken


def _judged(batch: Any, rules: Sequence[Rule], result_format: str) -> list[tuple[str, Any]]:
    """Each rule's id with what Great Expectations says of it, in its `result_format`."""
    if not rules:
        return []
    suite = great_expectations().ExpectationSuite(
        name="rules",
        expectations=[
            {
                "type": rule.type,
                "kwargs": dict(rule.kwargs),
                "severity": rule.severity,
                "meta": {"rule_id": rule.rule_id},
            }
            for rule in rules
        ],
    )
    outcome = batch.validate(suite, result_format={"result_format": result_format})
    return [(result.expectation_config.meta["rule_id"], result) for result in outcome.results]


@cache
def _frames() -> Any:
    """Where frames are handed to Great Expectations: a context in memory, without data docs."""
    gx = great_expectations()
    types = importlib.import_module("great_expectations.data_context.types.base")
    context = gx.get_context(
        mode="ephemeral",
        project_config=types.DataContextConfig(
            store_backend_defaults=types.InMemoryStoreBackendDefaults(),
            progress_bars=types.ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


@dataclass(frozen=True)
class DocumentedRule:
    """A rule with its counts, as Data Docs shows it: no value, no key."""

    type: str
    kwargs: Mapping[str, Any]
    notes: Mapping[str, Any]
    is_success: bool
    is_error: bool
    evaluated: int
    failed: int


def write_data_docs_site(
    folder: Path,
    run_name: str,
    run_time: datetime,
    suites: Mapping[str, Sequence[DocumentedRule]],
) -> None:
    """Build a Data Docs site in `folder`: a suite and a validation for each entry of `suites`."""
    with _quiet():
        gx = great_expectations()
        types = importlib.import_module("great_expectations.data_context.types.base")
        context = gx.get_context(
            mode="ephemeral",
            project_config=types.DataContextConfig(
                store_backend_defaults=types.InMemoryStoreBackendDefaults(),
                progress_bars=types.ProgressBarsConfig(globally=False),
                analytics_enabled=False,
                data_docs_sites={
                    "run": {
                        "class_name": "SiteBuilder",
                        "store_backend": {
                            "class_name": "TupleFilesystemStoreBackend",
                            "base_directory": str(folder),
                        },
                        "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
                    }
                },
            ),
        )
        for name, rules in suites.items():
            _document(context, name, run_name, run_time, rules)
        context.build_data_docs()


def _document(
    context: Any, name: str, run_name: str, run_time: datetime, rules: Sequence[DocumentedRule]
) -> None:
    """Put a suite and its validation into the stores of the context."""
    gx = great_expectations()
    core = importlib.import_module("great_expectations.core")
    identifiers = importlib.import_module(
        "great_expectations.data_context.types.resource_identifiers"
    )
    identifier = importlib.import_module("great_expectations.core.run_identifier").RunIdentifier
    suite = context.suites.add(
        gx.ExpectationSuite(
            name=name,
            expectations=[
                {"type": rule.type, "kwargs": dict(rule.kwargs), "meta": _notes(rule)}
                for rule in rules
            ],
        )
    )
    results = [
        core.ExpectationValidationResult(
            success=rule.is_success,
            expectation_config=expectation.configuration,
            result={
                "element_count": rule.evaluated,
                "unexpected_count": rule.failed,
                "unexpected_percent": 100 * rule.failed / rule.evaluated if rule.evaluated else 0,
            },
            exception_info={
                "raised_exception": rule.is_error,
                "exception_message": "The rule could not be evaluated." if rule.is_error else None,
                "exception_traceback": None,
            },
        )
        for expectation, rule in zip(suite.expectations, rules, strict=True)
    ]
    good = sum(rule.is_success for rule in rules)
    run_id = identifier(run_name=run_name, run_time=run_time)
    context.validation_results_store.set(
        identifiers.ValidationResultIdentifier(
            expectation_suite_identifier=identifiers.ExpectationSuiteIdentifier(name),
            run_id=run_id,
            batch_identifier=name,
        ),
        core.ExpectationSuiteValidationResult(
            success=good == len(rules),
            results=results,
            suite_name=name,
            statistics={
                "evaluated_expectations": len(rules),
                "successful_expectations": good,
                "unsuccessful_expectations": len(rules) - good,
                "success_percent": 100 * good / len(rules) if rules else None,
            },
            meta={
                "run_id": run_id,
                "expectation_suite_name": name,
                "active_batch_definition": {},
                "batch_spec": {},
                "batch_markers": {},
            },
        ),
    )


def _notes(rule: DocumentedRule) -> dict[str, Any]:
    """What Data Docs shows under an expectation."""
    notes = rule.notes
    return {
        "notes": {
            "format": "markdown",
            "content": [
                f"**{notes['rule_id']}** {notes['national_codes'] or ''} ({notes['severity']})",
                str(notes["why"]),
                f"{notes['owner']}: {notes['how_to_resolve']}",
            ],
        }
    }


class _Deferred(ModuleType):
    """Stands for a module that is slow to import and seldom used: the real one on first use."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


@cache
def great_expectations() -> ModuleType:
    """Import Great Expectations when it is first needed, telemetry off.

    Its statistical tests and charts, which no rule here uses, import scipy.stats and altair: they
    are deferred, if that shortcut is taken.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    seldom = ("scipy.stats", "altair") if shortcuts.is_taken("deferred_imports") else ()
    slow = [name for name in seldom if name not in sys.modules]
    for name in slow:
        sys.modules[name] = _Deferred(name)
    try:
        return importlib.import_module("great_expectations")
    finally:
        for name in slow:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]


def great_expectations_ready() -> None:
    """Import Great Expectations ahead of the first check."""
    great_expectations()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Great Expectations' own log lines, which may quote values, out of ours."""
    names = ("great_expectations", "great_expectations.validator", "py.warnings")
    before = [(logging.getLogger(name), logging.getLogger(name).level) for name in names]
    for logger, _ in before:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in before:
            logger.setLevel(level)
