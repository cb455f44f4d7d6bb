{{ code_dimension('close_reason', 'close_reason') }}
