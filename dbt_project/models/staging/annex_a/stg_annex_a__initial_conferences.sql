{#
    A conference is the child and its day; it names the enquiry whose row it stands in.
#}
{% set content = [
    'child_unique_id',
    'section_47_start_date',
    'was_an_icpc_deemed_unnecessary',
    'date_of_icpc',
    'did_the_icpc_result_in_a_cp_plan',
    'allocated_team',
    'allocated_worker',
] %}
{% set dates = {
    'conference_date': 'enquiries.date_of_icpc',
} %}
{% set codes = {
    'is_cp_plan_outcome': 'plan_match',
} %}

with

enquiries as (
    select * from {{ source('annex_a', 'list_5_section_47_enquiries') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'enquiries') }},
        enquiries._child_key as child_key,
        {{ dated_record_id('enquiries', 'date_of_icpc', content) }} as record_id,
        cast(null as string) as initial_conference_id,
        cast({{ clean_date('enquiries.section_47_start_date') }} as string) as s47_enquiry_id,
        cast(null as string) as referral_id,
        cast(null as date) as target_date,
        {{ clean_date('enquiries.date_of_icpc') }} as conference_date,
        false as is_transfer_in,
        {{ flag('plan_match') }} as is_cp_plan_outcome,
        {{ clean_text('enquiries.allocated_team') }} as team,
        enquiries.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from enquiries
    {{ join_codes(
        'plan_match', 'yes_no_unknown', 'enquiries', 'did_the_icpc_result_in_a_cp_plan'
    ) }}
    where {{ clean_text('enquiries.date_of_icpc') }} is not null
)

select * from final
