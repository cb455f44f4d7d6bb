{#
    The lists say whether a child has a disability, not which. Where they differ in one load, yes
    counts: one row per child and load.
#}
{% set lists = annex_a_lists_with_disability() %}

with

codes as (
    select * from {{ ref('int_codes_matched') }}
),

rows_flagged as (
    {%- for list in lists %}
    select
        {{ loop.index }} as list_number,
        does_the_child_have_a_disability,
        _child_key,
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number
    from {{ source('annex_a', list) }}
    where _child_key is not null and does_the_child_have_a_disability is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

ranked as (
    select
        {{ technical_columns('annex_a', 'rows_flagged') }},
        rows_flagged._child_key as child_key,
        disability_match.code,
        disability_match.is_known,
        row_number() over (
            partition by rows_flagged._load_id, rows_flagged._child_key
            order by
                case disability_match.code when 'Y' then 1 when 'N' then 2 else 3 end asc,
                rows_flagged.list_number asc,
                rows_flagged._source_file asc,
                rows_flagged._row_number asc
        ) as choice_number
    from rows_flagged
    {{ join_codes(
        'disability_match', 'yes_no_unknown', 'rows_flagged', 'does_the_child_have_a_disability'
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
        'any' as record_id,
        cast(null as string) as disability_id,
        case code when 'Y' then 'YES' when 'N' then 'NONE' end as disability_code,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        case when not is_known then 'disability_code' end as unknown_codes
    from ranked
    where choice_number = 1
)

select * from final
