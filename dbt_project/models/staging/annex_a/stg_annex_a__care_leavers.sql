{#
    Each month's row is an observation of its own: what was known of the young person then.
#}
{% set content = [
    'child_unique_id',
    'allocated_team',
    'allocated_worker',
    'allocated_personal_advisor',
    'eligibility_category',
    'latest_pathway_plan_review_date',
    'la_in_touch',
    'latest_date_of_contact',
    'type_of_accommodation',
    'suitability_of_accommodation',
    'activity_status',
] %}
{% set dates = {
    'observation_date': 'care_leavers.latest_date_of_contact',
    'pathway_plan_review_date': 'care_leavers.latest_pathway_plan_review_date',
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
    select * from {{ source('annex_a', 'list_9_care_leavers') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'care_leavers') }},
        care_leavers._child_key as child_key,
        care_leavers._extract_month || '|'
        || {{ record_id('care_leavers', 'child_unique_id', content) }}
            as record_id,
        {{ row_hash('care_leavers', content) }} as observation_id,
        {{ clean_date('care_leavers.latest_date_of_contact') }} as observation_date,
        nullif(eligibility_match.code, 'NONE') as eligibility_code,
        in_touch_match.code as in_touch_code,
        accommodation_match.code as accommodation_code,
        suitability_match.code as suitability_code,
        activity_match.code as activity_code,
        {{ clean_date('care_leavers.latest_pathway_plan_review_date') }}
            as pathway_plan_review_date,
        (care_leavers.allocated_personal_advisor is not null) as has_personal_adviser,
        {{ clean_text('care_leavers.allocated_team') }} as team,
        care_leavers.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from care_leavers
    {{ join_codes(
        'eligibility_match', 'care_leaver_eligibility', 'care_leavers', 'eligibility_category'
    ) }}
    {{ join_codes('in_touch_match', 'care_leaver_in_touch', 'care_leavers', 'la_in_touch') }}
    {{ join_codes(
        'accommodation_match', 'care_leaver_accommodation', 'care_leavers', 'type_of_accommodation'
    ) }}
    {{ join_codes(
        'suitability_match', 'care_leaver_suitability',
        'care_leavers', 'suitability_of_accommodation'
    ) }}
    {{ join_codes('activity_match', 'care_leaver_activity', 'care_leavers', 'activity_status') }}
)

select * from final
