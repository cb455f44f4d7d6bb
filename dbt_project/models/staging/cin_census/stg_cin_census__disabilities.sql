{% set content = [
    'la_child_id',
    'disability',
] %}
{% set codes = {
    'disability_code': 'disability_match',
} %}

with

disabilities as (
    select * from {{ source('cin_census', 'disabilities') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'disabilities') }},
        disabilities._child_key as child_key,
        {{ row_hash('disabilities', content) }} as record_id,
        {{ row_hash('disabilities', content) }} as disability_id,
        disability_match.code as disability_code,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from disabilities
    {{ join_codes('disability_match', 'disability', 'disabilities', 'disability') }}
)

select * from final
