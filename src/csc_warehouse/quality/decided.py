"""What a council decides of a rule: another threshold than the project's, and whose it is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from csc_warehouse import council
from csc_warehouse.month import Month
from csc_warehouse.places import Home
from csc_warehouse.quality.results import ERROR, NOT_APPLICABLE, Result, status_of


@dataclass(frozen=True)
class Decided:
    """The rows of `thresholds.csv` and `owners.csv` that hold, by authority and rule or role."""

    thresholds: Mapping[tuple[str, str], council.Row]
    owners: Mapping[tuple[str, str], str]

    @classmethod
    def read(cls, home: Home, la_codes: Sequence[str], month: str) -> Decided:
        """What holds on the last day of `month`. Raises DataRefused naming file and line."""
        day = Month.of(month).last_day
        held = {
            name: [
                row
                for row in council.rows_of(home, council.table_named(name), la_codes, day)
                if row.values["valid_to"] is None
            ]
            for name in ("thresholds", "owners")
        }
        return cls(
            {(row.la_code, str(row.values["rule_id"])): row for row in held["thresholds"]},
            {
                (row.la_code, str(row.values["owner"])): str(row.values["owner_name"])
                for row in held["owners"]
            },
        )

    def of(self, result: Result) -> Result:
        """The result as the authority's own threshold and owner make it."""
        rule = result.rule
        own = self.thresholds.get((result.la_code, rule.rule_id))
        owner = self.owners.get((result.la_code, rule.owner))
        if owner is not None:
            rule = replace(rule, owner=owner)
        if own is None or result.status in (ERROR, NOT_APPLICABLE):
            return replace(result, rule=rule)
        limit = own.values["critical_share"]
        rule = replace(
            rule,
            max_share=float(str(own.values["max_share"])),
            critical_share=rule.critical_share if limit is None else float(str(limit)),
            threshold_set_by=str(own.values["set_by"]),
        )
        status, severity = status_of(rule, result.evaluated, result.failed)
        return replace(result, rule=rule, status=status, severity=severity)
