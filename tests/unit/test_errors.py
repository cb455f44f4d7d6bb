"""What the database says, for people: names and kinds, never a value of a row."""

from __future__ import annotations

import duckdb
import pytest

from csc_warehouse.errors import masked, said_by_database

#: A name with a quote of its own, and a date: neither may be shown.
CANARY = "O'Canary of 7 Elm Road"


def error_of(query: str) -> duckdb.Error:
    """What DuckDB raises for a query over one row that holds the canary."""
    with duckdb.connect() as connection:
        connection.execute("create table child as select ? as name, 2013 as year", [CANARY])
        with pytest.raises(duckdb.Error) as raised:
            connection.execute(query).fetchall()
    return raised.value


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("select nam from child", ['Referenced column "nam" not found', 'bindings: "name"']),
        ("select child.zz from child", ['does not have a column named "zz"']),
        ("select name from chil", ["Table with name chil does not exist"]),
        ("select agee(name) from child", ["Function with name agee does not exist"]),
        ("select name from where", ['syntax error at or near "where"']),
        ("select name + year from child", ["No function matches", "'+(VARCHAR, INTEGER)'"]),
    ],
)
def test_a_statement_that_is_not_understood_is_told_by_name(query: str, said: list[str]) -> None:
    told = said_by_database(error_of(query))
    assert all(words in told for words in said), told
    assert "\n" not in told and "LINE" not in told and len(told) < 200


def test_a_literal_of_a_statement_is_not_told() -> None:
    query = "select name from child where date_part('Canary', name) 'Canary'"
    assert "Canary" not in said_by_database(error_of(query))


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("select cast(name as integer) from child", "Conversion"),
        ("select cast(name as date) from child", "Conversion"),
        ("select make_date(year, 13, 1) from child", "Conversion"),
        ("select strptime(name, '%d') from child", "Invalid Input"),
        ("select error(name) from child", "Invalid Input"),
        ("select regexp_matches(name, name || '(') from child", "Invalid Input"),
        ("select year * 9223372036854775807 from child", "Out of Range"),
    ],
)
def test_of_an_error_at_a_row_only_the_kind_is_told(query: str, kind: str) -> None:
    error = error_of(query)
    of_dbt = f"Runtime Error in model int_children (models/int_children.sql)\n  {error}"
    for told in (said_by_database(error), masked(of_dbt)):
        assert f"{kind} Error" in told
        assert "Canary" not in told and "Elm" not in told and "2013" not in told


def test_values_in_a_message_of_dbt_are_masked() -> None:
    message = "Could not convert string 'Fictional Name' to DATE in \"pers_dob\""
    assert "Fictional" not in masked(message)


def test_a_thing_that_is_no_error_of_the_database_is_named_by_its_kind() -> None:
    assert said_by_database(ValueError(CANARY)).startswith("ValueError ")
    assert "Canary" not in said_by_database(ValueError(CANARY))
