{{ code_dimension('placement_provider', 'provider') }}
