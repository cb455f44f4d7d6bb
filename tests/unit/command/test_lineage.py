"""What a column is made of, as a template says it."""

from __future__ import annotations

from csc_warehouse.command.lineage import read_model

FACT = """
-- Not this: other.start_date as start_date
with

plans as (
    select * from {{ ref('int_plans_conformed') }}
),

others as (
    select * from {{ ref('int_others_conformed') }}
),

dated as (
    select
        plans.*,
        coalesce(plans.end_date, others.start_date) as last_date
    from plans
    left join others on plans.other_id = others.other_id
    where others.kind = 'x'
),

final as (
    select
        record_key as plan_key,
        {{ age_years('dated.last_date', 'dated.end_date') }} as age_years,
        start_date
    from dated
)

select * from final
"""


def made_with(table: str, column: str) -> set[str]:
    return read_model("fct_plan", FACT).made_with(table, column)


def test_a_column_is_followed_through_the_ctes() -> None:
    assert made_with("int_plans_conformed", "start_date") == {"start_date"}
    assert made_with("int_plans_conformed", "end_date") == {"age_years"}
    assert made_with("int_plans_conformed", "record_key") == {"plan_key"}


def test_the_same_name_of_another_table_is_another_column() -> None:
    assert made_with("int_others_conformed", "start_date") == {"age_years"}


def test_what_only_finds_rows_makes_nothing() -> None:
    assert made_with("int_plans_conformed", "other_id") == set()
    assert made_with("int_others_conformed", "kind") == set()


def test_a_column_is_named_where_its_own_table_is() -> None:
    model = read_model("fct_plan", FACT)
    assert model.names("int_others_conformed", "kind")
    assert model.names("int_plans_conformed", "other_id")
    assert not model.names("int_plans_conformed", "kind")


def test_each_table_of_a_loop_is_read() -> None:
    model = read_model(
        "dim_x",
        """
        {% set records = ['int_a', 'int_b'] %}
        with
        named as (
            {% for record in records %}
            select child_key
            from {{ ref(record) }}
            {{ 'union all' if not loop.last }}
            {% endfor %}
        ),

        final as (
            select child_key as key
            from named
        )

        select * from final
        """,
    )
    assert model.made_with("int_b", "child_key") == {"key"}


def test_a_code_is_made_of_the_column_that_is_matched() -> None:
    model = read_model(
        "stg_x",
        """
        {% set content = ['raw_kind', 'raw_id'] %}
        with
        things as (
            select * from {{ source('ssd', 'ssd_things') }}
        ),

        final as (
            select
                {{ record_id('things', 'raw_id', content) }} as record_id,
                kind_match.code as kind_code
            from things
            {{ join_codes('kind_match', 'kind', 'things', 'raw_kind') }}
        )

        select * from final
        """,
    )
    assert model.made_with("ssd.ssd_things", "raw_kind") == {"kind_code"}
    assert model.made_with("ssd.ssd_things", "raw_id") == {"record_id"}


def test_what_is_listed_for_a_macro_passes() -> None:
    model = read_model(
        "int_x_conformed",
        """
        {% set columns = ['start_date'] %}
        with
        stg_x as (
            select * from {{ ref('stg_x') }}
        ),

        received as (
            {{ from_chosen_source('stg_x', 'care', columns) }}
        ),

        {{ latest_versions('x', columns) }},

        final as (
            select
                record_key,
                child_key,
                start_date
            from latest
        )

        select * from final
        """,
    )
    assert model.made_with("stg_x", "start_date") == {"start_date"}
    assert model.made_with("stg_x", "record_id") == {"record_key"}
    assert model.made_with("stg_x", "child_key") == {"child_key"}
    assert model.made_with("stg_x", "end_date") == set()
