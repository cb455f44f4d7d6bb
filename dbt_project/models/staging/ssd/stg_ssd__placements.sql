{% set content = [
    'clap_cla_placement_id',
    'clap_cla_placement_start_date',
    'clap_cla_placement_type',
    'clap_cla_placement_urn',
    'clap_cla_placement_distance',
    'clap_cla_id',
    'clap_cla_placement_provider',
    'clap_cla_placement_postcode',
    'clap_cla_placement_end_date',
    'clap_cla_placement_change_reason',
    'clap_person_id',
] %}
{% set dates = {
    'start_date': 'cla_placement.clap_cla_placement_start_date',
    'end_date': 'cla_placement.clap_cla_placement_end_date',
} %}
{% set codes = {
    'placement_type_code': 'placement_type_match',
    'provider_code': 'provider_match',
    'change_reason_code': 'change_reason_match',
} %}
{% set numbers = {
    'distance_miles': 'cla_placement.clap_cla_placement_distance',
} %}

with

cla_placement as (
    select * from {{ source('ssd', 'ssd_cla_placement') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_placement') }},
        cla_placement._child_key as child_key,
        {{ record_id('cla_placement', 'clap_cla_placement_id', content) }} as record_id,
        {{ clean_id('cla_placement.clap_cla_placement_id') }} as placement_id,
        {{ clean_id('cla_placement.clap_cla_id') }} as care_id,
        {{ clean_date('cla_placement.clap_cla_placement_start_date') }} as start_date,
        {{ clean_date('cla_placement.clap_cla_placement_end_date') }} as end_date,
        placement_type_match.code as placement_type_code,
        provider_match.code as provider_code,
        {{ clean_urn('cla_placement.clap_cla_placement_urn') }} as urn,
        {{ clean_number('cla_placement.clap_cla_placement_distance') }} as distance_miles,
        cla_placement.clap_cla_placement_postcode as postcode_key,
        change_reason_match.code as change_reason_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from cla_placement
    {{ join_codes(
        'placement_type_match', 'placement_type', 'cla_placement', 'clap_cla_placement_type'
    ) }}
    {{ join_codes(
        'provider_match', 'placement_provider', 'cla_placement', 'clap_cla_placement_provider'
    ) }}
    {{ join_codes(
        'change_reason_match', 'placement_change_reason',
        'cla_placement', 'clap_cla_placement_change_reason'
    ) }}
)

select * from final
