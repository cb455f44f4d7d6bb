{#
    Whether accommodation is asked about: not of those gone abroad or deported, nor where the
    residence is not known (G, H, R), as published. Any other that is not known is asked about.
#}
{% macro is_accommodation_asked(accommodation_code) -%}
    coalesce({{ accommodation_code }}, 'not known') not in ('G', 'H', 'R')
{%- endmacro %}


{# 1 suitable, 2 unsuitable; null where not known. #}
{% macro is_suitable(suitability_code) -%}
    case {{ suitability_code }} when '1' then true when '2' then false end
{%- endmacro %}


{# The activity's code starts with F (full time) or P (part time); false where not known. #}
{% macro is_in_education_employment_training(activity_code) -%}
    coalesce(substring({{ activity_code }}, 1, 1) in ('F', 'P'), false)
{%- endmacro %}
