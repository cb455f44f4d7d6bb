-- MIS-01: missing episodes (type M) by their start.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_missing_episode',
            record_key='missing_episode_key',
            event_date='start_date',
            age_years='age_years',
            team_key='team_key',
            legal_status_code="case
                when is_looked_after then coalesce(legal_status_code, 'not known')
            end",
            placement_type_code="case
                when is_looked_after then coalesce(placement_type_code, 'not known')
            end",
            is_unaccompanied='is_unaccompanied',
            is_looked_after='is_looked_after',
        ) }}
    from fct_missing_episode
    where missing_type_code = 'M'
)

select * from final
