{{ config(materialized='view', database='analyst', schema='internal') }}

{{ indicator_counted('unaccompanied') }}
