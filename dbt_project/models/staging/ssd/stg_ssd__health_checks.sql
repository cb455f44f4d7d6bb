{% set content = [
    'clah_health_check_id',
    'clah_person_id',
    'clah_health_check_type',
    'clah_health_check_date',
    'clah_health_check_status',
] %}
{% set dates = {
    'check_date': 'cla_health.clah_health_check_date',
} %}
{% set codes = {
    'status_code': 'status_match',
} %}

with

cla_health as (
    select * from {{ source('ssd', 'ssd_cla_health') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_health') }},
        cla_health._child_key as child_key,
        {{ record_id('cla_health', 'clah_health_check_id', content) }} as record_id,
        {{ clean_id('cla_health.clah_health_check_id') }} as health_check_id,
        {{ health_check_type('cla_health.clah_health_check_type') }} as health_check_type_code,
        {{ clean_date('cla_health.clah_health_check_date') }} as check_date,
        status_match.code as status_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_health
    {{ join_codes(
        'status_match', 'health_check_status', 'cla_health', 'clah_health_check_status'
    ) }}
)

select * from final
