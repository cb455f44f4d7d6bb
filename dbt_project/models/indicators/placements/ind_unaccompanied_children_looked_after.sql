-- UASC-01: children looked after at the month end with the status of an unaccompanied child
-- then.
with

fct_cla_month as (
    select * from {{ ref('fct_cla_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cla_month',
            record_key='cla_month_key',
            event_date='month_end_date',
            age_years='age_years',
            team_key='team_key',
            legal_status_code="coalesce(legal_status_code, 'not known')",
            placement_type_code="coalesce(placement_type_code, 'not known')",
            is_unaccompanied='is_unaccompanied',
        ) }}
    from fct_cla_month
    where
        is_looked_after
        and is_unaccompanied
)

select * from final
