{% set columns = [
    'permanence_plan_id',
    'care_id',
    'decision_date',
    'placement_order_date',
    'matched_date',
    'placed_date',
    'reversed_date',
    'order_date',
    'is_part_of_sibling_group',
    'siblings_placed_together_count',
    'siblings_placed_apart_count',
] %}

with

ssd_permanence_plans as (
    select * from {{ ref('stg_ssd__permanence_plans') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_permanence_plans', 'care', columns) }}
),

{{ latest_versions('permanence_plans', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        permanence_plan_id,
        care_id,
        decision_date,
        placement_order_date,
        matched_date,
        placed_date,
        reversed_date,
        order_date,
        is_part_of_sibling_group,
        siblings_placed_together_count,
        siblings_placed_apart_count,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
)

select * from final
