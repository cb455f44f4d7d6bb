{{ config(materialized='view') }}

with

referrals as (
    select * from {{ ref('int_referrals_conformed') }}
),

month_ends as (
    select * from {{ ref('int_month_ends') }}
),

authorities_by_month as (
    select * from {{ ref('int_authorities_by_month') }}
    where subject = 'front_door'
),

statuses as (
    select * from {{ ref('int_annex_a_statuses') }}
    where things = 'referrals'
),

-- A referral closed without action is no case; one of no days is never open.
cases as (
    select
        referrals.record_key,
        referrals.la_code,
        referrals.child_key,
        referrals.referral_id,
        referrals.referral_date as start_date,
        {{ counted_close_date('referrals') }} as end_date
    from referrals
    where
        not referrals.is_no_further_action
        and referrals.referral_date is not null
),

{{ choose_open_record(
    'cases',
    ['record_key'],
    'open_records.start_date desc, open_records.referral_id desc nulls last, '
    ~ 'open_records.record_key desc'
) }},

-- Each month's own list says which cases were open at its end, where the source has lists.
listed_cases as (
    select
        cases.record_key,
        statuses.month_end_date,
        row_number() over (
            partition by cases.la_code, cases.child_key, statuses.month_end_date
            order by cases.start_date desc, cases.record_key desc
        ) as choice_number
    from statuses
    inner join cases on statuses.record_key = cases.record_key
),

final as (
    select
        chosen_records.record_key,
        month_ends.month_end_date
    from chosen_records
    inner join month_ends
        on
            chosen_records.la_code = month_ends.la_code
            and {{ is_open_at('chosen_records.start_date', 'chosen_records.end_date',
                              'month_ends.month_end_date') }}
    left join authorities_by_month
        on chosen_records.la_code = authorities_by_month.la_code
    where authorities_by_month.la_code is null

    union all

    select
        record_key,
        month_end_date
    from listed_cases
    where choice_number = 1
)

select * from final
