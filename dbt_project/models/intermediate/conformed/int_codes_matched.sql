{#
    What a coded column may hold (indicators.md section 0): the code, the code and any text after
    it, or the national label alone, in any case; and the spellings of the crosswalk. The letter of
    a list before it, "q) 6: Police", is no part of it: letters differ by council. The longest
    spelling wins, so that E4A is not E4 and NO LONGER REQUIRES is not NO.
#}

with

code as (
    select * from {{ ref('code') }}
),

code_alias as (
    select * from {{ ref('code_alias') }}
),

council_code as (
    select * from {{ source('crosswalk', 'council_code') }}
),

received as (
    select * from {{ ref('int_codes_received') }}
),

texts as (
    select distinct
        la_code,
        code_set,
        raw_value,
        {{ clean_text('raw_value') }} is null as is_empty,
        {{ compared('raw_value') }} as compared_text,
        {{ matches('raw_value', list_letter()) }} as has_letter,
        {{ matches('raw_value', '^ *[(]?[A-Za-z][)]') }} as has_letter_only
    from received
),

-- A text as it is, and without the letter of its list. A word for nothing is a code only where a
-- whole spelling says so: NONE is a disability code, N/A no beginning of N. What begins with a letter and a digit may
-- still be a code, "A3) Placed"; a letter alone is none, or "f) Unknown" would be female.
forms as (
    select
        la_code,
        code_set,
        raw_value,
        compared_text as form_text,
        not (has_letter_only or is_empty) as may_go_on,
        0 as whole_preference,
        6 as start_preference
    from texts
    union all
    select
        la_code,
        code_set,
        raw_value,
        {{ compared(replace_all('raw_value', list_letter(), '')) }} as form_text,
        true as may_go_on,
        2 as whole_preference,
        4 as start_preference
    from texts
    where not is_empty and has_letter
),

-- `preference`: an authority's own spelling is asked first, that of its crosswalk file before that
-- of the seed; then whole values, then beginnings.
spellings as (
    select
        cast(null as string) as la_code,
        code_set,
        {{ compared('code') }} as spelling,
        code,
        true as may_go_on,
        1 as origin
    from code
    union all
    select
        cast(null as string) as la_code,
        code_set,
        {{ compared('label') }} as spelling,
        code,
        false as may_go_on,
        1 as origin
    from code
    union all
    select
        la_code,
        code_set,
        {{ compared('alias') }} as spelling,
        code,
        match = 'start' as may_go_on,
        1 as origin
    from code_alias
    union all
    select
        la_code,
        code_set,
        {{ compared('alias') }} as spelling,
        code,
        false as may_go_on,
        0 as origin
    from council_code
),

candidates as (
    select
        forms.la_code,
        forms.code_set,
        forms.raw_value,
        spellings.code,
        forms.whole_preference + case when spellings.la_code is null then 1 else 0 end
            as preference,
        length(spellings.spelling) as spelling_length,
        spellings.origin
    from forms
    inner join spellings
        on
            forms.code_set = spellings.code_set
            and forms.form_text = spellings.spelling
            and coalesce(spellings.la_code, forms.la_code) = forms.la_code
    union all
    select
        forms.la_code,
        forms.code_set,
        forms.raw_value,
        spellings.code,
        forms.start_preference + case when spellings.la_code is null then 1 else 0 end
            as preference,
        length(spellings.spelling) as spelling_length,
        spellings.origin
    from forms
    inner join spellings
        on
            forms.code_set = spellings.code_set
            and spellings.may_go_on
            and forms.may_go_on
            and substr(forms.form_text, 1, length(spellings.spelling) + 1)
            = spellings.spelling || ' '
            and coalesce(spellings.la_code, forms.la_code) = forms.la_code
),

ranked as (
    select
        la_code,
        code_set,
        raw_value,
        code,
        row_number() over (
            partition by la_code, code_set, raw_value
            order by preference asc, spelling_length desc, origin asc, code asc
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
            when texts.code_set = 'outcome_flags' and texts.is_empty then null
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
