{{ code_dimension('placement_change_reason', 'change_reason') }}
