{{ config(materialized='view', database='analyst') }}

{{ indicator_details('front_door') }}
