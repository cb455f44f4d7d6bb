"""The data-quality issues of the current release, and decisions about them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from csc_warehouse.command.frame import (
    AsJson,
    Las,
    app,
    finish,
    home_there,
    print_rows,
    screen,
)
from csc_warehouse.command.outcome import to_run_again

issues_app = typer.Typer(
    help="The data-quality issues of the current release; `accept` leaves some for a time."
)
app.add_typer(issues_app, name="issues")


@issues_app.callback(invoke_without_command=True)
def issues(
    context: typer.Context,
    team: Annotated[str | None, typer.Option(help="Only this team's, or this owner's.")] = None,
    rule: Annotated[str | None, typer.Option(help="Only of this rule.")] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(help="open, reopened, accepted or resolved; repeats. Without it: failing."),
    ] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """The issues of the current release by team and rule, the oldest first."""
    from csc_warehouse.ask import releases
    from csc_warehouse.ask.issues import counted_since, replaced_since, summary

    if context.invoked_subcommand is not None:
        return
    home = home_there()
    current = releases.current(home)
    rows = summary(
        current.analyst_db,
        team=team,
        rule=rule,
        states=state or ("open", "reopened"),
        la_codes=la,
    )
    since = counted_since(current.analyst_db, la)
    replaced = replaced_since(home, current)
    finish(
        {
            "release_id": current.release_id,
            "counted_since": since,
            "replaced_since": replaced,
            "issues": rows,
        },
        as_json,
    )
    if not as_json:
        print_rows(
            rows,
            la_code="la",
            team="team",
            rule_id="rule",
            state="state",
            records="records",
            first_seen="first seen",
            why="what is wrong",
        )
        for la_code, month in since.items():
            line = f"{la_code}: counted from {month} on; what failed before is not known."
            screen.print(line, markup=False, soft_wrap=True)
        for line in to_run_again(current.manifest["month"], replaced):
            screen.print(line, markup=False, soft_wrap=True)
        worklist = current.path / "worklist" / "index.html"
        screen.print(f"Each record: {worklist}", markup=False, soft_wrap=True)


@issues_app.command("accept")
def accept_issues(
    rule: Annotated[str, typer.Option(help="The rule whose failing records are accepted.")],
    until: Annotated[str, typer.Option(help="The day from which they count again, 2023-03-31.")],
    reason: Annotated[str, typer.Option(help="Why, in words that name no child.")],
    by: Annotated[str, typer.Option(help="Who accepts.")],
    record: Annotated[str | None, typer.Option(help="Only the record with this key.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's, or this owner's.")] = None,
    la: Las = None,
    as_json: AsJson = False,
) -> None:
    """Accept failing records of a rule until a day, for a reason that is kept for ever."""
    from csc_warehouse.ask import issues, releases
    from csc_warehouse.ask.indicators import day

    home = home_there()
    current = releases.current(home)
    until_day = day(until)
    decisions = issues.accept(
        home,
        current,
        rule=rule,
        until=until_day,
        reason=reason,
        by=by,
        record=record,
        team=team,
        la_codes=la,
    )
    month = current.manifest["month"]
    finish(
        {"decisions": [asdict(each) for each in decisions]},
        as_json,
        *(
            f"Accepted in {each.la_code} until {each.accepted_until}: "
            f"{len(each.issue_keys)} {'record' if len(each.issue_keys) == 1 else 'records'} "
            f"of {rule} (decision {each.decision_id})."
            for each in decisions
        ),
        f"It shows from the next release on; for this month: csc run --month {month}",
    )
