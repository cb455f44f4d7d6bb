{#
    A row without the start of an enquiry that has a conference is a conference alone.
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
    'start_date': 'enquiries.section_47_start_date',
} %}
{% set codes = {
    'is_no_further_action': 'unnecessary_match',
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
        {{ dated_record_id('enquiries', 'section_47_start_date', content) }} as record_id,
        cast({{ clean_date('enquiries.section_47_start_date') }} as string) as s47_enquiry_id,
        cast(null as string) as referral_id,
        {{ clean_date('enquiries.section_47_start_date') }} as start_date,
        cast(null as date) as end_date,
        {{ flag('unnecessary_match') }} as is_no_further_action,
        cast(null as string) as outcome_codes,
        {{ clean_text('enquiries.allocated_team') }} as team,
        enquiries.allocated_worker as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from enquiries
    {{ join_codes(
        'unnecessary_match', 'yes_no_unknown', 'enquiries', 'was_an_icpc_deemed_unnecessary'
    ) }}
    where
        {{ clean_text('enquiries.section_47_start_date') }} is not null
        or {{ clean_text('enquiries.date_of_icpc') }} is null
)

select * from final
