"""The doors: the `csc` command, the Airflow tasks, a local Airflow, the documentation."""
