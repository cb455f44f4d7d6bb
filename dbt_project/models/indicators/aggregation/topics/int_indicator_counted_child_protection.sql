{{ config(materialized='view', database='analyst') }}

{{ indicator_counted('child_protection') }}
