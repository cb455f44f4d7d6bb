"""Figures of published releases: a value, its records, what moved."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from csc_warehouse.command.column_chart import column_chart
from csc_warehouse.command.frame import (
    AsCsv,
    AsJson,
    Las,
    app,
    finish,
    home_there,
    print_csv,
    print_rows,
    screen,
)
from csc_warehouse.errors import WrongUse

#: The kind of period that a chart is of, the first that there is: the windows of most columns.
_CHARTED_TYPES = ("month_end", "rolling_12_months", "month", "quarter", "year")

#: As many periods as a chart in the terminal has columns, and authorities have one.
_CHARTED_PERIODS = 24
_CHARTED_AUTHORITIES = 3


@app.command("indicators")
def find_indicators(
    words: Annotated[
        list[str] | None, typer.Argument(help="Words of its title or definition, like missing.")
    ] = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """Which indicators there are: all, or those in which every word stands."""
    from csc_warehouse.ask import indicators, releases

    current = releases.current(home_there())
    rows = indicators.search(current.analyst_db, words or [])
    finish({"release_id": current.release_id, "indicators": rows}, as_json)
    if as_csv and not as_json:
        print_csv(rows)
    elif not as_json and rows:
        print_rows(rows, indicator_code="code", title="title", topic="topic")
    elif not as_json:
        screen.print("No indicator says so. Try one word, or its beginning; without words: all.")


@app.command()
def indicator(
    code: Annotated[str, typer.Argument(help="Indicator code, like REF-03.")],
    la: Las = None,
    period: Annotated[str | None, typer.Option(help="Period type, like rolling_12_months.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First day, like 2020-01-01.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last day, like 2022-06-30.")] = None,
    breakdown: Annotated[str, typer.Option(help="Breakdown, like age_band.")] = "all",
    base: Annotated[
        str | None,
        typer.Option(help="Against the period that ends on this day, or 2020-04-01..2020-06-30."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Beside a year before, target, neighbours, England.")
    ] = False,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """A value of the current release: for the newest standard periods, or any two dates."""
    from csc_warehouse.ask import indicators, releases

    current = releases.current(home_there())
    if compare or base is not None:
        if compare and (base is not None or first is not None or breakdown != "all"):
            raise WrongUse("--compare goes with --period and --to only; for a base use --base.")
        _show_comparison(current, code, la, period, first, last, breakdown, base, as_csv, as_json)
        return
    rows = indicators.indicator_value(
        current.analyst_db,
        code,
        la_codes=la,
        period_type=period,
        date_from=first,
        date_to=last,
        breakdown=breakdown,
    )
    marked = indicators.marks(current.analyst_db, code, la)
    finish({"release_id": current.release_id, "values": rows, "marked": marked}, as_json)
    if as_csv and not as_json:
        print_csv(rows)
    elif not as_json:
        known = indicators.definition(current.analyst_db, code)
        few = any(row["is_small_denominator"] for row in rows)
        screen.print(f"[bold]{known['indicator_code']}[/]  {known['title']}")
        screen.print(known["definition"], markup=False)
        screen.print()
        print_rows(
            rows,
            la_code="la",
            period_type="period",
            period_start_date="from",
            period_end_date="to",
            **({} if breakdown == "all" else {"breakdown_value": breakdown}),
            **indicators.headings(known),
            lower_bound="could be from",
            upper_bound="to",
            **({"is_small_denominator": "rests on few"} if few else {}),
            unavailable_reason="not available because",
        )
        if breakdown == "all" and first is None and last is None:
            _print_chart(current.analyst_db, known, rows)
        if few:
            screen.print("A value that rests on few moves a lot by chance: read no trend in it.")
        for mark in marked:
            screen.print(
                f"{mark['la_code']}: a critical input failed ({mark['reason']}), and the release "
                "was accepted all the same. See dq.indicator_quality.",
                markup=False,
            )


def _print_chart(analyst_db: Path, known: dict[str, Any], newest: list[dict[str, Any]]) -> None:
    """How the indicator went: a column for each of the newest periods of one kind."""
    from csc_warehouse.ask import indicators

    if not newest:
        return
    types = {row["period_type"] for row in newest}
    period_type = next((kind for kind in _CHARTED_TYPES if kind in types), newest[0]["period_type"])
    for la_code in sorted({row["la_code"] for row in newest})[:_CHARTED_AUTHORITIES]:
        line = indicators.indicator_value(
            analyst_db,
            known["indicator_code"],
            la_codes=[la_code],
            period_type=period_type,
            date_to=newest[0]["period_end_date"],
        )
        line = sorted(line, key=lambda row: row["period_end_date"])[-_CHARTED_PERIODS:]
        ends = [f"{row['period_end_date']:%b %Y}" for row in (line[:1] + line[-1:])]
        drawn = column_chart([row["value"] for row in line], (ends[0], ends[-1])) if line else []
        if drawn:
            screen.print()
            gaps = "; · without a value" if None in {row["value"] for row in line} else ""
            screen.print(f"{la_code}, {period_type}, {known['unit']}{gaps}", markup=False)
            for text in drawn:
                screen.print(text, markup=False, highlight=False)


def _show_comparison(
    current: Any,
    code: str,
    la: Las,
    period: str | None,
    first: str | None,
    last: str | None,
    breakdown: str,
    base: str | None,
    as_csv: bool,
    as_json: bool,
) -> None:
    """Print a value against the period that ends on `base`; without, beside what is published."""
    from csc_warehouse.ask import comparison, indicators

    if base is None:
        rows = comparison.beside_published(
            current.analyst_db, code, la_codes=la, period_type=period, date_to=last
        )
    else:
        rows = comparison.against_base(
            current.analyst_db,
            code,
            base,
            la_codes=la,
            period_type=period,
            date_from=first,
            date_to=last,
            breakdown=breakdown,
        )
    finish({"release_id": current.release_id, "comparisons": rows}, as_json)
    if as_csv and not as_json:
        print_csv(rows)
    if as_csv or as_json:
        return
    known = indicators.definition(current.analyst_db, code)
    screen.print(f"[bold]{known['indicator_code']}[/]  {known['title']}")
    screen.print(f"{known['unit']}; {known['polarity']}", markup=False)
    screen.print()
    if base is None:
        for row in rows:
            screen.print(f"[bold]{row['la_code']}[/]  {comparison.words(row)['period']}")
            table = Table(box=None, show_header=False, padding=(0, 2))
            table.add_column()
            table.add_column(justify="right")
            table.add_column()
            for line in comparison.lines(row):
                table.add_row(*line)
            screen.print(table)
        return
    print_rows(
        [row | comparison.words(row) for row in rows],
        la_code="la",
        period="period",
        **({} if breakdown == "all" else {"breakdown_value": breakdown}),
        value="value",
        base_period="against",
        base_value="was",
        change="change",
        change_in_percent="in percent",
        change_meaning="which is",
        change_reason="no change because",
    )


@app.command()
def explain(
    code: Annotated[str, typer.Argument(help="Indicator code, like REF-03.")],
    period: Annotated[str, typer.Option(help="Period type, like rolling_12_months.")],
    end: Annotated[str | None, typer.Option(help="Last day of the period; newest without.")] = None,
    la: Las = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """The records behind a value of the current release, down to file and row."""
    from csc_warehouse.ask import indicators, releases

    current = releases.current(home_there())
    rows = indicators.explain(
        current.analyst_db, code, la_codes=la, period_type=period, period_end=end
    )
    finish({"release_id": current.release_id, "records": rows}, as_json)
    if as_csv and not as_json:
        print_csv(rows)
    elif not as_json:
        print_rows(
            rows,
            la_code="la",
            event_date="date",
            numerator="numerator",
            denominator="denominator",
            is_in_doubt="in doubt",
            record_table="record",
            record_key="key",
            source_file="file",
            row_number="row",
        )


@app.command()
def diff(
    before: Annotated[str, typer.Argument(help="A release id, or current.")],
    after: Annotated[str, typer.Argument(help="Another one.")] = "current",
    code: Annotated[
        str | None, typer.Option("--indicator", help="Each figure of this indicator.")
    ] = None,
    records: Annotated[
        bool, typer.Option("--records", help="The records of that indicator that moved.")
    ] = False,
    la: Las = None,
    as_csv: AsCsv = False,
    as_json: AsJson = False,
) -> None:
    """What moved between two releases, and because of which records."""
    from csc_warehouse.ask import releases, revision

    if records and code is None:
        raise WrongUse("Say whose records: --indicator CODE --records")
    home = home_there()
    first, second = sorted(
        (releases.named(home, before), releases.named(home, after)),
        key=lambda each: (each.manifest["month"], *releases.order(each.path)),
    )
    with (
        revision.published(second.analyst_db)
        if second.manifest.get("compared_with") == first.release_id
        else revision.compare(first.analyst_db, second.analyst_db, code)
    ) as connection:
        rows = revision.moved(connection, code, la_codes=la, records=records)
    finish({"before": first.release_id, "after": second.release_id, "moved": rows}, as_json)
    if as_csv and not as_json:
        print_csv(rows)
    if as_csv or as_json:
        return
    screen.print(f"[bold]{first.release_id}[/]  →  [bold]{second.release_id}[/]")
    screen.print()
    if records:
        print_rows(
            rows,
            la_code="la",
            change_reason="why",
            changed_fields="what changed",
            previous_event_date="counted on",
            event_date="now on",
            previous_numerator="numerator",
            numerator="now",
            record_table="record",
            record_key="key",
        )
    elif code is not None:
        print_rows(
            rows,
            la_code="la",
            period_type="period",
            period_end_date="to",
            previous_value="was",
            value="is",
            value_change="part of the change",
            moved_count="moved",
            change_reason="why",
            changed_fields="what changed",
        )
    else:
        print_rows(
            rows,
            la_code="la",
            indicator_code="indicator",
            figures="figures restated",
            period_type="the newest",
            period_end_date="to",
            previous_value="was",
            value="is",
            reasons="because of",
        )
        screen.print("Each figure and its parts: --indicator CODE; its records: --records too.")
