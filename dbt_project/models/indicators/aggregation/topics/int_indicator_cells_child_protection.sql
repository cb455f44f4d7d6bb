{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells('child_protection') }}
