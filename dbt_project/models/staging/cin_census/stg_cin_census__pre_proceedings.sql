{% set content = [
    'la_child_id',
    'cin_referral_date',
    'pp_start_date',
    'lbp_sent_date',
    'fgdm_meeting_offer',
    'fgdm_meeting_fac',
    'initial_pp_meeting_date',
    'review_meetings_count',
    'step_decision_date',
    'court_app_date',
] %}
{% set dates = {
    'start_date': 'steps.pp_start_date',
    'letter_sent_date': 'steps.lbp_sent_date',
    'first_meeting_date': 'steps.initial_pp_meeting_date',
    'decision_date': 'steps.step_decision_date',
    'court_application_date': 'steps.court_app_date',
} %}
{% set codes = {
    'is_family_group_offered': 'offered_match',
    'is_family_group_held': 'held_match',
} %}
{% set numbers = {
    'review_meeting_count': 'steps.review_meetings_count',
} %}

with

steps as (
    select * from {{ source('cin_census', 'pre_proceedings') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'steps') }},
        steps._child_key as child_key,
        {{ census_record_id('steps', ['cin_referral_date', 'pp_start_date'], content) }}
            as record_id,
        {{ census_link('steps', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('steps.pp_start_date') }} as start_date,
        {{ clean_date('steps.lbp_sent_date') }} as letter_sent_date,
        {{ flag('offered_match') }} as is_family_group_offered,
        {{ flag('held_match') }} as is_family_group_held,
        {{ clean_date('steps.initial_pp_meeting_date') }} as first_meeting_date,
        try_cast(
            {{ clean_number('steps.review_meetings_count') }} as integer
        ) as review_meeting_count,
        {{ clean_date('steps.step_decision_date') }} as decision_date,
        {{ clean_date('steps.court_app_date') }} as court_application_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from steps
    {{ join_codes('offered_match', 'yes_no', 'steps', 'fgdm_meeting_offer') }}
    {{ join_codes('held_match', 'yes_no', 'steps', 'fgdm_meeting_fac') }}
)

select * from final
