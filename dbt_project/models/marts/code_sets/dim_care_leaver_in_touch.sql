{{ code_dimension('care_leaver_in_touch', 'in_touch') }}
