{% set content = [
    'clas_substance_misuse_id',
    'clas_person_id',
    'clas_substance_misuse_date',
    'clas_intervention_received',
] %}
{% set dates = {
    'misuse_date': 'cla_substance_misuse.clas_substance_misuse_date',
} %}
{% set codes = {
    'is_intervention_received': 'intervention_match',
} %}

with

cla_substance_misuse as (
    select * from {{ source('ssd', 'ssd_cla_substance_misuse') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_substance_misuse') }},
        cla_substance_misuse._child_key as child_key,
        {{ record_id('cla_substance_misuse', 'clas_substance_misuse_id', content) }} as record_id,
        {{ clean_id('cla_substance_misuse.clas_substance_misuse_id') }} as substance_misuse_id,
        {{ clean_date('cla_substance_misuse.clas_substance_misuse_date') }} as misuse_date,
        {{ flag('intervention_match') }} as is_intervention_received,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_substance_misuse
    {{ join_codes(
        'intervention_match', 'yes_no', 'cla_substance_misuse', 'clas_intervention_received'
    ) }}
)

select * from final
