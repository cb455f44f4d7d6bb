{{ config(materialized='view', database='analyst') }}

{{ indicator_counted('front_door') }}
