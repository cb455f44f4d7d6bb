{{ code_dimension('assessment_factor', 'factor') }}
