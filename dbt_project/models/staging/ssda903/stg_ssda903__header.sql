{% set content = [
    'child',
    'sex',
    'dob',
    'ethnic',
    'mother',
    'mc_dob',
] %}
{% set dates = {
    'birth_date': 'header.dob',
} %}
{% set codes = {
    'sex_code': 'sex_match',
    'ethnicity_code': 'ethnicity_match',
} %}

with

header as (
    select * from {{ source('ssda903', 'header') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssda903', 'header') }},
        header._child_key as child_key,
        {{ record_id('header', 'child', content) }} as record_id,
        {{ clean_id('header.child') }} as person_id,
        sex_match.code as sex_code,
        ethnicity_match.code as ethnicity_code,
        {{ clean_date('header.dob') }} as birth_date,
        false as is_birth_date_estimated,
        cast(null as date) as death_date,
        cast(null as date) as expected_birth_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from header
    {{ join_codes('sex_match', 'sex', 'header', 'sex') }}
    {{ join_codes('ethnicity_match', 'ethnicity', 'header', 'ethnic') }}
)

select * from final
