-- WRK-07: completed years since a worker's first day in a post of the authority, of those in post
-- at the month end; agency workers aside. Who holds several posts counts once, with the first in
-- the file.
with

-- The worker stands where other indicators name a child.
fct_workforce_month as (
    select
        *,
        worker_key as child_key
    from {{ ref('fct_workforce_month') }}
    where
        not is_agency
        and not is_vacant
        and worker_key is not null
),

fct_worker_post as (
    select * from {{ ref('fct_worker_post') }}
),

band as (
    select * from {{ ref('band') }}
    where band_set = 'length_of_service'
),

first_days as (
    select
        la_code,
        worker_key,
        min(start_date) as first_date
    from fct_worker_post
    where
        not is_agency
        and not is_vacant
        and worker_key is not null
    group by la_code, worker_key
),

numbered as (
    select
        fct_workforce_month.*,
        {{ age_years('first_days.first_date', 'fct_workforce_month.month_end_date') }}
            as service_years,
        row_number() over (
            partition by
                fct_workforce_month.la_code,
                fct_workforce_month.worker_key,
                fct_workforce_month.month_end_date
            order by fct_workforce_month.row_number
        ) as post_number
    from fct_workforce_month
    inner join first_days
        on
            fct_workforce_month.la_code = first_days.la_code
            and fct_workforce_month.worker_key = first_days.worker_key
),

measured as (
    select
        numbered.*,
        band.band
    from numbered
    left join band
        on
            numbered.service_years >= band.at_least
            and (numbered.service_years < band.less_than or band.less_than is null)
    where numbered.post_number = 1
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_workforce_month',
            record_key='workforce_month_key',
            related_record_key='worker_post_key',
            event_date='month_end_date',
            quantity='cast(service_years as double)',
            team_key='team_key',
            duration='band',
        ) }}
    from measured
)

select * from final
