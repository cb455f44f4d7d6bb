{{ code_dimension('care_leaver_accommodation', 'accommodation') }}
