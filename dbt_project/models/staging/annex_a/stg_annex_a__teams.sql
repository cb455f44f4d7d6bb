{#
    Teams have names only. A name in several rows is one team: its first row stands for it.
#}
{% set lists = annex_a_lists_with_team() %}

with

rows_named as (
    {%- for list in lists %}
    select
        {{ loop.index }} as list_number,
        {{ clean_text('allocated_team') }} as team_name,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from {{ source('annex_a', list) }}
    where {{ clean_text('allocated_team') }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked as (
    select
        {{ technical_columns('annex_a', 'rows_named') }},
        rows_named.team_name,
        row_number() over (
            partition by rows_named._la_code, {{ match_text('rows_named.team_name') }}
            order by
                rows_named._extract_month desc,
                rows_named.list_number asc,
                rows_named._source_file asc,
                rows_named._row_number asc
        ) as choice_number
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
        {{ match_text('team_name') }} as record_id,
        cast(null as string) as team_id,
        team_name,
        cast(null as string) as parent_team_id,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        cast(null as string) as unknown_codes
    from ranked
    where choice_number = 1
)

select * from final
