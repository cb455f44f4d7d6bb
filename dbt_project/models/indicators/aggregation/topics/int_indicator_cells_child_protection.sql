{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells(ref('int_indicator_detail_child_protection'), 'child_protection') }}
