with

checks as (
    select * from {{ ref('int_health_checks_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        checks.record_key as health_assessment_key,
        checks.la_code,
        checks.child_key,
        checks.check_date,
        checks.health_check_type_code,
        checks.status_code,
        {{ age_years('persons.birth_date', 'checks.check_date') }} as age_years,
        localities.locality_key,
        checks.load_id,
        checks.source_file,
        checks.row_number
    from checks
    left join persons
        on {{ same_child('checks', 'persons') }}
    {{ join_locality('checks', 'checks.check_date') }}
)

select * from final
