-- PLC-03: of children under 16 looked after for long, those in the same placement for long.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cla_month',
            record_key='cla_month_key',
            related_record_key='placement_key',
            event_date='month_end_date',
            numerator='case when is_stable then 1 else 0 end',
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            legal_status_code="coalesce(legal_status_code, 'not known')",
            placement_type_code="coalesce(placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied',
        ) }}
    from fct_cla_month
    where is_long_term
)

select * from final
