-- PLC-05: of all children looked after at the month end, those placed farther away than the
-- threshold. An unknown distance is not far, as published.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'PLC-05'
),

measured as (
    select
        fct_cla_month.*,
        threshold.threshold
    from fct_cla_month
    left join threshold
        on
            fct_cla_month.month_end_date >= threshold.valid_from
            and (fct_cla_month.month_end_date < threshold.valid_to or threshold.valid_to is null)
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cla_month',
            record_key='cla_month_key',
            related_record_key='placement_key',
            event_date='month_end_date',
            numerator='case when distance_miles > threshold then 1 else 0 end',
            denominator='1',
            quantity='distance_miles',
            age_years='age_years',
            team_key='team_key',
            legal_status_code="coalesce(legal_status_code, 'not known')",
            placement_type_code="coalesce(placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied',
        ) }}
    from measured
    where is_looked_after
)

select * from final
