{#
    The CTEs `authority_indicators` (one row per authority and indicator of the register that holds
    at the authority's as-at date, with its source) and `needed` (one row per table, or column, that
    it needs of its source and of the local extensions).
#}
{% macro indicator_registered() -%}
{#- The register's column by which each source says what it needs. #}
{%- set needs = {
    'ssd': 'needs_ssd',
    'annex_a': 'needs_annex_a',
    'ssda903': 'needs_ssda903',
    'cin_census': 'needs_cin_census',
} %}
indicator as (
    select * from {{ ref('indicator') }}
),

aggregation as (
    select * from {{ ref('aggregation') }}
),

occasion as (
    select * from {{ ref('occasion') }}
),

child_population as (
    select distinct area as la_code
    from {{ ref('child_population') }}
    where area_type = 'authority'
),

int_authorities as (
    select * from {{ ref('int_authorities') }}
),

int_subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

authority_indicators as (
    select
        int_authorities.la_code,
        int_authorities.as_at_date,
        int_authorities.history_start_date,
        indicator.indicator_code,
        indicator.indicator_name,
        indicator.aggregation,
        aggregation.counts,
        aggregation.gives,
        aggregation.has_breakdowns,
        coalesce(occasion.occasion, 'any') as occasion,
        child_population.la_code is not null as has_child_population,
        indicator.measured_as,
        indicator.period_types,
        indicator.age_band_set,
        int_subject_sources.source_system,
        case int_subject_sources.source_system
            {%- for source_system, column in needs.items() %}
            when '{{ source_system }}' then nullif(trim(indicator.{{ column }}), '')
            {%- endfor %}
        end as needs,
        nullif(trim(indicator.needs_local), '') as needs_local,
        nullif(trim(indicator.needs_local), '') is not null
        {%- for column in needs.values() %}
        and nullif(trim(indicator.{{ column }}), '') is null
        {%- endfor %} as is_local_alone
    from int_authorities
    cross join indicator
    left join aggregation on indicator.aggregation = aggregation.aggregation
    left join occasion on indicator.indicator_code = occasion.indicator_code
    left join child_population on int_authorities.la_code = child_population.la_code
    left join int_subject_sources
        on
            int_authorities.la_code = int_subject_sources.la_code
            and indicator.source_subject = int_subject_sources.subject
    where
        indicator.valid_from <= int_authorities.as_at_date
        and (indicator.valid_to > int_authorities.as_at_date or indicator.valid_to is null)
),

needed_words as (
    select
        la_code,
        indicator_code,
        indicator_name,
        measured_as,
        source_system,
        {{ indicator_split_words('needs') }} as needed_word
    from authority_indicators
    where needs is not null

    union all

    select
        la_code,
        indicator_code,
        indicator_name,
        measured_as,
        'local' as source_system,
        {{ indicator_split_words('needs_local') }} as needed_word
    from authority_indicators
    where needs_local is not null
),

needed as (
    select
        la_code,
        indicator_code,
        indicator_name,
        measured_as,
        source_system,
        split_part(needed_word, '.', 1) as table_name,
        nullif(split_part(needed_word, '.', 2), '') as column_name
    from needed_words
)
{%- endmacro %}
