{{ config(materialized='ephemeral') }}

with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

families as (
    select * from {{ ref('int_families_conformed') }}
),

child_families as (
    select
        la_code,
        child_key,
        max(family_id) as family_id
    from families
    group by
        la_code,
        child_key
),

-- A child's referrals of one day count once: the lowest id carries the breakdowns.
{{ repeats_of_a_day('referrals', 'referral_date', 'referral_id asc nulls last, record_key asc') }},

grouped_referrals as (
    select
        referrals.record_key,
        referrals.referral_date is not null and repeats.record_key is null as is_counted,
        case
            when referrals.referral_date is not null
                then {{ hash_key([
                    'referrals.la_code',
                    'coalesce(child_families.family_id, referrals.child_key)',
                    'referrals.referral_date',
                ]) }}
        end as sibling_group_key
    from referrals
    left join repeats
        on referrals.record_key = repeats.record_key
    left join child_families
        on {{ same_child('referrals', 'child_families') }}
),

sibling_groups as (
    select
        sibling_group_key,
        cast(count(*) filter (where is_counted) as integer) as sibling_group_size
    from grouped_referrals
    group by sibling_group_key
),

final as (
    select
        grouped_referrals.record_key,
        grouped_referrals.is_counted,
        grouped_referrals.sibling_group_key,
        sibling_groups.sibling_group_size
    from grouped_referrals
    left join sibling_groups
        on grouped_referrals.sibling_group_key = sibling_groups.sibling_group_key
)

select * from final
