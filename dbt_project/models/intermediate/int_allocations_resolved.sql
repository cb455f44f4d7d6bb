with

involvements as (
    select * from {{ ref('int_involvements_conformed') }}
),

allocations as (
    select
        record_key,
        la_code,
        child_key,
        involvement_id,
        worker_key,
        start_date,
        end_date
    from involvements
    where
        start_date is not null
        and worker_key is not null
        and not {{ is_reviewing_role('role_code') }}
),

{{ choose_open_record(
    'allocations',
    ['worker_key'],
    'open_records.start_date desc, open_records.involvement_id desc nulls last, '
    ~ 'open_records.record_key desc'
) }},

final as (
    select
        la_code,
        child_key,
        worker_key,
        start_date,
        end_date
    from chosen_records
)

select * from final
