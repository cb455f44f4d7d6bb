{% set content = [
    'clar_cla_review_id',
    'clar_cla_id',
    'clar_cla_review_due_date',
    'clar_cla_review_date',
    'clar_cla_review_cancelled',
    'clar_cla_review_participation',
    'clar_cla_person_id',
] %}
{% set dates = {
    'due_date': 'cla_reviews.clar_cla_review_due_date',
    'review_date': 'cla_reviews.clar_cla_review_date',
} %}
{% set codes = {
    'is_cancelled': 'cancelled_match',
    'participation_code': 'participation_match',
} %}

with

cla_reviews as (
    select * from {{ source('ssd', 'ssd_cla_reviews') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

final as (
    select
        {{ technical_columns('ssd', 'cla_reviews') }},
        cla_reviews._child_key as child_key,
        {{ record_id('cla_reviews', 'clar_cla_review_id', content) }} as record_id,
        {{ clean_id('cla_reviews.clar_cla_review_id') }} as cla_review_id,
        {{ clean_id('cla_reviews.clar_cla_id') }} as care_id,
        {{ clean_date('cla_reviews.clar_cla_review_due_date') }} as due_date,
        {{ clean_date('cla_reviews.clar_cla_review_date') }} as review_date,
        {{ flag('cancelled_match') }} as is_cancelled,
        participation_match.code as participation_code,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        {{ unknown_codes(codes) }} as unknown_codes
    from cla_reviews
    {{ join_codes('cancelled_match', 'yes_no', 'cla_reviews', 'clar_cla_review_cancelled') }}
    {{ join_codes(
        'participation_match', 'review_participation',
        'cla_reviews', 'clar_cla_review_participation'
    ) }}
)

select * from final
