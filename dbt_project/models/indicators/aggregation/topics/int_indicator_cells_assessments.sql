{{ config(materialized='table', schema='intermediate') }}

{{ indicator_cells(ref('int_indicator_detail_assessments'), 'assessments') }}
