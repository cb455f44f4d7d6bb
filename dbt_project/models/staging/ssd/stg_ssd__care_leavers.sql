{% set content = [
    'clea_person_id',
    'clea_care_leaver_eligibility',
    'clea_care_leaver_in_touch',
    'clea_care_leaver_latest_contact',
    'clea_care_leaver_accommodation',
    'clea_care_leaver_accom_suitable',
    'clea_care_leaver_activity',
    'clea_pathway_plan_review_date',
    'clea_care_leaver_personal_advisor',
    'clea_care_leaver_allocated_team',
    'clea_care_leaver_worker_id',
] %}
{% set dates = {
    'observation_date': 'care_leavers.clea_care_leaver_latest_contact',
    'pathway_plan_review_date': 'care_leavers.clea_pathway_plan_review_date',
} %}
{% set codes = {
    'eligibility_code': 'eligibility_match',
    'in_touch_code': 'in_touch_match',
    'accommodation_code': 'accommodation_match',
    'suitability_code': 'suitability_match',
    'activity_code': 'activity_match',
} %}

with

care_leavers as (
    select * from {{ source('ssd', 'ssd_care_leavers') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'care_leavers') }},
        care_leavers._child_key as child_key,
        {{ row_hash('care_leavers', content) }} as record_id,
        {{ row_hash('care_leavers', content) }} as observation_id,
        {{ clean_date('care_leavers.clea_care_leaver_latest_contact') }} as observation_date,
        nullif(eligibility_match.code, 'NONE') as eligibility_code,
        in_touch_match.code as in_touch_code,
        accommodation_match.code as accommodation_code,
        suitability_match.code as suitability_code,
        activity_match.code as activity_code,
        {{ clean_date('care_leavers.clea_pathway_plan_review_date') }} as pathway_plan_review_date,
        (care_leavers.clea_care_leaver_personal_advisor is not null) as has_personal_adviser,
        {{ clean_id('care_leavers.clea_care_leaver_allocated_team') }} as team,
        care_leavers.clea_care_leaver_worker_id as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from care_leavers
    {{ join_codes(
        'eligibility_match', 'care_leaver_eligibility',
        'care_leavers', 'clea_care_leaver_eligibility'
    ) }}
    {{ join_codes(
        'in_touch_match', 'care_leaver_in_touch', 'care_leavers', 'clea_care_leaver_in_touch'
    ) }}
    {{ join_codes(
        'accommodation_match', 'care_leaver_accommodation',
        'care_leavers', 'clea_care_leaver_accommodation'
    ) }}
    {{ join_codes(
        'suitability_match', 'care_leaver_suitability',
        'care_leavers', 'clea_care_leaver_accom_suitable'
    ) }}
    {{ join_codes(
        'activity_match', 'care_leaver_activity', 'care_leavers', 'clea_care_leaver_activity'
    ) }}
)

select * from final
