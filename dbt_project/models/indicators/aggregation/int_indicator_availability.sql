-- One row per authority and indicator of the register that holds at the authority's as-at date:
-- whether its source delivered what the indicator needs, and if not, why not. What it needs of the
-- local extensions it needs beside the source, whichever that is; an indicator that no source
-- carries stands on the local extensions alone.
{{ config(materialized='table', schema='intermediate') }}

with

{{ indicator_registered() }},

{{ indicator_not_delivered() }},

final as (
    select
        authority_indicators.la_code,
        authority_indicators.as_at_date,
        authority_indicators.history_start_date,
        authority_indicators.indicator_code,
        authority_indicators.indicator_name,
        authority_indicators.aggregation,
        authority_indicators.counts,
        authority_indicators.gives,
        authority_indicators.has_breakdowns,
        authority_indicators.measured_as,
        authority_indicators.period_types,
        authority_indicators.age_band_set,
        case
            when authority_indicators.is_local_alone and not_delivered_local.what is null
                then 'available'
            when authority_indicators.is_local_alone then 'not_delivered'
            when authority_indicators.source_system is null then 'not_delivered'
            when authority_indicators.needs is null then 'not_in_source'
            when not_delivered_lists.what is not null then 'not_delivered'
            when not_delivered_local.what is not null then 'not_delivered'
            when
                authority_indicators.gives = 'rate'
                and not authority_indicators.has_child_population
                then 'no_population'
            else 'available'
        end as availability,
        case
            when authority_indicators.is_local_alone and not_delivered_local.what is null
                then null
            when authority_indicators.is_local_alone
                then
                    'The local extension came without ' || not_delivered_local.what || '.'
            when authority_indicators.source_system is null
                then 'No extract of this subject was delivered.'
            when authority_indicators.needs is null
                then
                    'The source ' || authority_indicators.source_system
                    || ' does not carry what this indicator counts.'
            when not_delivered_lists.what is not null
                then
                    'The extract ' || authority_indicators.source_system || ' came without '
                    || not_delivered_lists.what || '.'
            when not_delivered_local.what is not null
                then
                    'The local extension came without ' || not_delivered_local.what || '.'
            when
                authority_indicators.gives = 'rate'
                and not authority_indicators.has_child_population
                then
                    'How many children live in ' || authority_indicators.la_code
                    || ' is not in seeds/population.'
        end as unavailable_reason
    from authority_indicators
    left join not_delivered_lists
        on
            authority_indicators.la_code = not_delivered_lists.la_code
            and authority_indicators.indicator_name = not_delivered_lists.indicator_name
            and not not_delivered_lists.is_local
    left join not_delivered_lists as not_delivered_local
        on
            authority_indicators.la_code = not_delivered_local.la_code
            and authority_indicators.indicator_name = not_delivered_local.indicator_name
            and not_delivered_local.is_local
)

select * from final
