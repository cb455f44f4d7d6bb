{% set content = [
    'disa_person_id',
    'disa_table_id',
    'disa_disability_code',
] %}
{% set codes = {
    'disability_code': 'disability_match',
} %}

with

disability as (
    select * from {{ source('ssd', 'ssd_disability') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'disability') }},
        disability._child_key as child_key,
        {{ record_id('disability', 'disa_table_id', content) }} as record_id,
        {{ clean_id('disability.disa_table_id') }} as disability_id,
        disability_match.code as disability_code,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from disability
    {{ join_codes('disability_match', 'disability', 'disability', 'disa_disability_code') }}
)

select * from final
