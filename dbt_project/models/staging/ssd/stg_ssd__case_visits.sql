{# Visits to children in need and to children on a plan: two tables of one form. #}
{% set content = [
    'child_key',
    'plan_id',
    'visit_date',
    'seen_text',
    'seen_alone_text',
    'bedroom_text',
] %}
{% set dates = {
    'visit_date': 'visits.visit_date',
} %}
{% set codes = {
    'is_seen': 'seen_match',
    'is_seen_alone': 'seen_alone_match',
    'is_bedroom_seen': 'bedroom_match',
} %}

with

cin_visits as (
    select * from {{ source('ssd', 'ssd_cin_visits') }}
),

cp_visits as (
    select * from {{ source('ssd', 'ssd_cp_visits') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

visits as (
    select
        'child_in_need' as visit_kind,
        cinv_cin_visit_id as visit_id,
        cast(null as string) as plan_id,
        cinv_cin_visit_date as visit_date,
        cinv_cin_visit_seen as seen_text,
        cinv_cin_visit_seen_alone as seen_alone_text,
        cinv_cin_visit_bedroom as bedroom_text,
        _child_key as child_key,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from cin_visits

    union all

    select
        'child_protection' as visit_kind,
        cppv_cp_visit_id as visit_id,
        cppv_cp_plan_id as plan_id,
        cppv_cp_visit_date as visit_date,
        cppv_cp_visit_seen as seen_text,
        cppv_cp_visit_seen_alone as seen_alone_text,
        cppv_cp_visit_bedroom as bedroom_text,
        _child_key as child_key,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from cp_visits
),

-- Each table counts its ids from one.
final as (
    select
        {{ technical_columns('ssd', 'visits') }},
        visits.child_key,
        visits.visit_kind || '|' || {{ record_id('visits', 'visit_id', content) }} as record_id,
        {{ clean_id('visits.visit_id') }} as case_visit_id,
        visits.visit_kind,
        {{ clean_id('visits.plan_id') }} as cp_plan_id,
        {{ clean_date('visits.visit_date') }} as visit_date,
        {{ flag('seen_match') }} as is_seen,
        {{ flag('seen_alone_match') }} as is_seen_alone,
        {{ flag('bedroom_match') }} as is_bedroom_seen,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from visits
    {{ join_codes('seen_match', 'yes_no', 'visits', 'seen_text') }}
    {{ join_codes('seen_alone_match', 'yes_no', 'visits', 'seen_alone_text') }}
    {{ join_codes('bedroom_match', 'yes_no', 'visits', 'bedroom_text') }}
)

select * from final
