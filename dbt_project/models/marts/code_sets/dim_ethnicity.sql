{{ code_dimension('ethnicity', 'ethnicity') }}
