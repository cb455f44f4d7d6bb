with

final as (
    select
        cast(null as string) as record_key,
        cast(null as string) as la_code,
        cast(null as string) as source_system,
        cast(null as string) as child_key,
        cast(null as string) as cla_episode_id,
        cast(null as date) as start_date,
        cast(null as string) as start_reason_code,
        cast(null as string) as primary_need_code,
        cast(null as date) as end_date,
        cast(null as string) as end_reason_code,
        cast(null as string) as care_id,
        cast(null as string) as referral_id,
        cast(null as string) as placement_id,
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
