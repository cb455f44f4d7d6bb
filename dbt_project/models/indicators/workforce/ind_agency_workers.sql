-- WRK-02: of social workers in post at the month end, those from an agency: by full-time
-- equivalents, of those whose hours are known. WRK-02H asks for the heads of the same rows.
with

-- The holder of the post stands where other indicators name a child.
fct_workforce_month as (
    select
        *,
        coalesce(worker_key, worker_post_key) as child_key
    from {{ ref('fct_workforce_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_workforce_month',
            record_key='workforce_month_key',
            related_record_key='worker_post_key',
            event_date='month_end_date',
            numerator='case when is_agency then 1 else 0 end',
            denominator='1',
            quantity='case when full_time_equivalency > 0 and is_agency then 100.0
                when full_time_equivalency > 0 then 0.0 end',
            weight='full_time_equivalency',
            team_key='team_key',
        ) }}
    from fct_workforce_month
    where not is_vacant
)

select * from final
