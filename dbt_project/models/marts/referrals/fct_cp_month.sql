with

plans as (
    select * from {{ ref('fct_cp_plan') }}
),

conformed_plans as (
    select * from {{ ref('int_cp_plans_conformed') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'front_door'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'cp_plans'
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

case_visits as (
    select * from {{ ref('int_case_visits_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- A visit is one on which the child was seen.
seen_visits as (
    select
        record_key,
        la_code,
        child_key,
        visit_date as start_date
    from case_visits
    where
        visit_kind = 'child_protection'
        and is_seen
        and visit_date is not null
),

{{ latest_until_next('seen_visits', [], 'record_key') }},

-- Plans of another authority are left out; unborn children are in. A person who died on or before
-- the day is not counted at it.
open_plans as (
    select
        plans.*,
        persons.birth_date,
        localities.locality_key as month_locality_key,
        last_visits.start_date as last_visit_date,
        month_ends.month_end_date,
        row_number() over (
            partition by plans.la_code, plans.child_key, month_ends.month_end_date
            order by
                plans.start_date desc,
                conformed_plans.cp_plan_id desc nulls last,
                plans.cp_plan_key desc
        ) as choice_number
    from plans
    inner join conformed_plans
        on plans.cp_plan_key = conformed_plans.record_key
    inner join month_ends
        on
            plans.la_code = month_ends.la_code
    left join authorities_by_month
        on plans.la_code = authorities_by_month.la_code
    left join statuses
        on
            plans.cp_plan_key = statuses.record_key
            and month_ends.month_end_date = statuses.month_end_date
    left join persons
        on {{ same_child('plans', 'persons') }}
    left join seen_visits_until_next as last_visits
        on {{ same_child_at('plans', 'last_visits', 'month_ends.month_end_date') }}
    {{ join_locality('plans', 'month_ends.month_end_date') }}
    where
        case
            when authorities_by_month.la_code is null
                then {{ is_open_at('plans.start_date', 'plans.end_date',
                                   'month_ends.month_end_date') }}
            else statuses.record_key is not null
        end
        and not plans.is_other_authority
        and (persons.death_date is null or persons.death_date > month_ends.month_end_date)
),

final as (
    select
        {{ hash_key(['la_code', 'child_key', 'month_end_date']) }} as cp_month_key,
        la_code,
        child_key,
        month_end_date,
        cp_plan_key,
        start_date as plan_start_date,
        latest_category_code,
        {{ days_between('start_date', 'month_end_date') }} as days_on_plan,
        last_visit_date,
        {{ age_years('birth_date', 'month_end_date') }} as age_years,
        team_key,
        month_locality_key as locality_key,
        load_id,
        source_file,
        row_number
    from open_plans
    where choice_number = 1
)

select * from final
