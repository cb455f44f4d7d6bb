{{ code_dimension('primary_need', 'primary_need') }}
