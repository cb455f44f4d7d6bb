"""Questions to published releases: a value, its records, what moved, what is wrong."""
