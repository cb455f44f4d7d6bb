{% set content = [
    'collection',
    'year',
    'reference_date',
    'lea',
    'date_time',
] %}
{% set dates = {
    'reference_date': 'header.reference_date',
} %}
{% set numbers = {'census_year': 'header.year'} %}

with

header as (
    select * from {{ source('cin_census', 'header') }}
),

final as (
    select
        {{ technical_columns('cin_census', 'header') }},
        {{ row_hash('header', content) }} as record_id,
        {{ clean_number('header.year') }} as census_year,
        {{ clean_date('header.reference_date') }} as reference_date,
        {{ clean_text('header.lea') }} as named_authority,
        header._extract_month as folder_month,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes({}, numbers) }} as unknown_codes
    from header
)

select * from final
