-- WRK-03: of posts that the council pays itself at the month end, those that are vacant.
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
            numerator='case when is_vacant then 1 else 0 end',
            denominator='1',
            quantity='full_time_equivalency',
            team_key='team_key',
        ) }}
    from fct_workforce_month
    where is_vacant or not is_agency
)

select * from final
