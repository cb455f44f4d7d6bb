{#
    Lists 8 and 9 say yes or no, not since when: an unaccompanied child is one since care began. Of a
    young person leaving care it is known in the month of the list, and holds on no day of its own.
#}

with

children as (
    select * from {{ source('annex_a', 'list_8_looked_after_children') }}
),

care_leavers as (
    select * from {{ source('annex_a', 'list_9_care_leavers') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

flagged as (
    select
        {{ technical_columns('annex_a', 'children') }},
        children._child_key as child_key,
        cast({{ clean_date('children.date_started_to_be_looked_after') }} as string) as day,
        {{ row_hash('children', ['child_unique_id']) }} as row_hash,
        unaccompanied_match.code,
        unaccompanied_match.is_known,
        {{ clean_date('children.date_started_to_be_looked_after') }} as start_date,
        cast(null as date) as end_date
    from children
    {{ join_codes(
        'unaccompanied_match', 'yes_no_unknown',
        'children', 'unaccompanied_within_the_last_12_months'
    ) }}
    union all
    select
        {{ technical_columns('annex_a', 'care_leavers') }},
        care_leavers._child_key as child_key,
        'leaving care in ' || care_leavers._extract_month as day,
        {{ row_hash('care_leavers', ['child_unique_id']) }} as row_hash,
        unaccompanied_match.code,
        unaccompanied_match.is_known,
        cast(care_leavers._extract_month || '-01' as date) as start_date,
        cast(care_leavers._extract_month || '-01' as date) as end_date
    from care_leavers
    {{ join_codes(
        'unaccompanied_match', 'yes_no_unknown',
        'care_leavers', 'unaccompanied_or_formerly_unaccompanied'
    ) }}
),

final as (
    select
        source_system,
        la_code,
        extract_month,
        load_id,
        source_file,
        row_number,
        child_key,
        coalesce(day, row_hash) as record_id,
        cast(null as string) as immigration_status_id,
        case when code = 'Y' then 'UASC' end as immigration_status_code,
        start_date,
        end_date,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        case when not is_known then 'immigration_status_code' end as unknown_codes
    from flagged
    where code = 'Y' or not is_known
)

select * from final
