-- EH-01C: early help episodes by the day on which they ended, for each child.
with

fct_early_help_episode as (
    select * from {{ ref('fct_early_help_episode') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_early_help_episode',
            record_key='early_help_episode_key',
            event_date='end_date',
            age_years='age_at_end_years',
            school_day='end_date',
        ) }}
    from fct_early_help_episode
    where
        end_date is not null
)

select * from final
