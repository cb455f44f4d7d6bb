{% set content = [
    'la_child_id',
    'cin_referral_date',
    's47_actual_start_date',
    'initial_cpc_target',
    'date_of_initial_cpc',
    'icpc_not_required',
] %}
{% set dates = {
    'start_date': 'enquiries.s47_actual_start_date',
} %}
{% set codes = {
    'is_no_further_action': 'not_required_match',
} %}

with

enquiries as (
    select * from {{ source('cin_census', 'section47') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'enquiries') }},
        enquiries._child_key as child_key,
        {{ census_record_id('enquiries', ['cin_referral_date', 's47_actual_start_date'], content) }}
            as record_id,
        {{ census_link('enquiries', ['cin_referral_date', 's47_actual_start_date']) }}
            as s47_enquiry_id,
        {{ census_link('enquiries', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('enquiries.s47_actual_start_date') }} as start_date,
        cast(null as date) as end_date,
        {{ flag('not_required_match') }} as is_no_further_action,
        cast(null as string) as outcome_codes,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from enquiries
    {{ join_codes('not_required_match', 'yes_no', 'enquiries', 'icpc_not_required') }}
)

select * from final
