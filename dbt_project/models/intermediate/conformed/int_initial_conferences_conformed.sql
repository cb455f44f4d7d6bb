with

final as (
    select
        cast(null as string) as record_key,
        cast(null as string) as la_code,
        cast(null as string) as source_system,
        cast(null as string) as child_key,
        cast(null as string) as initial_conference_id,
        cast(null as string) as s47_enquiry_id,
        cast(null as string) as referral_id,
        cast(null as date) as target_date,
        cast(null as date) as conference_date,
        cast(null as boolean) as is_transfer_in,
        cast(null as boolean) as is_cp_plan_outcome,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        cast(null as string) as load_id,
        cast(null as string) as source_file,
        cast(null as bigint) as row_number,
        cast(null as integer) as row_count,
        cast(null as integer) as distinct_row_count,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        cast(null as string) as unknown_codes
    where false
)

select * from final
