"""Data quality: what the data promises, judged by Great Expectations at three gates.

The expectations are YAML files in `expectations/<gate>/`. Each file names a frame (a conformed
table, or a profile of the loads or of the release) and the rules that judge its columns.

How it stays fast, and free of personal values: DuckDB prepares, as set work, a few small columns
per rule (was the date read, missing, unreadable; by how many days does the end precede the start)
and groups them. Great Expectations judges each distinct combination once, and never sees a key, a
date or a name. The failing combinations are joined back to their records in DuckDB. It first says
which rules hold (`BOOLEAN_ONLY`), and names the rows of those that do not (`COMPLETE`).

| module | does |
|---|---|
| `rules`, `declared_file` | reads the YAML files, and knows the line of each entry |
| `sql/` | every statement of more than three lines |
| `tables` | the schema `dq` |
| `frames`, `records` | the staging gate: SQL makes what is judged of each record |
| `load_profile`, `release_profile`, `profiles` | the raw and the marts gate: counts |
| `validation` | Great Expectations: nothing else touches it |
| `results` | statuses, and how they are told |
| `history`, `ledger` | what failed in the months before; issues from month to month |
| `rule_texts` | what the page of each rule says; `report` writes it |
| `decisions`, `owners` | what people decided about it, and whose it is |
| `gate` | one gate, from its rules to its rows in the dq tables |
"""

from csc_warehouse.quality.decisions import Decision, decide, decision_ids, forget
from csc_warehouse.quality.gate import Verdict, check, judge, record
from csc_warehouse.quality.history import base_releases, record_history, standing, stands_again
from csc_warehouse.quality.ledger import counted_since
from csc_warehouse.quality.results import (
    GateResult,
    counts,
    critical_failures,
    faults,
    status_of,
    summary,
)
from csc_warehouse.quality.rule_texts import (
    GATE_TITLES,
    RulePage,
    markdown_index,
    national_index,
    query_for,
    rule_pages,
)
from csc_warehouse.quality.rules import (
    CRITICAL,
    GATES,
    WARNING,
    NationalRule,
    Rule,
    RuleFile,
    needs,
    read_rule_file,
    rule_files,
)
from csc_warehouse.quality.tables import Candidate, create_tables
from csc_warehouse.quality.validation import great_expectations_ready

__all__ = [
    "CRITICAL",
    "GATES",
    "GATE_TITLES",
    "WARNING",
    "Candidate",
    "Decision",
    "GateResult",
    "NationalRule",
    "Rule",
    "RuleFile",
    "RulePage",
    "Verdict",
    "base_releases",
    "check",
    "counted_since",
    "counts",
    "create_tables",
    "critical_failures",
    "decide",
    "decision_ids",
    "faults",
    "forget",
    "great_expectations_ready",
    "judge",
    "markdown_index",
    "national_index",
    "needs",
    "query_for",
    "read_rule_file",
    "record",
    "record_history",
    "rule_files",
    "rule_pages",
    "standing",
    "stands_again",
    "status_of",
    "summary",
]
