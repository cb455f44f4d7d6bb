{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells('placements') }}
