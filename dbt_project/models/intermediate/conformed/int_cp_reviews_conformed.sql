with

final as (
    select
        cast(null as string) as record_key,
        cast(null as string) as la_code,
        cast(null as string) as source_system,
        cast(null as string) as child_key,
        cast(null as string) as cp_review_id,
        cast(null as string) as cp_plan_id,
        cast(null as date) as due_date,
        cast(null as date) as review_date,
        cast(null as boolean) as is_continued,
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
