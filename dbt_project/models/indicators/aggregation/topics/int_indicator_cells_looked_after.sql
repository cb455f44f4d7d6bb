{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells('looked_after') }}
