-- How staging reads text: null tokens, ids, dates, flags, codes. Every argument is an SQL
-- expression of text as landed.

-- The text trimmed; null where the case system wrote a word for nothing (domain.md 1.3 #6).
{% macro clean_text(text) -%}
    case
        when {{ is_nothing(text) }} then null
        else trim({{ text }})
    end
{%- endmacro %}

-- True for a word for nothing. One comparison after the other: a list of this length would become
-- a join. Landing has taken blanks and tabs off the ends of every value.
{% macro is_nothing(text) -%}
    (
        trim({{ text }}) = ''
        or upper(trim({{ text }})) = chr(92) || 'N'
        {%- for word in words_for_nothing() %}
        or upper(trim({{ text }})) = '{{ word }}'
        {%- endfor %}
    )
{%- endmacro %}

-- What case systems, SQL tools, Excel and pandas write for nothing, in upper case. A code set may
-- give one of them a meaning (NONE, of disabilities); then that counts.
{% macro words_for_nothing() -%}
    {{ return([
        'NULL', '(NULL)', 'SSD_PH', 'PLACEHOLDER_DATA', 'NONE', 'NAN', 'NAT', 'N/A', '#N/A',
        '<NA>', '-', '?', '.',
    ]) }}
{%- endmacro %}


-- An id as text: trimmed, 123.0 is 123, never read as a number (domain.md 1.3 #2); -1 and 0 mean
-- no record (#4).
{% macro clean_id(text) -%}
    case
        when {{ is_nothing(text) }} then null
        when trim({{ text }}) = '-1' or trim({{ text }}) = '0' then null
        when trim({{ text }}) = '-1.0' or trim({{ text }}) = '0.0' then null
        when {{ text }} like '%.0%'
            then regexp_replace(trim({{ text }}), '^([0-9]+)[.]0+$', {{ first_group() }})
        else trim({{ text }})
    end
{%- endmacro %}

-- How a replacement names the pattern's first group.
{% macro first_group() -%}
    {{ adapter.dispatch('first_group')() }}
{%- endmacro %}

{% macro default__first_group() -%}
    chr(92) || '1'
{%- endmacro %}

{% macro spark__first_group() -%}
    '$1'
{%- endmacro %}


-- The calendar day of a text in one of the forms that extracts use: 2024-12-10, 10/12/2024 (the day
-- first), 2024/12/10, each followed by a time or not, and the first and last by a zone; null of
-- anything else. `text` is a column of a raw table, with its relation where it is not the only one.
{% macro day_as_written(text) -%}
    {%- set plain = 'trim(' ~ text ~ ')' -%}
    case
        when
            {{ has_day_in_front(plain) }}
            and (
                length({{ plain }}) = 10
                or substr({{ plain }}, 11) = ' 00:00:00.000'
                or substr({{ plain }}, 11) = ' 00:00:00'
            )
            or {{ matches(plain, written_day_pattern()) }}
            then try_cast({{ iso_day(plain) }} as date)
    end
{%- endmacro %}

-- True of a day from `first` to the last that a date may plausibly be: two years after the extract's
-- month for what happened, fifty for what is expected (indicators.md section 0). The day is written
-- once: a long expression costs its length to plan, in each of a hundred views.
{% macro is_plausible_day(text, first='1900-01-01') -%}
    {%- set parts = text.split('.') -%}
    {%- set relation = parts[0] ~ '.' if parts | length > 1 else '' -%}
    {%- set years = 50 if parts[-1] in expected_date_columns() else 2 -%}
    {%- set month = 'cast(' ~ relation ~ "_extract_month || '-01' as date)" -%}
    {{ day_as_written(text) }} between date '{{ first }}'
    and coalesce({{ last_day_of_month(add_months(month, 12 * years)) }}, date '9999-12-31')
{%- endmacro %}

-- The raw columns of dates that may lie far ahead: `holds: expected_date` in their declarations.
{% macro expected_date_columns() -%}
    {{ return([
        'clar_cla_review_due_date',
        'clea_pathway_plan_review_date',
        'cppr_cp_review_due',
        'dolo_end',
        'duc',
        'end_date',
        'expected_person_birth_date',
        'icpc_icpc_target_date',
        'immi_immigration_status_end_date',
        'initial_cpc_target',
        'latest_pathway_plan_review_date',
        'pers_expected_dob',
    ]) }}
{%- endmacro %}

-- True where the first ten signs have the form of a day.
{% macro has_day_in_front(text) -%}
    (
        substr({{ text }}, 3, 1) = '/' and substr({{ text }}, 6, 1) = '/'
        or substr({{ text }}, 5, 1) = '-' and substr({{ text }}, 8, 1) = '-'
        or substr({{ text }}, 5, 1) = '/' and substr({{ text }}, 8, 1) = '/'
    )
{%- endmacro %}

{% macro written_day_pattern() -%}
    {%- set clock = '[0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
    {%- set zone = ' ?(Z|[+-][0-9]{2}:?[0-9]{2})' -%}
    {{ '^[0-9]{4}(-[0-9]{2}-|/[0-9]{2}/)[0-9]{2}([ T]' ~ clock ~ ')?(' ~ zone ~ ')?$' }}
    {{- '|^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( ' ~ clock ~ ')?$' }}
{%- endmacro %}

-- The ISO form of a text's day part; other text stays as it is.
{% macro iso_day(text) -%}
    case
        when substr({{ text }}, 3, 1) = '/' and substr({{ text }}, 6, 1) = '/'
            then substr({{ text }}, 7, 4) || '-' || substr({{ text }}, 4, 2) || '-'
                || substr({{ text }}, 1, 2)
        when substr({{ text }}, 5, 1) = '-' then substr({{ text }}, 1, 10)
        when substr({{ text }}, 5, 1) = '/' and substr({{ text }}, 8, 1) = '/'
            then replace(substr({{ text }}, 1, 10), '/', '-')
        when {{ text }} like '%/%/%'
            then substr(split_part({{ text }}, '/', 3), 1, 4)
                || '-' || lpad(split_part({{ text }}, '/', 2), 2, '0')
                || '-' || lpad(split_part({{ text }}, '/', 1), 2, '0')
    end
{%- endmacro %}


-- A date: null where it cannot be read or is the placeholder 1900-01-01 (domain.md 1.3 #5).
{% macro clean_date(text) -%}
    case when {{ is_plausible_day(text, first='1900-01-02') }} then {{ day_as_written(text) }} end
{%- endmacro %}

-- A date and time: a date without a time is midnight, a time zone is not looked at.
{% macro clean_timestamp(text) -%}
    case
        when {{ clean_date(text) }} is not null
            then try_cast(
                {{ iso_day('trim(' ~ text ~ ')') }} || ' ' || case
                    when {{ matches(text, '[ T][0-9]{1,2}:') }}
                        then {{ clock_part('trim(' ~ text ~ ')') }}
                    else '00:00:00'
                end as timestamp
            )
    end
{%- endmacro %}

-- The clock of a text that holds a day and a time, without its zone.
{% macro clock_part(text) -%}
    regexp_replace(split_part(replace({{ text }}, 'T', ' '), ' ', 2), '(Z|[+-][0-9:]+)$', '')
{%- endmacro %}


-- The names, comma-joined, of the dates that hold text that is no date. `dates` is a dictionary of
-- conformed name and raw expression.
{% macro unreadable_dates(dates) -%}
    nullif(concat_ws(',', {% for name, text in dates.items() %}
        case
            when {{ is_plausible_day(text) }} then null
            when {{ clean_text(text) }} is not null then '{{ name }}'
        end{{ ',' if not loop.last }}{% endfor %}
    ), '')
{%- endmacro %}

-- The names, comma-joined, of the dates that hold the placeholder 1900-01-01.
{% macro placeholder_dates(dates) -%}
    nullif(concat_ws(',', {% for name, text in dates.items() %}
        case when {{ day_as_written(text) }} = date '1900-01-01' then '{{ name }}' end
        {{- ',' if not loop.last }}{% endfor %}
    ), '')
{%- endmacro %}


-- What identifies a record: its id, else (no id) a hash of all that the row says, so that an exact
-- repeat is one record. `content` lists the columns of the row that say something.
{% macro record_id(relation, id_column, content) -%}
    coalesce({{ clean_id(relation ~ '.' ~ id_column) }}, {{ row_hash(relation, content) }})
{%- endmacro %}

-- Hash of a row's content. Ids that the case system makes anew in every extract are left out of it
-- (domain.md 1.3 #3).
{% macro row_hash(relation, content) -%}
    md5(
        concat_ws(
            '|'
            {%- for column in content %},
            coalesce({{ relation }}.{{ column }}, ''){% endfor %}
        )
    )
{%- endmacro %}


-- The technical columns that every staging view carries beside its content.
{% macro technical_columns(source_system, relation) -%}
    '{{ source_system }}' as source_system,
    {{ relation }}._la_code as la_code,
    {{ relation }}._extract_month as extract_month,
    {{ relation }}._load_id as load_id,
    {{ relation }}._source_file as source_file,
    {{ relation }}._row_number as row_number
{%- endmacro %}


-- Join of a coded column to what its text stands for (int_codes_matched, imported as `codes`).
-- `match` names the joined table: match.code, match.is_known.
{% macro join_codes(match, code_set, relation, column) -%}
    left join codes as {{ match }}
        on
            {{ relation }}._la_code = {{ match }}.la_code
            and {{ match }}.code_set = '{{ code_set }}'
            and {{ relation }}.{{ column }} = {{ match }}.raw_value
{%- endmacro %}

-- The names, comma-joined, of the columns whose text stands for no known code. `codes` is a
-- dictionary of conformed name and match; a list of matches are columns of which one is enough.
-- `numbers` is a dictionary of conformed name and raw expression: text that is no number.
{% macro unknown_codes(codes, numbers={}) -%}
    nullif(concat_ws(',', {% for name, matches in codes.items() %}
        case
            {%- if matches is string %}
            when not {{ matches }}.is_known
            {%- else %}
            when
                coalesce({{ matches | join('.code, ') }}.code) is null
                and not ({% for match in matches %}coalesce({{ match }}.is_known, true)
                    {{- ' and ' if not loop.last }}{% endfor %})
            {%- endif %}
                then '{{ name }}'
        end{{ ',' if not loop.last or numbers }}{% endfor %}{% for name, text in numbers.items() %}
        case
            when {{ clean_number(text) }} is null and {{ clean_text(text) }} is not null
                then '{{ name }}'
        end{{ ',' if not loop.last }}{% endfor %}
    ), '')
{%- endmacro %}

-- A number with or without decimals; null for other text.
{% macro clean_number(text) -%}
    case
        when {{ matches('trim(' ~ text ~ ')', '^-?[0-9]+([.][0-9]*)?$') }}
            then try_cast(trim({{ text }}) as double)
    end
{%- endmacro %}

-- An Ofsted URN (SC and digits, seven digits, or XXXXXXX); null for other text, which may be a name.
{% macro clean_urn(text) -%}
    case
        when {{ matches('upper(trim(' ~ text ~ '))', '^(SC[0-9]{1,7}|[0-9]{5,7}|XXXXXXX)$') }}
            then upper(trim({{ text }}))
    end
{%- endmacro %}

-- What a health check is, from the case system's own words (HLT-01, indicators.md section 0).
{% macro health_check_type(text) -%}
    case
        when {{ clean_text(text) }} is null then null
        when lower({{ text }}) like '%health assessment%' and lower({{ text }}) not like '%review%'
            then 'INITIAL'
        when lower({{ text }}) like '%health assessment%' then 'REVIEW'
        when lower({{ text }}) like '%dent%' then 'DENTAL'
        when lower({{ text }}) like '%development%' then 'DEVELOPMENT'
        else 'OTHER'
    end
{%- endmacro %}

-- The score of a strengths and difficulties questionnaire, a whole number from 0 to 40; null for
-- anything else.
{% macro sdq_score(text) -%}
    case
        when {{ matches('trim(' ~ text ~ ')', '^[0-9]{1,2}([.]0+)?$') }}
            then case
                when try_cast(split_part(trim({{ text }}), '.', 1) as integer) <= 40
                    then try_cast(split_part(trim({{ text }}), '.', 1) as integer)
            end
    end
{%- endmacro %}

-- A flag: a null or unknown one is false (indicators.md section 0).
{% macro flag(alias) -%}
    coalesce({{ alias }}.code = 'Y', false)
{%- endmacro %}


-- The distinct texts of coded columns, before they are matched, with the rows that hold each.
-- `columns` is a list of [code set, raw table, column].
{% macro code_values(source_name, columns) -%}
    {%- for code_set, table_name, column in columns %}
    select
        _la_code as la_code,
        '{{ code_set }}' as code_set,
        '{{ table_name }}' as table_name,
        '{{ column }}' as column_name,
        {{ column }} as raw_value,
        count(*) as row_count
    from {{ source(source_name, table_name) }}
    where {{ column }} is not null
    group by _la_code, {{ column }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


-- The list of factors in a text of one of the shapes that extracts have had (domain.md 1.3 #13):
-- an array ["1A","2B"]; an object of factors {"1A":"Yes"}, where No and nothing are left out; an
-- object with one key again and again {"factor":"1A","factor":"2B"}; or the bare list 1A, 2B.
{% macro factor_texts(text) -%}
    case
        when {{ matches(text, '^ *[{]') }}
            then {{ joined_lists(
                all_matches(text, '"([^"]+)" *: *"?(?:[Yy][Ee]?[Ss]?|[Tt]rue)"? *(?:[,}]|$)'),
                all_matches(
                    replace_all(
                        text,
                        ': *"?(?:[Yy][Ee]?[Ss]?|[Nn][Oo]?|[Tt]rue|[Ff]alse|null|)"? *([,}]|$)',
                        ','
                    ),
                    ': *"([^"]+)"?'
                )
            ) }}
        when {{ text }} like '%"%' then {{ all_matches(text, '"([^", ][^"]*)"?') }}
        else {{ all_matches("replace(replace(" ~ text ~ ", '[', ''), ']', '')", '([^,]+)') }}
    end
{%- endmacro %}


-- The outcomes that are flagged in an outcome text, joined by commas: the keys of an object whose
-- value is yes, without OUTCOME_ before and _FLAG behind; or a list of labels (Mosaic), written
-- the same way: NEW_REFERRAL. A label is known by its words, for what somebody typed may be a
-- name or a note: what is none is OTHER, where no label stands beside it.
{% macro flagged_outcomes(text) -%}
    {%- set word = 'A|ACTIONS?|ADOPTION|ADVICE|AFTER|AGENCY|AGREED|ALLOCATED?|AND|ANOTHER'
        ~ '|ASSESSMENTS?|AT|AUTHORITY|BREAKS?|BY|CARE|CASE|CHILD|CHILDREN|CHILDRENS|CIN|CLA|CLOSED?'
        ~ '|CLOSURE|COMPLETED?|CONFERENCE|CONTACT|CONTINUED?|CORE|COURT|CP|DISABLED'
        ~ '|DISCUSSION|DOWN|DUTY|EARLY|EHM?|END|ENDED|ENQUIRIES|ENQUIRY|EXIST|EXISTING|FAMILY'
        ~ '|FOR|FOSTERING|FROM|FURTHER|GIVEN|GROUP|HEALTH|HELP|ICPC|IN|INFO|INFORMATION'
        ~ '|INITIAL|INTERVENTION|LAC|LEAVERS?|LEGAL|LEVEL|LIST|LOCAL|LOOKED|MASH|MEETING'
        ~ '|MISSING|MONITOR(?:ING)?|NEEDS?|NEW|NFA|NO|NON|NOT|OF|OFFERED|OLA|ONGOING|ONLY'
        ~ '|OPEN|ORDER|OTHERS?|OUT|OUTCOMES?|PASSED|PLACEMENT|PLAN|PLANNING|PRE|PRIVATE'
        ~ '|PROCEED|PROCEEDINGS|PROGRESS(?:ED)?|PROTECTION|PROV|PROVIDED|PROVISION|RECEIVED'
        ~ '|RECORDED|REFER|REFERRALS?|REFERRED|REQUEST(?:ED)?|REQUIRED|REVIEW|RISK|S'
        ~ '|S?(?:17|20|31|47)|SB|SCREENING|SECTION|SERVICES?|SHORT|SIGNPOST(?:ED|ING)?|SINGLE'
        ~ '|SOCIAL|SPECIALIST|STATUTORY|STEP|STRATEGY|SUPPORT|TAF|TARGETED|TEAM|THE|THRESHOLD'
        ~ '|TO|TRANSFER(?:RED)?|UNIVERSAL|UP|VISIT|WITH|WORK|WORKER|YOUNG|YOUTH|[0-9]' -%}
    case
        when {{ text }} like '%"%'
            then {{ joined_members(all_matches(
                'upper(' ~ text ~ ')',
                '"(?:OUTCOME_)?([A-Z0-9_]+?)(?:_FLAG)?" *: *"?(?:YES|YE|Y|TRUE)(?:"|,|}| |$)'
            )) }}
        else coalesce({{ joined_members(all_matches(
            replace_all("',' || " ~ replace_all('upper(' ~ text ~ ')', '[^A-Z0-9,;|]+', '_'),
                '_*([,;|]|$)_*', ',,'),
            ',_*((?:' ~ word ~ ')(?:_(?:' ~ word ~ '))*),'
        )) }}, 'OTHER')
    end
{%- endmacro %}


-- Text as codes and labels are compared: upper case, apostrophes out, other signs as one space.
{% macro compared(text) -%}
    trim({{ replace_all("replace(replace(upper(" ~ text ~ "), '''', ''), chr(8217), '')",
        '[^A-Z0-9]+', ' ') }})
{%- endmacro %}


-- True for text that may be a code or a label: longer text is somebody's words, as at landing.
{% macro is_short_as_a_label(text) -%}
    length({{ text }}) <= 60
{%- endmacro %}
