{{ code_dimension('education_status', 'education_status') }}
