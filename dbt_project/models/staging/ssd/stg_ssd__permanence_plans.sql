{% set content = [
    'perm_table_id',
    'perm_person_id',
    'perm_cla_id',
    'perm_adm_decision_date',
    'perm_placement_order_date',
    'perm_matched_date',
    'perm_placed_for_adoption_date',
    'perm_decision_reversed_date',
    'perm_decision_reversed_reason',
    'perm_permanence_order_date',
] %}
{% set dates = {
    'decision_date': 'permanence.perm_adm_decision_date',
    'placement_order_date': 'permanence.perm_placement_order_date',
    'matched_date': 'permanence.perm_matched_date',
    'placed_date': 'permanence.perm_placed_for_adoption_date',
    'reversed_date': 'permanence.perm_decision_reversed_date',
    'order_date': 'permanence.perm_permanence_order_date',
} %}
{% set codes = {
    'is_part_of_sibling_group': 'sibling_group_match',
} %}
{% set numbers = {
    'siblings_placed_together_count': 'permanence.perm_siblings_placed_together',
    'siblings_placed_apart_count': 'permanence.perm_siblings_placed_apart',
} %}

with

permanence as (
    select * from {{ source('ssd', 'ssd_permanence') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'permanence') }},
        permanence._child_key as child_key,
        {{ record_id('permanence', 'perm_table_id', content) }} as record_id,
        {{ clean_id('permanence.perm_table_id') }} as permanence_plan_id,
        {{ clean_id('permanence.perm_cla_id') }} as care_id,
        {{ clean_date('permanence.perm_adm_decision_date') }} as decision_date,
        {{ clean_date('permanence.perm_placement_order_date') }} as placement_order_date,
        {{ clean_date('permanence.perm_matched_date') }} as matched_date,
        {{ clean_date('permanence.perm_placed_for_adoption_date') }} as placed_date,
        {{ clean_date('permanence.perm_decision_reversed_date') }} as reversed_date,
        {{ clean_date('permanence.perm_permanence_order_date') }} as order_date,
        {{ flag('sibling_group_match') }} as is_part_of_sibling_group,
        try_cast({{ clean_number('permanence.perm_siblings_placed_together') }} as integer)
            as siblings_placed_together_count,
        try_cast({{ clean_number('permanence.perm_siblings_placed_apart') }} as integer)
            as siblings_placed_apart_count,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from permanence
    {{ join_codes(
        'sibling_group_match', 'yes_no', 'permanence', 'perm_part_of_sibling_group'
    ) }}
)

select * from final
