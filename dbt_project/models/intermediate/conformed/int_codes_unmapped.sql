{#
    What a coded column holds that stands for no code, with the known codes that are written most
    like it. Text longer than a label is no code but somebody's words: it is counted and not shown.
    A number is like another by chance only, so that a lookup id has no suggestion.
#}

with

code as (
    select * from {{ ref('code') }}
),

code_alias as (
    select * from {{ ref('code_alias') }}
),

codes as (
    select * from {{ ref('int_codes_matched') }}
),

received as (
    select * from {{ ref('int_codes_received') }}
),

unmapped as (
    select
        received.la_code,
        received.source_system,
        received.table_name,
        received.column_name,
        received.code_set,
        case when {{ is_short_as_a_label('received.raw_value') }} then received.raw_value end
            as received_value,
        received.row_count
    from received
    inner join codes
        on
            received.la_code = codes.la_code
            and received.code_set = codes.code_set
            and received.raw_value = codes.raw_value
    where not codes.is_known
),

spellings as (
    select code_set, code, {{ compared('code') }} as spelling
    from code
    union
    select code_set, code, {{ compared('label') }} as spelling
    from code
    union
    select code_set, code, {{ compared('alias') }} as spelling
    from code_alias
    where la_code is null
),

wordings as (
    select distinct
        code_set,
        received_value,
        {{ compared(replace_all('received_value', list_letter(), '')) }} as wording
    from unmapped
    where {{ matches('upper(received_value)', '[A-Z]') }}
),

likenesses as (
    select
        wordings.code_set,
        wordings.received_value,
        spellings.code,
        max({{ likeness('wordings.wording', 'spellings.spelling') }}) as likeness
    from wordings
    inner join spellings on wordings.code_set = spellings.code_set
    group by wordings.code_set, wordings.received_value, spellings.code
),

ranked as (
    select
        code_set,
        received_value,
        code,
        row_number() over (
            partition by code_set, received_value
            order by likeness desc, code asc
        ) as likeness_rank
    from likenesses
),

suggested as (
    select
        code_set,
        received_value,
        max(case when likeness_rank = 1 then code end) as suggested_code,
        max(case when likeness_rank = 2 then code end) as second_code,
        max(case when likeness_rank = 3 then code end) as third_code
    from ranked
    where likeness_rank <= 3
    group by code_set, received_value
),

counted as (
    select
        la_code,
        source_system,
        table_name,
        column_name,
        code_set,
        received_value,
        count(*) as value_count,
        cast(sum(row_count) as bigint) as row_count
    from unmapped
    group by la_code, source_system, table_name, column_name, code_set, received_value
),

final as (
    select
        counted.la_code,
        counted.source_system,
        counted.table_name,
        counted.column_name,
        counted.code_set,
        counted.received_value,
        counted.value_count,
        counted.row_count,
        suggested.suggested_code,
        suggested.second_code,
        suggested.third_code
    from counted
    left join suggested
        on
            counted.code_set = suggested.code_set
            and counted.received_value = suggested.received_value
)

select * from final
