{{ code_dimension('school_phase', 'school_phase') }}
