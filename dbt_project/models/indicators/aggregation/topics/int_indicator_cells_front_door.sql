{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells('front_door') }}
