{% set content = [
    'miss_table_id',
    'miss_person_id',
    'miss_missing_episode_start_date',
    'miss_missing_episode_type',
    'miss_missing_episode_end_date',
    'miss_missing_rhi_offered',
    'miss_missing_rhi_accepted',
] %}
{% set dates = {
    'start_at': 'missing.miss_missing_episode_start_date',
    'end_at': 'missing.miss_missing_episode_end_date',
} %}
{% set codes = {
    'missing_type_code': 'missing_type_match',
    'interview_offered_code': 'interview_offered_match',
    'interview_accepted_code': 'interview_accepted_match',
} %}

with

missing as (
    select * from {{ source('ssd', 'ssd_missing') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'missing') }},
        missing._child_key as child_key,
        {{ record_id('missing', 'miss_table_id', content) }} as record_id,
        {{ clean_id('missing.miss_table_id') }} as missing_spell_id,
        missing_type_match.code as missing_type_code,
        {{ clean_timestamp('missing.miss_missing_episode_start_date') }} as start_at,
        {{ clean_timestamp('missing.miss_missing_episode_end_date') }} as end_at,
        interview_offered_match.code as interview_offered_code,
        interview_accepted_match.code as interview_accepted_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from missing
    {{ join_codes('missing_type_match', 'missing_type', 'missing', 'miss_missing_episode_type') }}
    {{ join_codes('interview_offered_match', 'yes_no_na', 'missing', 'miss_missing_rhi_offered') }}
    {{ join_codes(
        'interview_accepted_match', 'yes_no_na', 'missing', 'miss_missing_rhi_accepted'
    ) }}
)

select * from final
