with

legal_statuses as (
    select * from {{ ref('int_legal_statuses_conformed') }}
),

-- Only statuses that translate to a care code say whether a child counts.
care_statuses as (
    select
        record_key,
        la_code,
        child_key,
        legal_status_id,
        legal_status_code,
        start_date,
        end_date,
        case when legal_status_code in ('V3', 'V4') then 1 else 0 end as short_break_order
    from legal_statuses
    where
        legal_status_code is not null
        and start_date is not null
),

{{ choose_open_record(
    'care_statuses',
    ['legal_status_code'],
    'open_records.start_date desc, open_records.short_break_order asc, '
    ~ 'open_records.legal_status_id desc nulls last, open_records.record_key desc'
) }},

final as (
    select
        la_code,
        child_key,
        start_date,
        end_date,
        legal_status_code
    from chosen_records
)

select * from final
