{#
    A factor has no person: it belongs to the child of its assessment, to each of them where one
    assessment id covers siblings.
#}
{% set columns = [
    'assessment_id',
    'factor_code',
] %}

with

ssd_assessment_factors as (
    select * from {{ ref('stg_ssd__assessment_factors') }}
),

ssd_cin_assessments as (
    select * from {{ ref('stg_ssd__cin_assessments') }}
),

cin_census_assessment_factors as (
    select * from {{ ref('stg_cin_census__assessment_factors') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

assessment_children as (
    select distinct
        la_code,
        assessment_id,
        child_key
    from ssd_cin_assessments
    where assessment_id is not null
),

factors as (
    select
        ssd_assessment_factors.source_system,
        ssd_assessment_factors.la_code,
        ssd_assessment_factors.extract_month,
        ssd_assessment_factors.assessment_record_id || '|'
        || coalesce(codes.code, ssd_assessment_factors.factor_text) as record_id,
        assessment_children.child_key,
        ssd_assessment_factors.assessment_id,
        codes.code as factor_code,
        ssd_assessment_factors.load_id,
        ssd_assessment_factors.source_file,
        ssd_assessment_factors.row_number,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        case when not codes.is_known then 'factor_code' end as unknown_codes
    from ssd_assessment_factors
    left join assessment_children
        on
            ssd_assessment_factors.la_code = assessment_children.la_code
            and ssd_assessment_factors.assessment_id = assessment_children.assessment_id
    left join codes
        on
            ssd_assessment_factors.la_code = codes.la_code
            and codes.code_set = 'assessment_factor'
            and ssd_assessment_factors.factor_text = codes.raw_value
    union all
    select
        cin_census_assessment_factors.source_system,
        cin_census_assessment_factors.la_code,
        cin_census_assessment_factors.extract_month,
        coalesce(cin_census_assessment_factors.assessment_id, 'undated') || '|'
        || coalesce(codes.code, cin_census_assessment_factors.factor_text) as record_id,
        cin_census_assessment_factors.child_key,
        cin_census_assessment_factors.assessment_id,
        codes.code as factor_code,
        cin_census_assessment_factors.load_id,
        cin_census_assessment_factors.source_file,
        cin_census_assessment_factors.row_number,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        case when not codes.is_known then 'factor_code' end as unknown_codes
    from cin_census_assessment_factors
    left join codes
        on
            cin_census_assessment_factors.la_code = codes.la_code
            and codes.code_set = 'assessment_factor'
            and cin_census_assessment_factors.factor_text = codes.raw_value
),

received as (
    {{ from_chosen_source('factors', 'front_door', columns) }}
),

{{ latest_versions('assessment_factors', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        assessment_id,
        factor_code,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
)

select * from final
