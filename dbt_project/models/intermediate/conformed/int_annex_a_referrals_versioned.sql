{#
    The newest version of each referral on list 3.
#}
{% set columns = [
    'referral_date',
    'source_code',
    'is_no_further_action',
    'team',
    'worker_key',
] %}

with

annex_a_rows as (
    select * from {{ ref('stg_annex_a__referrals') }}
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
