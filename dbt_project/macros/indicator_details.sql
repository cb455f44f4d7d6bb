{#
    The records behind the figures of a topic: one row per indicator and thing that it counts, with
    the breakdowns for people, whether an open data-quality failure puts it in doubt, and the place
    it came from.
#}
{% macro indicator_details(topic) -%}
{%- set code_labels = {
    'legal_status': 'group_label',
    'placement_type': 'group_label',
    'referral_source': 'group_label',
    'primary_need': 'label',
    'assessment_factor': 'group_label',
    'close_reason': 'label',
    'placement_change_reason': 'label',
    'abuse_category': 'label',
} %}

with

int_indicator_rows as (
    {{ indicator_rows(topic) }}
),

rpt_indicator_availability as (
    select * from {{ ref('rpt_indicator_availability') }}
    where availability = 'available'
),

fct_indicator_doubt as (
    select * from {{ ref('fct_indicator_doubt') }}
),

dim_child as (
    select * from {{ ref('dim_child') }}
),

dim_team as (
    select * from {{ ref('dim_team') }}
),

dim_date as (
    select * from {{ ref('dim_date') }}
),

age_band as (
    select * from {{ ref('age_band') }}
),

code as (
    select * from {{ ref('code') }}
),
{%- for code_set, column in code_labels.items() %}

{{ code_set }} as (
    select
        code,
        coalesce({{ column }}, 'not known') as label
    from code
    where code_set = '{{ code_set }}'
),
{%- endfor %}

oldest as (
    select max(age_years) as age_years
    from age_band
),

described as (
    select
        counted.*,
        age_band.age_band,
        coalesce(dim_child.sex, 'not known') as sex,
        coalesce(dim_child.ethnic_group, 'not known') as ethnic_group,
        coalesce(dim_child.disability, 'not known') as disability,
        case
            when counted.is_unaccompanied then 'unaccompanied'
            when not counted.is_unaccompanied then 'not unaccompanied'
        end as uasc,
        dim_team.team_name as team,
        coalesce(legal_status.label, counted.legal_status_code) as legal_status,
        coalesce(placement_type.label, counted.placement_type_code) as placement_type,
        case
            when counted.is_looked_after then 'looked after'
            when not counted.is_looked_after then 'not looked after'
        end as looked_after,
        cast(counted.single_age_years as string) as age_in_years,
        cast(counted.entry_age_years as string) as entry_age,
        case
            when counted.is_care_leaver then 'care leaver'
            when not counted.is_care_leaver then 'not a care leaver'
        end as care_leaver,
        case
            when counted.is_excluded then 'excluded or suspended'
            when not counted.is_excluded then 'not excluded or suspended'
        end as excluded,
        coalesce(referral_source.label, counted.referral_source_code) as referral_source,
        coalesce(primary_need.label, counted.primary_need_code) as primary_need,
        coalesce(assessment_factor.label, counted.factor_code) as factor,
        coalesce(close_reason.label, counted.previous_close_reason_code) as previous_close_reason,
        case
            when dim_date.is_school_holiday then 'school holiday'
            when not dim_date.is_school_holiday then 'term time'
        end as school_term,
        coalesce(placement_change_reason.label, counted.placement_change_reason_code)
            as placement_change_reason,
        coalesce(abuse_category.label, counted.abuse_category_code) as abuse_category,
        own_doubt.doubtful_key is not null
        or related_doubt.doubtful_key is not null
        or child_doubt.doubtful_key is not null as is_in_doubt
    from int_indicator_rows as counted
    cross join oldest
    inner join rpt_indicator_availability as available
        on
            counted.la_code = available.la_code
            and counted.indicator_code = available.indicator_code
            and counted.indicator_name = available.indicator_name
            and counted.event_date <= available.as_at_date
            and counted.event_date >= available.history_start_date
    left join dim_child on counted.child_key = dim_child.child_key
    left join dim_team on counted.team_key = dim_team.team_key
    left join dim_date on counted.school_day = dim_date.date_day
    left join age_band
        on
            available.age_band_set = age_band.age_band_set
            and case
                when counted.age_years > oldest.age_years then oldest.age_years
                else counted.age_years
            end is not distinct from age_band.age_years
    left join legal_status on counted.legal_status_code = legal_status.code
    left join placement_type on counted.placement_type_code = placement_type.code
    left join referral_source on counted.referral_source_code = referral_source.code
    left join primary_need on counted.primary_need_code = primary_need.code
    left join assessment_factor on counted.factor_code = assessment_factor.code
    left join close_reason on counted.previous_close_reason_code = close_reason.code
    left join placement_change_reason
        on counted.placement_change_reason_code = placement_change_reason.code
    left join abuse_category on counted.abuse_category_code = abuse_category.code
    left join fct_indicator_doubt as own_doubt
        on
            counted.record_key = own_doubt.doubtful_key
            and counted.indicator_code = own_doubt.indicator_code
            and own_doubt.applies_to = 'record'
    left join fct_indicator_doubt as related_doubt
        on
            counted.related_record_key = related_doubt.doubtful_key
            and counted.indicator_code = related_doubt.indicator_code
            and related_doubt.applies_to = 'record'
    left join fct_indicator_doubt as child_doubt
        on
            counted.child_key = child_doubt.doubtful_key
            and counted.indicator_code = child_doubt.indicator_code
            and child_doubt.applies_to = 'child'
),

final as (
    select
        la_code,
        indicator_code,
        record_key,
        record_table,
        child_key,
        event_date,
        numerator,
        denominator,
        numerator_date,
        quantity,
        age_band,
        sex,
        ethnic_group,
        disability,
        uasc,
        team,
        legal_status,
        placement_type,
        looked_after,
        age_in_years,
        entry_age,
        weeks_to_18,
        care_leaver,
        excluded,
        referral_source,
        primary_need,
        factor,
        status_after_referral,
        previous_close_reason,
        sibling_group,
        school_term,
        placement_change_reason,
        uasc || ', ' || placement_type as uasc_placement_type,
        abuse_category,
        duration,
        is_in_doubt,
        load_id,
        source_file,
        row_number
    from described
)

select * from final
{%- endmacro %}
