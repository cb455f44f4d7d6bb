-- How many records a fault may have taken out of an indicator: rows in quarantine of the tables
-- that it needs, and records whose date isn't read or whose link leads nowhere, so that they stand
-- in no period, in another, or with nobody. Which period they belong in nobody knows: it may be
-- any.
{{ config(materialized='table', database='analyst') }}

with

{{ indicator_registered() }},

delivered_table as (
    select * from {{ source('ops', 'delivered_table') }}
),

failing_record as (
    select * from {{ source('dq', 'failing_record') }}
),

expectation_indicator as (
    select * from {{ source('dq', 'expectation_indicator') }}
),

needed_tables as (
    select distinct
        la_code,
        indicator_code,
        source_system,
        table_name
    from needed
),

quarantined as (
    select
        needed_tables.la_code,
        needed_tables.indicator_code,
        sum(delivered_table.rows_quarantined) as records
    from needed_tables
    inner join delivered_table
        on
            needed_tables.la_code = delivered_table.la_code
            and needed_tables.source_system = delivered_table.source_system
            and needed_tables.table_name = delivered_table.table_name
    where delivered_table.rows_quarantined > 0
    group by needed_tables.la_code, needed_tables.indicator_code
),

-- The national rules are those that ask for a date as it was delivered. A missing id is not among
-- them: the record is there, and known by its content.
misplaced as (
    select
        failing_record.la_code,
        expectation_indicator.indicator_code,
        count(distinct failing_record.record_key) as records
    from failing_record
    inner join expectation_indicator on failing_record.rule_id = expectation_indicator.rule_id
    where
        failing_record.rule_id like '%.child_not_in_person_table'
        or failing_record.rule_id like '%.not_found'
        or failing_record.rule_id like '%.after_extract'
        or failing_record.rule_id in (
            '903-141', '903-147', '903-166', '903-564', '903-565', '903-1004', '903-1005',
            'CIN-4010', 'CIN-8600', 'CIN-8615', 'CIN-8720'
        )
        or (
            failing_record.column_name not like '%_id'
            and failing_record.column_name not like '%_code'
            and (
                failing_record.rule_id like '%.missing'
                or failing_record.rule_id like '%.unreadable'
                or failing_record.rule_id like '%.placeholder'
            )
        )
    group by failing_record.la_code, expectation_indicator.indicator_code
),

together as (
    select * from quarantined

    union all

    select * from misplaced
),

final as (
    select
        la_code,
        indicator_code,
        cast(sum(records) as bigint) as records_left_out
    from together
    group by la_code, indicator_code
)

select * from final
