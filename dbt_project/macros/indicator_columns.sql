{#
    The standard columns of an `ind_` model, in their order: what the indicator gives, and null for
    what does not apply to it. Every argument is an SQL expression over the rows counted.

    record_table, record_key  the table of the marts that the rows come from, and its key there
    related_record_key        a second record whose faults put the row in doubt
    event_date                the day that decides the period; of a snapshot, the month end
    numerator, denominator    0 or 1; a count has no denominator
    numerator_date            where the numerator comes true later: the day from which it counts
    quantity                  the measured amount behind the numerator (days, miles)
    weight                    how much the row's quantity weighs in a mean; without it, as all do

    Every other argument is what a breakdown is made of (made_of of seeds/indicators/breakdown.csv).
    One that is not given, or null, does not apply, and its rows are left out of that breakdown. A
    code that applies and is not known is the text 'not known'; an age, null.

    age_years                 gives age_band, in the bands of the register; single_age_years gives
                              single years of age
    weeks_to_18, sibling_group, duration  the text of a band, see the seed band
    school_day                the day that lies in a school holiday or in term time
#}
{% macro indicator_columns(
    record_table,
    record_key,
    event_date,
    numerator='1',
    denominator='cast(null as integer)',
    related_record_key='cast(null as string)',
    numerator_date='cast(null as date)',
    quantity='cast(null as double)',
    weight='cast(null as double)'
) -%}
{%- set arguments = indicator_breakdown_arguments() -%}
{%- for name in kwargs if arguments and name not in arguments -%}
    {{ exceptions.raise_compiler_error(
        'indicator_columns has no argument ' ~ name ~ ', and no breakdown is made of it'
    ) }}
{%- endfor -%}
la_code,
        {{ record_key }} as record_key,
        '{{ record_table }}' as record_table,
        {{ related_record_key }} as related_record_key,
        child_key,
        {{ event_date }} as event_date,
        {{ numerator_date }} as numerator_date,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ quantity }} as quantity,
        {{ weight }} as weight,
        {%- for name in arguments %}
        {{ kwargs.get(name, 'cast(null as ' ~ indicator_argument_type(name) ~ ')') }} as {{ name }},
        {%- endfor %}
        load_id,
        source_file,
        row_number
{%- endmacro %}


{# The type of what a breakdown is made of: its name says it. #}
{% macro indicator_argument_type(name) -%}
    {%- if name.startswith('is_') -%}
        boolean
    {%- elif name.endswith('_years') -%}
        integer
    {%- elif name.endswith('_day') -%}
        date
    {%- else -%}
        string
    {%- endif -%}
{%- endmacro %}
