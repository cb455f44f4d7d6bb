{#
    The standard columns of an ind_ model by the fact that it counts: the key, the day and the
    breakdowns of that fact are said once, here. What else an indicator gives (numerator,
    denominator, quantity, related_record_key …) is passed on.
#}

{# A code that applies and is not known is the text 'not known'. #}
{% macro code_or_not_known(code, condition='true') -%}
    {%- if condition == 'true' -%}
        coalesce({{ code }}, 'not known')
    {%- else -%}
        case when {{ condition }} then coalesce({{ code }}, 'not known') end
    {%- endif -%}
{%- endmacro %}


{# fct_cla_month: children in care at a month end. #}
{% macro cla_month_columns() -%}
{{ indicator_columns(
    record_table='fct_cla_month',
    record_key='cla_month_key',
    event_date='month_end_date',
    age_years='age_years',
    team_key='team_key',
    legal_status_code=code_or_not_known('legal_status_code'),
    placement_type_code=code_or_not_known('placement_type_code'),
    is_unaccompanied='is_unaccompanied',
    **kwargs
) }}
{%- endmacro %}


{# fct_period_of_care: children by the day on which they came into care. #}
{% macro care_start_columns() -%}
{{ indicator_columns(
    record_table='fct_period_of_care',
    record_key='period_of_care_key',
    event_date='start_date',
    age_years='age_at_start_years',
    team_key='team_key',
    legal_status_code=code_or_not_known('start_legal_status_code'),
    placement_type_code=code_or_not_known('start_placement_type_code'),
    is_unaccompanied='is_unaccompanied_at_start',
    **kwargs
) }}
{%- endmacro %}


{# fct_period_of_care: children by the day on which they left care. #}
{% macro care_end_columns() -%}
{{ indicator_columns(
    record_table='fct_period_of_care',
    record_key='period_of_care_key',
    event_date='end_date',
    age_years='age_at_end_years',
    team_key='end_team_key',
    legal_status_code=code_or_not_known('end_legal_status_code'),
    placement_type_code=code_or_not_known('end_placement_type_code'),
    is_unaccompanied='is_unaccompanied_at_end',
    **kwargs
) }}
{%- endmacro %}


{# fct_placement: placements by the day on which they began. #}
{% macro placement_start_columns() -%}
{{ indicator_columns(
    record_table='fct_placement',
    record_key='placement_key',
    event_date='start_date',
    age_years='age_years',
    team_key='team_key',
    legal_status_code=code_or_not_known('legal_status_code'),
    placement_type_code=code_or_not_known('placement_type_code'),
    is_unaccompanied='is_unaccompanied',
    **kwargs
) }}
{%- endmacro %}


{# fct_placement: placements by the day on which they ended. #}
{% macro placement_end_columns() -%}
{{ indicator_columns(
    record_table='fct_placement',
    record_key='placement_key',
    event_date='end_date',
    age_years='age_at_end_years',
    team_key='end_team_key',
    legal_status_code=code_or_not_known('end_legal_status_code'),
    placement_type_code=code_or_not_known('placement_type_code'),
    is_unaccompanied='is_unaccompanied_at_end',
    **kwargs
) }}
{%- endmacro %}


{# fct_missing_episode, by the day that `event_date` names. #}
{% macro missing_episode_columns(event_date) -%}
{{ indicator_columns(
    record_table='fct_missing_episode',
    record_key='missing_episode_key',
    event_date=event_date,
    age_years='age_years',
    team_key='team_key',
    legal_status_code=code_or_not_known('legal_status_code', 'is_looked_after'),
    placement_type_code=code_or_not_known('placement_type_code', 'is_looked_after'),
    is_unaccompanied='is_unaccompanied',
    is_looked_after='is_looked_after',
    **kwargs
) }}
{%- endmacro %}


{# fct_care_leaver_month: young people by the observation that holds at a month end. #}
{% macro care_leaver_month_columns() -%}
{{ indicator_columns(
    record_table='fct_care_leaver_month',
    record_key='care_leaver_month_key',
    related_record_key='care_leaver_outcome_key',
    event_date='month_end_date',
    age_years='age_years',
    team_key='team_key',
    is_unaccompanied='is_unaccompanied',
    **kwargs
) }}
{%- endmacro %}


{# int_care_leaver_birthdays: the observation around a birthday (the national return). #}
{% macro care_leaver_birthday_columns() -%}
{{ indicator_columns(
    record_table='fct_care_leaver_outcome',
    record_key='care_leaver_outcome_key',
    event_date='birthday_date',
    age_years='birthday_age_years',
    team_key='team_key',
    **kwargs
) }}
{%- endmacro %}


{# The age lies in one band of a set; needs the import `age_band`. An unknown age lies in none. #}
{% macro is_in_age_band(age_years, age_band_set, band) -%}
    {{ age_years }} in (
        select age_band.age_years from age_band
        where age_band.age_band_set = '{{ age_band_set }}' and age_band.age_band = '{{ band }}'
    )
{%- endmacro %}


{# The row of a seed with valid dates holds on the day. #}
{% macro holds_at(seed, day) -%}
    ({{ day }} >= {{ seed }}.valid_from
    and ({{ day }} < {{ seed }}.valid_to or {{ seed }}.valid_to is null))
{%- endmacro %}


{# 1 where the condition is true, else 0: a numerator. #}
{% macro one_if(condition) -%}
    case when {{ condition }} then 1 else 0 end
{%- endmacro %}
