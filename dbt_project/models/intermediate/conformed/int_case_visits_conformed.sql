{% set columns = [
    'case_visit_id',
    'visit_kind',
    'cp_plan_id',
    'visit_date',
    'is_seen',
    'is_seen_alone',
    'is_bedroom_seen',
] %}

with

ssd_case_visits as (
    select * from {{ ref('stg_ssd__case_visits') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

cp_plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

received as (
    {{ from_chosen_source('ssd_case_visits', 'front_door', columns) }}
),

{{ latest_versions('case_visits', columns) }},

-- One case system names no child in a visit to a child on a plan: it is the plan's.
plans as (
    select
        la_code,
        cp_plan_id,
        min(child_key) as child_key
    from cp_plans
    group by la_code, cp_plan_id
    having min(child_key) = max(child_key)
),

known_children as (
    select distinct
        la_code,
        child_key
    from persons
),

final as (
    select
        latest.record_key,
        latest.la_code,
        latest.source_system,
        case
            when known_children.child_key is null
                then coalesce(plans.child_key, latest.child_key)
            else latest.child_key
        end as child_key,
        latest.case_visit_id,
        latest.visit_kind,
        latest.cp_plan_id,
        latest.visit_date,
        latest.is_seen,
        latest.is_seen_alone,
        latest.is_bedroom_seen,
        latest.load_id,
        latest.source_file,
        latest.row_number,
        latest.row_count,
        latest.distinct_row_count,
        latest.unreadable_dates,
        latest.placeholder_dates,
        latest.unknown_codes
    from latest
    left join known_children
        on
            latest.la_code = known_children.la_code
            and latest.child_key = known_children.child_key
    left join plans
        on
            latest.la_code = plans.la_code
            and latest.cp_plan_id = plans.cp_plan_id
            and latest.visit_kind = 'child_protection'
)

select * from final
