-- MIS-06: children under 18 who were missing at the end of the month.
with

fct_missing_month as (
    select * from {{ ref('fct_missing_month') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_missing_month',
            record_key='missing_month_key',
            related_record_key='missing_episode_key',
            event_date='month_end_date',
            age_years='age_years',
            team_key='team_key',
            legal_status_code=code_or_not_known('legal_status_code', 'is_looked_after'),
            placement_type_code=code_or_not_known('placement_type_code', 'is_looked_after'),
            is_unaccompanied='is_unaccompanied',
            is_looked_after='is_looked_after',
        ) }}
    from fct_missing_month
)

select * from final
