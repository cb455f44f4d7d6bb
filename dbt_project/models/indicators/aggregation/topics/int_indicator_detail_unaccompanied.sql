{{ config(materialized='view', database='analyst') }}

{{ indicator_details('unaccompanied') }}
