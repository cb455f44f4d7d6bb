"""Great Expectations: the only module that touches it."""

from __future__ import annotations

import importlib
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from csc_warehouse import shortcuts
from csc_warehouse.errors import masked
from csc_warehouse.quality.rules import Rule

if TYPE_CHECKING:
    import pandas as pd


def understood(rules: Sequence[Rule]) -> tuple[dict[str, Any], dict[str, str]]:
    """Each rule as an expectation, by rule id; and of those that can't be one, what is said."""
    expectations: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for rule in rules:
        if not rule.judged_columns:
            faults[rule.rule_id] = "its kwargs name no column"
            continue
        try:
            expectation = _expectation(
                rule.type, rule.kwargs, {"rule_id": rule.rule_id}, rule.severity
            )
        # It has errors of its own, of pydantic and of Python, and all of them are about the entry.
        except Exception as error:
            said = " ".join(str(error).split())
            faults[rule.rule_id] = f"Great Expectations does not take it: {said}"
            continue
        if hasattr(expectation, "map_metric"):
            expectations[rule.rule_id] = expectation
        else:
            faults[rule.rule_id] = f"{rule.type} judges a column as a whole and names no row"
    return expectations, faults


def _expectation(
    kind: str, kwargs: Mapping[str, Any], meta: Mapping[str, Any], severity: str = "critical"
) -> Any:
    """An expectation. Raises whatever Great Expectations does where there is none such."""
    great_expectations()
    module = importlib.import_module("great_expectations.expectations.expectation_configuration")
    return module.ExpectationConfiguration(
        type=kind, kwargs=dict(kwargs), meta=dict(meta), severity=severity
    ).to_domain_obj()


def validate(
    frame: pd.DataFrame, expectations: Mapping[str, Any]
) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Judge `frame` (index 0…n-1) by `expectations` (of `understood`, by rule id).

    Returns the failing rows of each rule, and why those broke that did. Most rules hold, and
    whether one does is known in half the time that its rows take to name: only those that don't
    hold are judged again, row by row.
    """
    if frame.empty:
        return {}, {}
    with _quiet(), _configured_once():
        batch = _frames().get_batch(batch_parameters={"dataframe": frame})
        doubtful = [
            expectations[rule_id]
            for rule_id, result in _judged(batch, list(expectations.values()), "BOOLEAN_ONLY")
            if not result.success
        ]
        results = _judged(batch, doubtful, "COMPLETE")
    failing: dict[str, list[int]] = {}
    broken: dict[str, str] = {}
    for rule_id, result in results:
        rows = result.result.get("unexpected_index_list")
        if rows is None:
            broken[rule_id] = _why_broken(result.exception_info, frame)
        else:
            failing[rule_id] = [int(number) for number in rows]
    return failing, broken


def _judged(batch: Any, expectations: list[Any], result_format: str) -> list[tuple[str, Any]]:
    """Each rule's id with what Great Expectations says of it, in its `result_format`."""
    if not expectations:
        return []
    suite = great_expectations().ExpectationSuite(name="rules", expectations=expectations)
    outcome = batch.validate(suite, result_format={"result_format": result_format})
    return [(result.expectation_config.meta["rule_id"], result) for result in outcome.results]


def _why_broken(exceptions: Mapping[str, Any], frame: pd.DataFrame) -> str:
    """What Great Expectations says of a rule that broke, without a value of the frame."""
    by_metric = [exceptions] if "exception_message" in exceptions else exceptions.values()
    said = next((str(each["exception_message"]) for each in by_metric), "it does not say why")
    words = set(re.findall(r"\w+", said))
    values = {str(value) for name in frame for value in frame[name].unique()}
    # A short code may well be part of an honest word.
    if any(value in words or (len(value) > 3 and value in said) for value in values):
        return "Great Expectations stopped at a value that is not shown"
    return f"Great Expectations: {masked(' '.join(said.split()))}"


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
    are deferred, if that shortcut is taken. Spark, where it is installed, is kept from it: Great
    Expectations would import what nobody asks of it, and that import can end the process.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    seldom = ("scipy.stats", "altair") if shortcuts.is_taken("deferred_imports") else ()
    slow = [name for name in seldom if name not in sys.modules]
    for name in slow:
        sys.modules[name] = _Deferred(name)
    modules: dict[str, Any] = sys.modules
    # Whatever of Spark is there already is out of sight, too.
    spark = {name: modules.pop(name) for name in list(modules) if name.split(".")[0] == "pyspark"}
    modules["pyspark"] = None
    try:
        return importlib.import_module("great_expectations")
    finally:
        for name in slow:
            if isinstance(sys.modules.get(name), _Deferred):
                del sys.modules[name]
        del modules["pyspark"]
        modules.update(spark)


def great_expectations_ready() -> None:
    """Import Great Expectations ahead of the first check."""
    great_expectations()


@contextmanager
def _configured_once() -> Iterator[None]:
    """Keep what an expectation is configured with, if that shortcut is taken.

    Great Expectations asks for it 90 times for each, and makes it anew each time; that never
    changes while an expectation is judged.
    """
    if not shortcuts.is_taken("kept_configuration"):
        yield
        return
    module = importlib.import_module("great_expectations.expectations.expectation")
    asked = module.Expectation.configuration
    kept: dict[int, tuple[Any, Any]] = {}

    def once(expectation: Any) -> Any:
        # With the expectation itself: another could get its number once it is gone.
        if id(expectation) not in kept:
            kept[id(expectation)] = (expectation, asked.fget(expectation))
        return kept[id(expectation)][1]

    module.Expectation.configuration = property(once)
    try:
        yield
    finally:
        module.Expectation.configuration = asked


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
