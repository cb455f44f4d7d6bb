-- RHI-06: of all missing episodes that ended, those after which a return interview was offered
-- within so many elapsed hours of the return; an offer dated before it, or at no known time, is not
-- in time.
with

fct_missing_episode as (
    select * from {{ ref('fct_missing_episode') }}
),

threshold as (
    select * from {{ ref('threshold') }}
    where indicator_code = 'RHI-06'
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_missing_episode',
            record_key='missing_episode_key',
            event_date='end_date',
            numerator=one_if('offer_hours_from_return between 0 and threshold.threshold'),
            denominator='1',
            quantity='offer_hours_from_return',
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
    left join threshold
        on {{ holds_at('threshold', 'fct_missing_episode.end_date') }}
    where
        fct_missing_episode.missing_type_code = 'M'
        and fct_missing_episode.end_date is not null
        and fct_missing_episode.is_interview_required
)

select * from final
