{{ config(materialized='view', database='analyst') }}

{{ indicator_details('care_leavers') }}
