-- Each child's stages in their order, with the step that led to each.
{{ config(materialized='table', database='analyst') }}

{#- A stage that ended longer ago led to nothing: as long as a return counts as one. #}
{%- set months_led = 12 %}

with

stages as (
    select * from {{ ref('int_journey_stages') }}
),

journey_stage as (
    select * from {{ ref('journey_stage') }}
),

-- On one day, a contact is before the referral, and that before the assessment.
ordered_stages as (
    select
        stages.*,
        row_number() over (
            partition by stages.la_code, stages.child_key
            order by
                stages.start_date asc, journey_stage.stage_order asc, stages.record_key asc
        ) as stage_number
    from stages
    inner join journey_stage on stages.stage_code = journey_stage.stage_code
),

-- The stage that a record names (an assessment its referral, leaving its care), else the one that
-- began last before it.
led_stages as (
    select
        ordered_stages.*,
        coalesce(named.stage_number, ordered_stages.stage_number - 1) as led_by_number
    from ordered_stages
    left join ordered_stages as named
        on
            ordered_stages.la_code = named.la_code
            and ordered_stages.child_key = named.child_key
            and ordered_stages.named_record_key = named.record_key
            and ordered_stages.stage_code <> named.stage_code
            and ordered_stages.stage_number > named.stage_number
),

final as (
    select
        {{ hash_key(['led_stages.stage_code', 'led_stages.record_key']) }} as journey_stage_key,
        led_stages.la_code,
        led_stages.child_key,
        cast(led_stages.stage_number as integer) as stage_number,
        led_stages.stage_code,
        led_stages.start_date,
        led_stages.end_date,
        led_stages.record_table,
        led_stages.record_key,
        cast(before.stage_number as integer) as led_by_stage_number,
        before.stage_code as led_by_stage_code,
        {{ days_between('before.start_date', 'led_stages.start_date') }} as days_from_led_by
    from led_stages
    left join ordered_stages as before
        on
            led_stages.la_code = before.la_code
            and led_stages.child_key = before.child_key
            and led_stages.led_by_number = before.stage_number
            and (
                before.end_date is null
                or before.end_date >= {{ add_months('led_stages.start_date', -months_led) }}
            )
)

select * from final
