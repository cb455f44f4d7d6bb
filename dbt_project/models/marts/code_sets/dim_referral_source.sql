{{ code_dimension('referral_source', 'referral_source') }}
