{% set content = [
    'clav_cla_visit_id',
    'clav_cla_id',
    'clav_person_id',
    'clav_cla_visit_date',
    'clav_cla_visit_seen',
    'clav_cla_visit_seen_alone',
] %}
{% set dates = {
    'visit_date': 'cla_visits.clav_cla_visit_date',
} %}
{% set codes = {
    'is_seen': 'seen_match',
    'is_seen_alone': 'seen_alone_match',
} %}

with

cla_visits as (
    select * from {{ source('ssd', 'ssd_cla_visits') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_visits') }},
        cla_visits._child_key as child_key,
        {{ record_id('cla_visits', 'clav_cla_visit_id', content) }} as record_id,
        {{ clean_id('cla_visits.clav_cla_visit_id') }} as cla_visit_id,
        {{ clean_id('cla_visits.clav_cla_id') }} as care_id,
        {{ clean_date('cla_visits.clav_cla_visit_date') }} as visit_date,
        {{ flag('seen_match') }} as is_seen,
        {{ flag('seen_alone_match') }} as is_seen_alone,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_visits
    {{ join_codes('seen_match', 'yes_no', 'cla_visits', 'clav_cla_visit_seen') }}
    {{ join_codes('seen_alone_match', 'yes_no', 'cla_visits', 'clav_cla_visit_seen_alone') }}
)

select * from final
