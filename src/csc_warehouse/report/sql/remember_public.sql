-- One row per figure that was ever public and counts that it had in full: what the public saw of
-- it, in any release, and in which it stood last. `shown` is this release.
with

version as (
{% for memory in memories %}
    select *
    from read_parquet({{ memory | literal }})

    union all

{% endfor %}
    select *
    from shown
),

final as (
    select
        {{ key }},
        aggregation,
        numerator,
        denominator,
        value,
        max(shown_numerator) as shown_numerator,
        max(shown_denominator) as shown_denominator,
        arg_max(shown_value, release_number) as shown_value,
        min(symbol) as symbol,
        max(release_number) as release_number
    from version
    group by
        {{ key }},
        aggregation,
        numerator,
        denominator,
        value
)

select *
from final
order by
    {{ key }},
    release_number
