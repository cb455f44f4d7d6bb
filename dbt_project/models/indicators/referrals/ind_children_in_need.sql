-- CIN-01: children with an open case at the month end, with how long the case has been open: in
-- the bands of the DfE's children in need tables, counted forward in calendar months.
with

fct_cin_month as (
    select * from {{ ref('fct_cin_month') }}
),

measured as (
    select
        *,
        case
            when {{ add_months('referral_date', 3) }} >= month_end_date then 'up to 3 months'
            when {{ add_months('referral_date', 6) }} >= month_end_date then 'over 3 to 6 months'
            when {{ add_months('referral_date', 12) }} > month_end_date
                then 'over 6 to under 12 months'
            when {{ add_months('referral_date', 24) }} > month_end_date
                then '12 to under 24 months'
            else '24 months and over'
        end as duration
    from fct_cin_month
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cin_month',
            record_key='cin_month_key',
            related_record_key='referral_key',
            event_date='month_end_date',
            age_years='age_years',
            team_key='team_key',
            primary_need_code="coalesce(primary_need_code, 'not known')",
            duration='duration',
        ) }}
    from measured
)

select * from final
