-- The records behind every figure: one row per indicator and thing that it counts, with the
-- breakdowns for people, whether an open data-quality failure puts it in doubt, and the place it
-- came from.
{{ config(
    materialized='table',
    database='analyst',
    pre_hook='{{ indicator_write_by_one_thread() }}',
    post_hook='{{ indicator_write_by_all_threads() }}',
) }}

with

int_indicator_rows as (
    select * from {{ ref('int_indicator_rows') }}
),

int_indicator_availability as (
    select * from {{ ref('int_indicator_availability') }}
    where availability = 'available'
),

int_indicator_doubts as (
    select * from {{ ref('int_indicator_doubts') }}
),

dim_child as (
    select * from {{ ref('dim_child') }}
),

dim_team as (
    select * from {{ ref('dim_team') }}
),

age_band as (
    select * from {{ ref('age_band') }}
),

code as (
    select
        code_set,
        code,
        coalesce(group_label, 'not known') as group_label
    from {{ ref('code') }}
),

legal_status as (
    select * from code
    where code_set = 'legal_status'
),

placement_type as (
    select * from code
    where code_set = 'placement_type'
),

oldest as (
    select max(age_years) as age_years
    from age_band
),

final as (
    select
        counted.la_code,
        available.indicator_code,
        counted.record_key,
        counted.record_table,
        counted.child_key,
        counted.event_date,
        counted.numerator,
        counted.denominator,
        counted.numerator_date,
        counted.quantity,
        age_band.age_band,
        coalesce(dim_child.sex, 'not known') as sex,
        coalesce(dim_child.ethnic_group, 'not known') as ethnic_group,
        coalesce(dim_child.disability, 'not known') as disability,
        case
            when counted.is_unaccompanied then 'unaccompanied'
            when not counted.is_unaccompanied then 'not unaccompanied'
        end as uasc,
        dim_team.team_name as team,
        coalesce(legal_status.group_label, counted.legal_status_code) as legal_status,
        coalesce(placement_type.group_label, counted.placement_type_code) as placement_type,
        case
            when counted.is_looked_after then 'looked after'
            when not counted.is_looked_after then 'not looked after'
        end as looked_after,
        own_doubt.doubtful_key is not null
        or related_doubt.doubtful_key is not null
        or child_doubt.doubtful_key is not null as is_in_doubt,
        counted.load_id,
        counted.source_file,
        counted.row_number
    from int_indicator_rows as counted
    cross join oldest
    inner join int_indicator_availability as available
        on
            counted.la_code = available.la_code
            and counted.indicator_name = available.indicator_name
            and counted.event_date <= available.as_at_date
            and counted.event_date >= available.history_start_date
    left join dim_child on counted.child_key = dim_child.child_key
    left join dim_team on counted.team_key = dim_team.team_key
    left join age_band
        on
            available.age_band_set = age_band.age_band_set
            and case
                when counted.age_years > oldest.age_years then oldest.age_years
                else counted.age_years
            end is not distinct from age_band.age_years
    left join legal_status on counted.legal_status_code = legal_status.code
    left join placement_type on counted.placement_type_code = placement_type.code
    left join int_indicator_doubts as own_doubt
        on
            counted.record_key = own_doubt.doubtful_key
            and available.indicator_code = own_doubt.indicator_code
            and own_doubt.applies_to = 'record'
    left join int_indicator_doubts as related_doubt
        on
            counted.related_record_key = related_doubt.doubtful_key
            and available.indicator_code = related_doubt.indicator_code
            and related_doubt.applies_to = 'record'
    left join int_indicator_doubts as child_doubt
        on
            counted.child_key = child_doubt.doubtful_key
            and available.indicator_code = child_doubt.indicator_code
            and child_doubt.applies_to = 'child'
)

select * from final
