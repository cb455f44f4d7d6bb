{#
    The return asks how a young person was around a birthday: the observation is dated on the
    birthday in the collection year (1 April to 31 March). ACTIV and ACCOM hold 0 for a young person
    who is not in touch; ACCOM is a letter and 1 (suitable) or 2.
#}
{% set content = [
    'child',
    'dob',
    'in_touch',
    'activ',
    'accom',
] %}
{% set dates = {
    'birth_date': 'oc3.dob',
} %}
{% set codes = {
    'in_touch_code': 'in_touch_match',
    'activity_code': 'activity_match',
    'accommodation_code': 'accommodation_match',
    'suitability_code': 'suitability_match',
} %}

with

received as (
    select * from {{ source('ssda903', 'oc3') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

oc3 as (
    select
        *,
        nullif(trim(activ), '0') as activity_text,
        substr(nullif(trim(accom), '0'), 1, 1) as accommodation_text,
        substr(nullif(trim(accom), '0'), 2) as suitability_text,
        cast(substr(_extract_month, 1, 4) as integer)
        + case when substr(_extract_month, 6, 2) > '03' then 1 else 0 end as collection_year,
        {{ clean_date('dob') }} as birth_date
    from received
),

-- The birthday of the calendar year in which the collection year ends, and the one before.
birthdays as (
    select
        *,
        {{ birthday('birth_date', 'collection_year - extract(year from birth_date)') }}
            as last_birthday,
        {{ birthday('birth_date', 'collection_year - 1 - extract(year from birth_date)') }}
            as first_birthday
    from oc3
),

final as (
    select
        {{ technical_columns('ssda903', 'oc3') }},
        oc3._child_key as child_key,
        cast(oc3.collection_year as string) || '|'
        || {{ record_id('oc3', 'child', content) }} as record_id,
        {{ row_hash('oc3', content) }} as observation_id,
        case
            when extract(month from oc3.last_birthday) <= 3 then oc3.last_birthday
            else oc3.first_birthday
        end as observation_date,
        cast(null as string) as eligibility_code,
        in_touch_match.code as in_touch_code,
        accommodation_match.code as accommodation_code,
        suitability_match.code as suitability_code,
        activity_match.code as activity_code,
        cast(null as date) as pathway_plan_review_date,
        cast(null as boolean) as has_personal_adviser,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from birthdays as oc3
    {{ join_codes('in_touch_match', 'care_leaver_in_touch', 'oc3', 'in_touch') }}
    {{ join_codes('activity_match', 'care_leaver_activity', 'oc3', 'activity_text') }}
    {{ join_codes(
        'accommodation_match', 'care_leaver_accommodation', 'oc3', 'accommodation_text'
    ) }}
    {{ join_codes('suitability_match', 'care_leaver_suitability', 'oc3', 'suitability_text') }}
)

select * from final
