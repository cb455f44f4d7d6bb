{#
    The latest health assessment and the latest dental check. Which assessment was the initial one
    is not said: it is the first that any month's list shows in the period of care.
#}
{% set checks = {
    'HEALTH': 'date_of_last_health_assessment',
    'DENTAL': 'date_of_last_dental_check',
} %}

with

children as (
    select * from {{ source('annex_a', 'list_8_looked_after_children') }}
),

checks as (
    {%- for type_code, column in checks.items() %}
    select
        {{ technical_columns('annex_a', 'children') }},
        children._child_key as child_key,
        {{ clean_date('children.date_started_to_be_looked_after') }} as care_start_date,
        '{{ type_code }}' as check_code,
        children.{{ column }} as check_text,
        {{ clean_date('children.' ~ column) }} as check_date,
        {{ row_hash('children', ['child_unique_id', column]) }} as row_hash,
        {{ unreadable_dates({'check_date': 'children.' ~ column}) }} as unreadable_dates,
        {{ placeholder_dates({'check_date': 'children.' ~ column}) }} as placeholder_dates
    from children
    where {{ clean_text('children.' ~ column) }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
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
        check_code || '|' || coalesce(cast(check_date as string), row_hash) as record_id,
        cast(null as string) as health_check_id,
        case
            when check_code = 'DENTAL' then 'DENTAL'
            when
                check_date = min(case when check_date >= care_start_date then check_date end) over (
                    partition by la_code, child_key, check_code, care_start_date
                )
                then 'INITIAL'
            else 'REVIEW'
        end as health_check_type_code,
        check_date,
        'COMPLETED' as status_code,
        unreadable_dates,
        placeholder_dates,
        cast(null as string) as unknown_codes
    from checks
)

select * from final
