{% set coded_columns = [
    ('yes_no_na', 'return_interviews', 'offered'),
    ('yes_no_na', 'return_interviews', 'accepted'),
    ('missing_reason', 'return_interviews', 'missing_reason'),
    ('yes_no', 'return_interviews', 'is_independent'),
    ('education_status', 'education_status', 'status'),
    ('school_phase', 'education_status', 'school_phase'),
    ('workforce_role', 'workforce', 'role'),
    ('yes_no', 'workforce', 'is_agency'),
    ('yes_no', 'workforce', 'is_vacant'),
] %}

with

final as (
    {{ code_values('local', coded_columns) }}
)

select * from final
