{{ config(materialized='view', database='analyst') }}

{{ indicator_details('looked_after') }}
