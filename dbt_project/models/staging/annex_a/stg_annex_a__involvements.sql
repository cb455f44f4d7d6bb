{#
    The team and worker of a child on lists 7, 8 and 9 are those of the list's month: they hold from
    its first day, on the child's first list from the start of the plan or period of care.
#}
{% set lists = {
    'list_7_child_protection_plans': 'cp_plan_start_date',
    'list_8_looked_after_children': 'date_started_to_be_looked_after',
    'list_9_care_leavers': none,
} %}

with

rows_named as (
    {%- for list, start_column in lists.items() %}
    select
        {{ loop.index }} as list_number,
        {% if start_column %}{{ clean_date(start_column) }}{% else %}cast(null as date){% endif %}
            as begun_date,
        {{ clean_text('allocated_team') }} as team,
        allocated_worker as worker_key,
        cast(_extract_month || '-01' as date) as month_start_date,
        _child_key,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from {{ source('annex_a', list) }}
    where _child_key is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked as (
    select
        {{ technical_columns('annex_a', 'rows_named') }},
        rows_named._child_key as child_key,
        rows_named.list_number,
        rows_named.team,
        rows_named.worker_key,
        rows_named.month_start_date,
        rows_named.begun_date,
        row_number() over (
            partition by rows_named._load_id, rows_named._child_key, rows_named.list_number
            order by rows_named._source_file desc, rows_named._row_number desc
        ) as choice_number,
        min(rows_named._extract_month) over (
            partition by rows_named._la_code, rows_named._child_key, rows_named.list_number
        ) as first_month
    from rows_named
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
        cast(list_number as string) || '|' || extract_month as record_id,
        cast(list_number as string) || '|' || extract_month as involvement_id,
        worker_key,
        cast(null as string) as role_code,
        team,
        case
            when extract_month = first_month and begun_date < month_start_date then begun_date
            else month_start_date
        end as start_date,
        cast(null as date) as end_date,
        cast(null as string) as referral_id,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        cast(null as string) as unknown_codes
    from ranked
    where choice_number = 1
)

select * from final
