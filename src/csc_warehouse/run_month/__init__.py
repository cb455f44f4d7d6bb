"""A month from the dropped files to the published release, for the command and the DAGs."""
