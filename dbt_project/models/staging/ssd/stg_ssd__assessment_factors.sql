{% set content = [
    'cinf_assessment_id',
    'cinf_assessment_factors_json',
] %}

with

assessment_factors as (
    select * from {{ source('ssd', 'ssd_assessment_factors') }}
),

factors as (
    select
        {{ technical_columns('ssd', 'assessment_factors') }},
        {{ clean_id('assessment_factors.cinf_assessment_id') }} as assessment_id,
        {{ row_hash('assessment_factors', content) }} as row_hash,
        {{ each_member(factor_texts('assessment_factors.cinf_assessment_factors_json')) }}
            as factor_text
    from assessment_factors
),

final as (
    select
        source_system,
        la_code,
        extract_month,
        load_id,
        source_file,
        row_number,
        coalesce(assessment_id, row_hash) as assessment_record_id,
        assessment_id,
        trim(factor_text) as factor_text
    from factors
    where trim(factor_text) <> ''
)

select * from final
