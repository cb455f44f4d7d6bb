{#
    The newest version of each case on list 6: a referral is a case from its own day on, so that both
    have one key.
#}
{% set columns = [
    'referral_date',
    'primary_need_code',
    'close_date',
    'close_reason_code',
    'team',
    'worker_key',
] %}

with

annex_a_rows as (
    select * from {{ ref('stg_annex_a__children_in_need') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('annex_a_rows', 'front_door', columns) }}
),

{{ latest_versions('referrals', columns) }},

final as (
    select * from latest
)

select * from final
