{{ config(materialized='ephemeral') }}

with

checks as (
    select * from {{ ref('int_health_checks_conformed') }}
    where
        status_code = 'COMPLETED'
        and check_date is not null
),

substance_misuses as (
    select * from {{ ref('int_substance_misuses_conformed') }}
),

convictions as (
    select * from {{ ref('int_convictions_conformed') }}
),

-- What happened on a day, whichever table says so.
final as (
    select
        la_code,
        child_key,
        check_date as event_date,
        case
            when health_check_type_code in ('INITIAL', 'REVIEW') then 'assessment'
            when health_check_type_code = 'DENTAL' then 'dental'
            when health_check_type_code = 'DEVELOPMENT' then 'development'
        end as what
    from checks

    union all

    select
        la_code,
        child_key,
        misuse_date as event_date,
        'substance misuse' as what
    from substance_misuses

    union all

    select
        la_code,
        child_key,
        conviction_date as event_date,
        'conviction' as what
    from convictions
)

select * from final
