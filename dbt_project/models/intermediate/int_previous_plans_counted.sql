with

annex_a_plans as (
    select * from {{ ref('stg_annex_a__cp_plans') }}
    where child_key is not null
),

cin_census_plans as (
    select * from {{ ref('stg_cin_census__cp_plans') }}
    where child_key is not null
),

plans as (
    select
        source_system,
        la_code,
        record_id,
        child_key,
        previous_plan_count
    from annex_a_plans
    union all
    select
        source_system,
        la_code,
        record_id,
        child_key,
        previous_plan_count
    from cin_census_plans
),

final as (
    select
        {{ hash_key(['source_system', 'la_code', "'cp_plans'", 'record_id', 'child_key']) }}
            as record_key,
        max(previous_plan_count) > 0 as has_earlier_plan
    from plans
    group by
        source_system,
        la_code,
        record_id,
        child_key
)

select * from final
