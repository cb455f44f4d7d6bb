{{ config(materialized='view', database='analyst') }}

{{ indicator_counted('workforce') }}
