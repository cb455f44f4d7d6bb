with

ssda903_episodes as (
    select * from {{ ref('int_ssda903_episodes_merged') }}
),

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        repair,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count
    from ssda903_episodes
)

select * from final
