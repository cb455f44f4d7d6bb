{{ config(materialized='view', database='analyst') }}

{{ indicator_counted('care_leavers') }}
