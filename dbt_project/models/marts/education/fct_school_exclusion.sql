with

statuses as (
    select * from {{ ref('int_education_statuses_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

circumstances as (
    select * from {{ ref('int_circumstances_resolved') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        statuses.record_key as school_exclusion_key,
        statuses.la_code,
        statuses.child_key,
        statuses.education_status_code,
        statuses.start_date,
        statuses.end_date,
        statuses.session_count,
        statuses.school_phase_code,
        {{ age_years('persons.birth_date', 'statuses.start_date') }} as age_years,
        coalesce(circumstances.is_looked_after, false) as is_looked_after,
        localities.locality_key,
        statuses.load_id,
        statuses.source_file,
        statuses.row_number
    from statuses
    left join persons
        on {{ same_child('statuses', 'persons') }}
    left join circumstances
        on {{ same_child_at('statuses', 'circumstances', 'statuses.start_date') }}
    {{ join_locality('statuses', 'statuses.start_date') }}
)

select * from final
