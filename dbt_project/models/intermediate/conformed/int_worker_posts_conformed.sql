{#
    A local extension stands beside whatever source gives the subject: no source is chosen.
#}
{% set columns = [
    'post_id',
    'worker_key',
    'workforce_role_code',
    'team',
    'full_time_equivalency',
    'is_agency',
    'is_vacant',
    'start_date',
    'end_date',
    'absence_days',
] %}

with

received as (
    select * from {{ ref('stg_local__workforce') }}
),

{{ latest_versions('worker_posts', columns, has_child=false) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        post_id,
        worker_key,
        workforce_role_code,
        team,
        full_time_equivalency,
        is_agency,
        is_vacant,
        start_date,
        end_date,
        absence_days,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
)

select * from final
