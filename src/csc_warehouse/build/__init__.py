"""From the lake to a release candidate, by dbt."""
