"""csc-warehouse: from a children's services extract to a number that opens to its records."""
