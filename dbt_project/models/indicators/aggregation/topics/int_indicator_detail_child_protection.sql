{{ config(materialized='view', database='analyst') }}

{{ indicator_details('child_protection') }}
