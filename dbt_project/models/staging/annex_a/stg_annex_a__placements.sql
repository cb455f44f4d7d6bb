{#
    The latest placement; those before it are on the lists of other months. The end of care ends it.
#}
{% set content = [
    'child_unique_id',
    'start_date_of_most_recent_placement',
    'placement_type',
    'placement_provider',
    'placement_postcode',
    'urn_of_placement',
    'date_ceased_to_be_looked_after',
] %}
{% set dates = {
    'start_date': 'children.start_date_of_most_recent_placement',
} %}
{% set codes = {
    'placement_type_code': 'placement_type_match',
    'provider_code': 'provider_match',
} %}

with

children as (
    select * from {{ source('annex_a', 'list_8_looked_after_children') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('annex_a', 'children') }},
        children._child_key as child_key,
        {{ dated_record_id('children', 'start_date_of_most_recent_placement', content) }}
            as record_id,
        cast(null as string) as placement_id,
        cast(null as string) as care_id,
        {{ clean_date('children.start_date_of_most_recent_placement') }} as start_date,
        {{ clean_date('children.date_ceased_to_be_looked_after') }} as end_date,
        placement_type_match.code as placement_type_code,
        provider_match.code as provider_code,
        {{ clean_urn('children.urn_of_placement') }} as urn,
        cast(null as double) as distance_miles,
        children.placement_postcode as postcode_key,
        cast(null as string) as change_reason_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from children
    {{ join_codes('placement_type_match', 'placement_type', 'children', 'placement_type') }}
    {{ join_codes('provider_match', 'placement_provider', 'children', 'placement_provider') }}
    where
        {{ clean_text('children.start_date_of_most_recent_placement') }} is not null
        or {{ clean_text('children.placement_type') }} is not null
)

select * from final
