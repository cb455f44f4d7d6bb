{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells('care_leavers') }}
