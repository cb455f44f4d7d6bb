{{ code_dimension('care_leaver_eligibility', 'eligibility') }}
