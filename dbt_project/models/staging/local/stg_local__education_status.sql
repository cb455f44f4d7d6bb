{% set content = [
    'education_status_id',
    'person_id',
    'status',
    'start_date',
    'end_date',
    'sessions',
    'school_phase',
] %}
{% set dates = {
    'start_date': 'statuses.start_date',
    'end_date': 'statuses.end_date',
} %}
{% set codes = {
    'education_status_code': 'status_match',
    'school_phase_code': 'phase_match',
} %}
{% set numbers = {'session_count': 'statuses.sessions'} %}

with

statuses as (
    select * from {{ source('local', 'education_status') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('local', 'statuses') }},
        statuses._child_key as child_key,
        {{ record_id('statuses', 'education_status_id', content) }} as record_id,
        {{ clean_id('statuses.education_status_id') }} as education_status_id,
        status_match.code as education_status_code,
        {{ clean_date('statuses.start_date') }} as start_date,
        {{ clean_date('statuses.end_date') }} as end_date,
        {{ clean_number('statuses.sessions') }} as session_count,
        phase_match.code as school_phase_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from statuses
    {{ join_codes('status_match', 'education_status', 'statuses', 'status') }}
    {{ join_codes('phase_match', 'school_phase', 'statuses', 'school_phase') }}
)

select * from final
