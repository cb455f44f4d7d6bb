with

immigration_statuses as (
    select * from {{ ref('int_immigration_statuses_conformed') }}
),

-- A status without a start date is never open.
unaccompanied_statuses as (
    select
        record_key,
        la_code,
        child_key,
        start_date,
        end_date
    from immigration_statuses
    where
        immigration_status_code = 'UASC'
        and start_date is not null
),

{{ choose_open_record('unaccompanied_statuses', ['record_key'], 'open_records.record_key') }},

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date
    from chosen_records
)

select * from final
