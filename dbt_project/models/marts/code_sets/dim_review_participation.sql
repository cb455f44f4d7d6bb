{{ code_dimension('review_participation', 'participation') }}
