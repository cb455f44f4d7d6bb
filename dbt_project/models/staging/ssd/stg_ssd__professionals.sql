{% set content = [
    'prof_professional_id',
    'prof_staff_id',
    'prof_professional_name',
    'prof_professional_job_title',
    'prof_professional_caseload',
    'prof_professional_department',
    'prof_full_time_equivalency',
    'prof_agency_worker_flag',
] %}
{% set codes = {
    'is_agency': 'agency_match',
} %}
{% set full_time_equivalency = clean_number('professionals.prof_full_time_equivalency') %}

with

professionals as (
    select * from {{ source('ssd', 'ssd_professionals') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'professionals') }},
        coalesce(professionals.prof_professional_id, {{ row_hash('professionals', content) }})
            as record_id,
        professionals.prof_professional_id as worker_key,
        agency_match.code = 'Y' as is_agency,
        case when {{ full_time_equivalency }} < 100 then {{ full_time_equivalency }} end
            as full_time_equivalency,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from professionals
    {{ join_codes('agency_match', 'yes_no', 'professionals', 'prof_agency_worker_flag') }}
)

select * from final
