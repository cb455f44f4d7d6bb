{{ code_dimension('disability', 'disability') }}
