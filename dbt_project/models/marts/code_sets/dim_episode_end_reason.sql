{{ code_dimension('episode_end_reason', 'end_reason') }}
