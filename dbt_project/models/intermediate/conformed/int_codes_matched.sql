{#
    What a coded column may hold (indicators.md section 0): the code, the code and any text after
    it, or the national label alone, in any case; and the spellings of the crosswalk. The longest
    spelling wins, so that E4A is not E4 and NO LONGER REQUIRES is not NO.
#}

with

code as (
    select * from {{ ref('code') }}
),

code_alias as (
    select * from {{ ref('code_alias') }}
),

ssd_code_values as (
    select * from {{ ref('stg_ssd__code_values') }}
),

ssda903_code_values as (
    select * from {{ ref('stg_ssda903__code_values') }}
),

received as (
    select la_code, code_set, raw_value
    from ssd_code_values
    union all
    select la_code, code_set, raw_value
    from ssda903_code_values
),

texts as (
    select distinct
        la_code,
        code_set,
        raw_value,
        {{ clean_text('raw_value') }} is null as is_empty,
        {{ compared('raw_value') }} as compared_text
    from received
),

-- `preference`: an authority's own spelling is asked first, then whole values, then beginnings.
spellings as (
    select
        cast(null as string) as la_code,
        code_set,
        {{ compared('code') }} as spelling,
        code,
        true as may_go_on
    from code
    union all
    select
        cast(null as string) as la_code,
        code_set,
        {{ compared('label') }} as spelling,
        code,
        false as may_go_on
    from code
    union all
    select
        la_code,
        code_set,
        {{ compared('alias') }} as spelling,
        code,
        match = 'start' as may_go_on
    from code_alias
),

candidates as (
    select
        texts.la_code,
        texts.code_set,
        texts.raw_value,
        spellings.code,
        case when spellings.la_code is null then 1 else 0 end as preference,
        length(spellings.spelling) as spelling_length
    from texts
    inner join spellings
        on
            texts.code_set = spellings.code_set
            and texts.compared_text = spellings.spelling
            and coalesce(spellings.la_code, texts.la_code) = texts.la_code
    where not texts.is_empty
    union all
    select
        texts.la_code,
        texts.code_set,
        texts.raw_value,
        spellings.code,
        case when spellings.la_code is null then 3 else 2 end as preference,
        length(spellings.spelling) as spelling_length
    from texts
    inner join spellings
        on
            texts.code_set = spellings.code_set
            and spellings.may_go_on
            and substr(texts.compared_text, 1, length(spellings.spelling) + 1)
            = spellings.spelling || ' '
            and coalesce(spellings.la_code, texts.la_code) = texts.la_code
    where not texts.is_empty
),

ranked as (
    select
        la_code,
        code_set,
        raw_value,
        code,
        row_number() over (
            partition by la_code, code_set, raw_value
            order by preference asc, spelling_length desc, code asc
        ) as candidate_rank
    from candidates
),

chosen as (
    select la_code, code_set, raw_value, code
    from ranked
    where candidate_rank = 1
),

final as (
    select
        texts.la_code,
        texts.code_set,
        texts.raw_value,
        case
            when texts.is_empty then null
            when texts.code_set = 'outcome_flags' then {{ flagged_outcomes('texts.raw_value') }}
            else chosen.code
        end as code,
        (
            texts.is_empty
            or texts.code_set = 'outcome_flags'
            or chosen.code is not null
        ) as is_known
    from texts
    left join chosen
        on
            texts.la_code = chosen.la_code
            and texts.code_set = chosen.code_set
            and texts.raw_value = chosen.raw_value
)

select * from final
