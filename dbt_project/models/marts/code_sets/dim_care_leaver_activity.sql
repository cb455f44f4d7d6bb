{{ code_dimension('care_leaver_activity', 'activity') }}
