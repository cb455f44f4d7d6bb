{% set content = [
    'invo_involvements_id',
    'invo_professional_id',
    'invo_professional_role_id',
    'invo_professional_team',
    'invo_involvement_start_date',
    'invo_involvement_end_date',
    'invo_worker_change_reason',
    'invo_person_id',
    'invo_referral_id',
] %}
{% set dates = {
    'start_date': 'involvements.invo_involvement_start_date',
    'end_date': 'involvements.invo_involvement_end_date',
} %}

with

involvements as (
    select * from {{ source('ssd', 'ssd_involvements') }}
),

final as (
    select
        {{ technical_columns('ssd', 'involvements') }},
        involvements._child_key as child_key,
        {{ record_id('involvements', 'invo_involvements_id', content) }} as record_id,
        {{ clean_id('involvements.invo_involvements_id') }} as involvement_id,
        involvements.invo_professional_id as worker_key,
        {{ clean_text('involvements.invo_professional_role_id') }} as role_code,
        {{ clean_id('involvements.invo_professional_team') }} as team,
        {{ clean_date('involvements.invo_involvement_start_date') }} as start_date,
        {{ clean_date('involvements.invo_involvement_end_date') }} as end_date,
        {{ clean_id('involvements.invo_referral_id') }} as referral_id,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from involvements
)

select * from final
