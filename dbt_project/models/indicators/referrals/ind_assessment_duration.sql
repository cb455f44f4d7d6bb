-- ASM-04: the assessments of ASM-02 with their working days; the register asks for the median.
with

ind_assessment_within_45_working_days as (
    select * from {{ ref('ind_assessment_within_45_working_days') }}
),

final as (
    select * from ind_assessment_within_45_working_days
)

select * from final
