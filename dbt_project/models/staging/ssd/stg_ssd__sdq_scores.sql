{% set content = [
    'csdq_table_id',
    'csdq_person_id',
    'csdq_sdq_completed_date',
    'csdq_sdq_reason',
    'csdq_sdq_score',
] %}
{% set dates = {
    'completed_date': 'sdq_scores.csdq_sdq_completed_date',
} %}
{% set codes = {
    'no_score_reason_code': 'reason_match',
} %}
{% set numbers = {
    'score': 'sdq_scores.csdq_sdq_score',
} %}

with

sdq_scores as (
    select * from {{ source('ssd', 'ssd_sdq_scores') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'sdq_scores') }},
        sdq_scores._child_key as child_key,
        {{ record_id('sdq_scores', 'csdq_table_id', content) }} as record_id,
        {{ clean_id('sdq_scores.csdq_table_id') }} as sdq_score_id,
        {{ clean_date('sdq_scores.csdq_sdq_completed_date') }} as completed_date,
        {{ sdq_score('sdq_scores.csdq_sdq_score') }} as score,
        reason_match.code as no_score_reason_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes, numbers) }} as unknown_codes
    from sdq_scores
    {{ join_codes('reason_match', 'sdq_reason', 'sdq_scores', 'csdq_sdq_reason') }}
)

select * from final
