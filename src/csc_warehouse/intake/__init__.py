"""From the files that a case system dropped to the lake, losing nothing."""
