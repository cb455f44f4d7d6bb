{# The facts of the star; a test says so where this list and the marts differ. #}
{% macro fact_models() -%}
    {{ return([
        'fct_contact',
        'fct_early_help_episode',
        'fct_referral',
        'fct_assessment',
        'fct_assessment_factor',
        'fct_s47_enquiry',
        'fct_initial_conference',
        'fct_cp_plan',
        'fct_cp_review',
        'fct_cin_plan',
        'fct_cin_month',
        'fct_cp_month',
        'fct_period_of_care',
        'fct_cla_episode',
        'fct_placement',
        'fct_cla_review',
        'fct_health_assessment',
        'fct_cla_month',
        'fct_missing_episode',
        'fct_return_interview',
        'fct_care_leaver_outcome',
        'fct_care_leaver_month',
    ]) }}
{%- endmacro %}
