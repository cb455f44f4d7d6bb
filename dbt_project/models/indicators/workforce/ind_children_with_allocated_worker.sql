-- WRK-06: of children with an open case at the month end, those with an allocated worker who is no
-- reviewing officer.
with

fct_cin_month as (
    select * from {{ ref('fct_cin_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cin_month',
            record_key='cin_month_key',
            related_record_key='referral_key',
            event_date='month_end_date',
            numerator='case when worker_key is not null then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_cin_month
)

select * from final
