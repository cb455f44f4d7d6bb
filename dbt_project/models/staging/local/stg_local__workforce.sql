{% set content = [
    'post_id',
    'worker_id',
    'role',
    'team',
    'full_time_equivalent',
    'is_agency',
    'is_vacant',
    'start_date',
    'end_date',
] %}
{% set dates = {
    'start_date': 'posts.start_date',
    'end_date': 'posts.end_date',
} %}
{% set codes = {
    'workforce_role_code': 'role_match',
    'is_agency': 'agency_match',
    'is_vacant': 'vacant_match',
} %}
{% set numbers = {
    'full_time_equivalency': 'posts.full_time_equivalent',
    'absence_days': 'posts.absence_days',
} %}

with

posts as (
    select * from {{ source('local', 'workforce') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('local', 'posts') }},
        {{ record_id('posts', 'post_id', content) }} as record_id,
        {{ clean_id('posts.post_id') }} as post_id,
        posts.worker_id as worker_key,
        role_match.code as workforce_role_code,
        {{ clean_text('posts.team') }} as team,
        {{ clean_number('posts.full_time_equivalent') }} as full_time_equivalency,
        {{ flag('agency_match') }} as is_agency,
        coalesce(vacant_match.code = 'Y', posts.worker_id is null) as is_vacant,
        {{ clean_date('posts.start_date') }} as start_date,
        {{ clean_date('posts.end_date') }} as end_date,
        {{ clean_number('posts.absence_days') }} as absence_days,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from posts
    {{ join_codes('role_match', 'workforce_role', 'posts', 'role') }}
    {{ join_codes('agency_match', 'yes_no', 'posts', 'is_agency') }}
    {{ join_codes('vacant_match', 'yes_no', 'posts', 'is_vacant') }}
)

select * from final
