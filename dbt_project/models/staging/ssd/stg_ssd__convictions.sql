{% set content = [
    'clac_cla_conviction_id',
    'clac_person_id',
    'clac_cla_conviction_date',
] %}
{% set dates = {
    'conviction_date': 'cla_convictions.clac_cla_conviction_date',
} %}

with

cla_convictions as (
    select * from {{ source('ssd', 'ssd_cla_convictions') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_convictions') }},
        cla_convictions._child_key as child_key,
        {{ record_id('cla_convictions', 'clac_cla_conviction_id', content) }} as record_id,
        {{ clean_id('cla_convictions.clac_cla_conviction_id') }} as conviction_id,
        {{ clean_date('cla_convictions.clac_cla_conviction_date') }} as conviction_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from cla_convictions
)

select * from final
