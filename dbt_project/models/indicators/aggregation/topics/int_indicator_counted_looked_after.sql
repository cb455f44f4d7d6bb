{{ config(materialized='view', database='analyst') }}

{{ indicator_counted('looked_after') }}
