{#
    Annex A says whose child it is in each month, by its id (list|month): that ends with the month.
#}
{% set month_named = "cast(split_part(involvements.involvement_id, '|', 2) || '-01' as date)" %}

with

involvements as (
    select * from {{ ref('int_involvements_conformed') }}
),

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

final as (
    select
        involvements.record_key as involvement_key,
        involvements.la_code,
        involvements.child_key,
        involvements.worker_key,
        coalesce(teams.team_key, {{ unknown_team_key('involvements.la_code') }}) as team_key,
        referrals.record_key as referral_key,
        involvements.start_date,
        case
            when involvements.source_system = 'annex_a' then {{ add_months(month_named, 1) }}
            else involvements.end_date
        end as end_date,
        {{ is_social_worker_role('involvements.role_code') }} as is_social_worker,
        {{ is_reviewing_role('involvements.role_code') }} as is_reviewing_officer,
        localities.locality_key,
        involvements.load_id,
        involvements.source_file,
        involvements.row_number
    from involvements
    left join referrals
        on
            involvements.la_code = referrals.la_code
            and involvements.source_system = referrals.source_system
            and involvements.child_key = referrals.child_key
            and involvements.referral_id = referrals.referral_id
    left join teams
        on
            involvements.la_code = teams.la_code
            and {{ match_text('involvements.team') }} = teams.team_text
    {{ join_locality('involvements', 'involvements.start_date') }}
)

select * from final
