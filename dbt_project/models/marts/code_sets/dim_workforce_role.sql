{{ code_dimension('workforce_role', 'workforce_role') }}
