with

statuses as (
    select * from {{ ref('int_education_statuses_conformed') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

periods as (
    select * from {{ ref('int_periods_of_care_merged') }}
),

legal_statuses as (
    select * from {{ ref('int_legal_statuses_resolved') }}
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
        periods.child_key is not null
        and not {{ is_short_break('legal_statuses.legal_status_code') }} as is_looked_after,
        statuses.load_id,
        statuses.source_file,
        statuses.row_number
    from statuses
    left join persons
        on
            statuses.la_code = persons.la_code
            and statuses.child_key = persons.child_key
    left join periods
        on
            statuses.la_code = periods.la_code
            and statuses.child_key = periods.child_key
            and {{ is_open_at('periods.start_date', 'periods.end_date', 'statuses.start_date') }}
    left join legal_statuses
        on
            statuses.la_code = legal_statuses.la_code
            and statuses.child_key = legal_statuses.child_key
            and {{ is_open_at('legal_statuses.start_date', 'legal_statuses.end_date',
                              'statuses.start_date') }}
)

select * from final
