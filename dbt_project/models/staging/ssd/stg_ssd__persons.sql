{% set content = [
    'pers_person_id',
    'pers_sex',
    'pers_gender',
    'pers_ethnicity',
    'pers_dob',
    'pers_upn_unknown',
    'pers_send_flag',
    'pers_expected_dob',
    'pers_death_date',
    'pers_is_mother',
    'pers_nationality',
] %}
{% set dates = {
    'birth_date': 'person.pers_dob',
    'death_date': 'person.pers_death_date',
    'expected_birth_date': 'person.pers_expected_dob',
} %}
{% set codes = {
    'sex_code': 'sex_match',
    'ethnicity_code': 'ethnicity_match',
} %}

with

person as (
    select * from {{ source('ssd', 'ssd_person') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'person') }},
        person._child_key as child_key,
        {{ record_id('person', 'pers_person_id', content) }} as record_id,
        {{ clean_id('person.pers_person_id') }} as person_id,
        sex_match.code as sex_code,
        ethnicity_match.code as ethnicity_code,
        coalesce(
            {{ clean_date('person.pers_dob') }},
            {{ clean_date('person.pers_expected_dob') }}
        ) as birth_date,
        (
            {{ clean_date('person.pers_dob') }} is null
            and {{ clean_date('person.pers_expected_dob') }} is not null
        ) as is_birth_date_estimated,
        {{ clean_date('person.pers_death_date') }} as death_date,
        {{ clean_date('person.pers_expected_dob') }} as expected_birth_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from person
    {{ join_codes('sex_match', 'sex', 'person', 'pers_sex') }}
    {{ join_codes('ethnicity_match', 'ethnicity', 'person', 'pers_ethnicity') }}
)

select * from final
