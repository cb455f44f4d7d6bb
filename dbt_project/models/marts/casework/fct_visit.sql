with

case_visits as (
    select * from {{ ref('int_case_visits_conformed') }}
),

cla_visits as (
    select * from {{ ref('int_cla_visits_conformed') }}
),

plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

visits as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        visit_kind,
        cp_plan_id,
        visit_date,
        is_seen,
        is_seen_alone,
        is_bedroom_seen,
        load_id,
        source_file,
        row_number
    from case_visits

    union all

    select
        record_key,
        la_code,
        source_system,
        child_key,
        'looked_after' as visit_kind,
        cast(null as string) as cp_plan_id,
        visit_date,
        is_seen,
        is_seen_alone,
        cast(null as boolean) as is_bedroom_seen,
        load_id,
        source_file,
        row_number
    from cla_visits
),

final as (
    select
        visits.record_key as visit_key,
        visits.la_code,
        visits.child_key,
        visits.visit_kind,
        plans.record_key as cp_plan_key,
        visits.visit_date,
        visits.is_seen,
        visits.is_seen_alone,
        visits.is_bedroom_seen,
        {{ age_years('persons.birth_date', 'visits.visit_date') }} as age_years,
        localities.locality_key,
        visits.load_id,
        visits.source_file,
        visits.row_number
    from visits
    left join plans
        on
            visits.la_code = plans.la_code
            and visits.source_system = plans.source_system
            and visits.child_key = plans.child_key
            and visits.cp_plan_id = plans.cp_plan_id
    left join persons
        on {{ same_child('visits', 'persons') }}
    {{ join_locality('visits', 'visits.visit_date') }}
)

select * from final
