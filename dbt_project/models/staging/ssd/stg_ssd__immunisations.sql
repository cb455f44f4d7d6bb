{% set content = [
    'clai_person_id',
    'clai_immunisations_status',
    'clai_immunisations_status_date',
] %}
{% set dates = {
    'status_date': 'cla_immunisations.clai_immunisations_status_date',
} %}
{% set codes = {
    'is_immunised': 'status_match',
} %}

with

cla_immunisations as (
    select * from {{ source('ssd', 'ssd_cla_immunisations') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_immunisations') }},
        cla_immunisations._child_key as child_key,
        {{ row_hash('cla_immunisations', content) }} as record_id,
        {{ clean_date('cla_immunisations.clai_immunisations_status_date') }} as status_date,
        {{ flag('status_match') }} as is_immunised,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_immunisations
    {{ join_codes('status_match', 'yes_no', 'cla_immunisations', 'clai_immunisations_status') }}
)

select * from final
