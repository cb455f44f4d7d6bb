-- EH-01: early help episodes by the day on which they started, for each child.
with

fct_early_help_episode as (
    select * from {{ ref('fct_early_help_episode') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_early_help_episode',
            record_key='early_help_episode_key',
            event_date='start_date',
            age_years='age_years',
            school_day='start_date',
            assisting_organisation="coalesce(organisation_name, 'not known')",
        ) }}
    from fct_early_help_episode
    where
        start_date is not null
)

select * from final
