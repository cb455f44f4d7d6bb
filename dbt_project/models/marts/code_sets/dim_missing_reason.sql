{{ code_dimension('missing_reason', 'missing_reason') }}
