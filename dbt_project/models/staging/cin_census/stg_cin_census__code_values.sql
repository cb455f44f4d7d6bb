{% set coded_columns = [
    ('sex', 'children', 'sex'),
    ('sex', 'children', 'gender_current'),
    ('ethnicity', 'children', 'ethnicity'),
    ('disability', 'disabilities', 'disability'),
    ('referral_source', 'cin_details', 'referral_source'),
    ('primary_need', 'cin_details', 'primary_need_code'),
    ('close_reason', 'cin_details', 'reason_for_closure'),
    ('yes_no', 'cin_details', 'referral_nfa'),
    ('yes_no', 'section47', 'icpc_not_required'),
    ('yes_no', 'pre_proceedings', 'fgdm_meeting_offer'),
    ('yes_no', 'pre_proceedings', 'fgdm_meeting_fac'),
    ('abuse_category', 'child_protection_plans', 'initial_category_of_abuse'),
    ('abuse_category', 'child_protection_plans', 'latest_category_of_abuse'),
] %}

with

factors as (
    select * from {{ ref('stg_cin_census__assessment_factors') }}
),

final as (
    {{ code_values('cin_census', coded_columns) }}
    union all
    select
        la_code,
        'assessment_factor' as code_set,
        'assessments' as table_name,
        'assessment_factors' as column_name,
        factor_text as raw_value,
        count(*) as row_count
    from factors
    group by la_code, factor_text
)

select * from final
