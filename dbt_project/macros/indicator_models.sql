{#
    The indicators whose ind_ models are united, as the csc command passes them: each with its name,
    code, topic, what it counts and whether it is an event or a snapshot (see seeds/indicators).
#}
{% macro indicator_models() -%}
{%- set given = var('indicators', []) -%}
{{ return(fromjson(given) if given is string else given) }}
{%- endmacro %}


{# The topics of the register: the indicators of one are added up together. #}
{% macro indicator_topics() -%}
{{ return([
    'front_door', 'referrals', 'assessments', 'child_protection', 'looked_after', 'placements',
    'health', 'missing', 'unaccompanied', 'care_leavers', 'permanence', 'workforce',
]) }}
{%- endmacro %}


{#
    A condition that says to the engine, before it reads a row, which branches of
    a topic a model needs: the indicators that count `counts` (records, children or a
    quantity) as events, and with `with_snapshots` the snapshots that count records or children.
    True where no indicators were passed (a parse, a unit test).
#}
{% macro indicator_is_counted_here(column, counts, with_snapshots=false) -%}
    {%- set codes = [] -%}
    {%- for indicator in indicator_models() -%}
        {%- if indicator.counts == counts and indicator.measured_as == 'event' -%}
            {%- do codes.append(indicator.code) -%}
        {%- elif counts == 'quantity' and indicator.counts == 'quantity' -%}
            {%- do codes.append(indicator.code) -%}
        {%- elif with_snapshots and indicator.measured_as == 'snapshot'
            and indicator.counts != 'quantity' -%}
            {%- do codes.append(indicator.code) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if codes -%}
        {{ column }} in ({% for code in codes | unique | sort -%}
            '{{ code }}'{{ ', ' if not loop.last }}
        {%- endfor %})
    {%- else -%}
        true
    {%- endif -%}
{%- endmacro %}


{#
    The rows counted of the indicators that count `counts` as events (a quantity: or
    as snapshots), from the views of those topics alone that have one: to plan all of them costs
    half a second. From all of them where no indicators were passed.
#}
{% macro indicator_counted_of(counts) -%}
    {%- set topics = [] -%}
    {%- for indicator in indicator_models()
        if indicator.counts == counts
        and (counts == 'quantity' or indicator.measured_as == 'event') -%}
        {%- do topics.append(indicator.topic) -%}
    {%- endfor -%}
    {%- for topic in indicator_topics() if not topics or topic in topics %}
    select * from {{ ref('int_indicator_counted_' ~ topic) }}
    where {{ indicator_is_counted_here('indicator_code', counts) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
{%- endmacro %}
