-- RHI-03: of the missing episodes after which an interview was offered, those where the child
-- declined it; no answer is not declined.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_missing_episode',
            record_key='missing_episode_key',
            event_date='end_date',
            numerator='case when is_interview_declined then 1 else 0 end',
            denominator='1',
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
    where
        missing_type_code = 'M'
        and end_date is not null
        and is_interview_required
        and is_interview_offered
)

select * from final
