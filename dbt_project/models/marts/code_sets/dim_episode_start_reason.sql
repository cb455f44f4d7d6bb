{{ code_dimension('episode_start_reason', 'start_reason') }}
