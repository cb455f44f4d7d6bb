{{ code_dimension('abuse_category', 'category') }}
