{#
    The social worker of a looked-after child from a day on, since 2023-24. A child has one at a time;
    the same one again on a later day is another record.
#}
{% set content = [
    'child',
    'sw_id',
    'sw_decom',
    'sw_dec',
    'sw_reason',
] %}
{% set dates = {
    'start_date': 'social_worker.sw_decom',
    'end_date': 'social_worker.sw_dec',
} %}

with

social_worker as (
    select * from {{ source('ssda903', 'social_worker') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'social_worker') }},
        social_worker._child_key as child_key,
        coalesce(
            cast({{ clean_date('social_worker.sw_decom') }} as string)
            || '|' || social_worker.sw_id,
            {{ row_hash('social_worker', content) }}
        ) as record_id,
        cast(null as string) as involvement_id,
        social_worker.sw_id as worker_key,
        'SOCIAL WORKER' as role_code,
        cast(null as string) as team,
        {{ clean_date('social_worker.sw_decom') }} as start_date,
        {{ clean_date('social_worker.sw_dec') }} as end_date,
        cast(null as string) as referral_id,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from social_worker
)

select * from final
