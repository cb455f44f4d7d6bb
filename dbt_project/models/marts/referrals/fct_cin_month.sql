with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

open_cases as (
    select * from {{ ref('int_cin_months') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

teams as (
    select * from {{ ref('int_teams_matched') }}
),

allocations as (
    select * from {{ ref('int_allocations_resolved') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

-- Before they are repeated for each month.
described_referrals as (
    select
        referrals.*,
        persons.birth_date,
        persons.death_date,
        coalesce(teams.team_key, {{ unknown_team_key('referrals.la_code') }}) as team_key
    from referrals
    left join persons
        on {{ same_child('referrals', 'persons') }}
    left join teams
        on
            referrals.la_code = teams.la_code
            and {{ match_text('referrals.team') }} = teams.team_text
),

-- A person who died on or before the day is not counted at it.
described_cases as (
    select
        described_referrals.*,
        open_cases.month_end_date,
        allocations.worker_key as allocated_worker_key,
        localities.locality_key
    from open_cases
    inner join described_referrals
        on open_cases.record_key = described_referrals.record_key
    left join allocations
        on {{ same_child_at('described_referrals', 'allocations', 'open_cases.month_end_date') }}
    {{ join_locality('described_referrals', 'open_cases.month_end_date') }}
    where
        described_referrals.death_date is null
        or described_referrals.death_date > open_cases.month_end_date
),

final as (
    select
        {{ hash_key(['la_code', 'child_key', 'month_end_date']) }} as cin_month_key,
        la_code,
        child_key,
        month_end_date,
        record_key as referral_key,
        referral_date,
        primary_need_code,
        {{ age_years('birth_date', 'month_end_date') }} as age_years,
        team_key,
        allocated_worker_key as worker_key,
        locality_key,
        load_id,
        source_file,
        row_number
    from described_cases
)

select * from final
