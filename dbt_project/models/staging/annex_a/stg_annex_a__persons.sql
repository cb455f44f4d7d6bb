{#
    A child stands on several lists and rows: one row per child and load, the fullest, then that of
    the first list. Rows that name nobody describe nobody.
#}
{% set lists = annex_a_lists_of_children() %}
{% set dates = {
    'birth_date': 'rows_named.date_of_birth',
} %}
{% set codes = {
    'sex_code': 'sex_match',
    'ethnicity_code': 'ethnicity_match',
} %}

with

codes as (
    select * from {{ ref('int_codes_matched') }}
),

rows_named as (
    {%- for list in lists %}
    select
        {{ loop.index }} as list_number,
        child_unique_id,
        gender,
        ethnicity,
        date_of_birth,
        _child_key,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from {{ source('annex_a', list) }}
    where _child_key is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

described as (
    select
        {{ technical_columns('annex_a', 'rows_named') }},
        rows_named._child_key as child_key,
        {{ clean_id('rows_named.child_unique_id') }} as person_id,
        sex_match.code as sex_code,
        ethnicity_match.code as ethnicity_code,
        {{ clean_date('rows_named.date_of_birth') }} as birth_date,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes,
        rows_named.list_number
    from rows_named
    {{ join_codes('sex_match', 'sex', 'rows_named', 'gender') }}
    {{ join_codes('ethnicity_match', 'ethnicity', 'rows_named', 'ethnicity') }}
),

ranked as (
    select
        *,
        min(birth_date) over (partition by load_id, child_key) as earliest_birth_date,
        row_number() over (
            partition by load_id, child_key
            order by
                case when birth_date is null then 1 else 0 end asc,
                case when ethnicity_code is null then 1 else 0 end
                + case when sex_code is null then 1 else 0 end asc,
                list_number asc,
                source_file asc,
                row_number asc
        ) as choice_number
    from described
),

final as (
    select
        source_system,
        la_code,
        extract_month,
        load_id,
        source_file,
        row_number,
        child_key,
        person_id as record_id,
        person_id,
        sex_code,
        ethnicity_code,
        birth_date,
        earliest_birth_date,
        false as is_birth_date_estimated,
        cast(null as date) as death_date,
        cast(null as date) as expected_birth_date,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from ranked
    where choice_number = 1
)

select * from final
