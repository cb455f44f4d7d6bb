{#
    Sex is called GenderCurrent in the years before 2024-25.
#}
{% set content = [
    'la_child_id',
    'upn_unknown',
    'person_birth_date',
    'expected_person_birth_date',
    'sex',
    'gender_current',
    'person_death_date',
    'ethnicity',
] %}
{% set dates = {
    'birth_date': 'children.person_birth_date',
    'death_date': 'children.person_death_date',
    'expected_birth_date': 'children.expected_person_birth_date',
} %}
{% set codes = {
    'sex_code': 'sex_match',
    'ethnicity_code': 'ethnicity_match',
} %}

with

received as (
    select * from {{ source('cin_census', 'children') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

children as (
    select
        *,
        coalesce(sex, gender_current) as sex_text
    from received
),

final as (
    select
        {{ technical_columns('cin_census', 'children') }},
        children._child_key as child_key,
        {{ record_id('children', 'la_child_id', content) }} as record_id,
        {{ clean_id('children.la_child_id') }} as person_id,
        sex_match.code as sex_code,
        ethnicity_match.code as ethnicity_code,
        coalesce(
            {{ clean_date('children.person_birth_date') }},
            {{ clean_date('children.expected_person_birth_date') }}
        ) as birth_date,
        (
            {{ clean_date('children.person_birth_date') }} is null
            and {{ clean_date('children.expected_person_birth_date') }} is not null
        ) as is_birth_date_estimated,
        {{ clean_date('children.person_death_date') }} as death_date,
        {{ clean_date('children.expected_person_birth_date') }} as expected_birth_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from children
    {{ join_codes('sex_match', 'sex', 'children', 'sex_text') }}
    {{ join_codes('ethnicity_match', 'ethnicity', 'children', 'ethnicity') }}
)

select * from final
