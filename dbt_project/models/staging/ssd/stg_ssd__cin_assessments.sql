{% set content = [
    'cina_assessment_id',
    'cina_person_id',
    'cina_referral_id',
    'cina_assessment_start_date',
    'cina_assessment_child_seen',
    'cina_assessment_auth_date',
    'cina_assessment_outcome_json',
    'cina_assessment_outcome_nfa',
    'cina_assessment_team',
    'cina_assessment_worker_id',
] %}
{% set dates = {
    'start_date': 'cin_assessments.cina_assessment_start_date',
    'authorised_date': 'cin_assessments.cina_assessment_auth_date',
} %}
{% set codes = {
    'is_child_seen': 'child_seen_match',
    'is_no_further_action': 'no_further_action_match',
    'outcome_codes': 'outcome_match',
} %}

with

cin_assessments as (
    select * from {{ source('ssd', 'ssd_cin_assessments') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cin_assessments') }},
        cin_assessments._child_key as child_key,
        {{ record_id('cin_assessments', 'cina_assessment_id', content) }} as record_id,
        {{ clean_id('cin_assessments.cina_assessment_id') }} as assessment_id,
        {{ clean_id('cin_assessments.cina_referral_id') }} as referral_id,
        {{ clean_date('cin_assessments.cina_assessment_start_date') }} as start_date,
        {{ clean_date('cin_assessments.cina_assessment_auth_date') }} as authorised_date,
        {{ flag('child_seen_match') }} as is_child_seen,
        {{ flag('no_further_action_match') }} as is_no_further_action,
        outcome_match.code as outcome_codes,
        {{ clean_id('cin_assessments.cina_assessment_team') }} as team,
        cin_assessments.cina_assessment_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cin_assessments
    {{ join_codes('child_seen_match', 'yes_no', 'cin_assessments', 'cina_assessment_child_seen') }}
    {{ join_codes(
        'no_further_action_match', 'yes_no', 'cin_assessments', 'cina_assessment_outcome_nfa'
    ) }}
    {{ join_codes(
        'outcome_match', 'outcome_flags', 'cin_assessments', 'cina_assessment_outcome_json'
    ) }}
)

select * from final
