with

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

final as (
    select
        la_code,
        subject
    from subject_sources
    where {{ is_status_of_its_month('source_system') }}
)

select * from final
