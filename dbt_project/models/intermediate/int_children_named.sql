{{ config(materialized='ephemeral') }}

{%- set record_models = [
    'int_contacts_conformed',
    'int_early_help_episodes_conformed',
    'int_referrals_conformed',
    'int_assessments_conformed',
    'int_assessment_factors_conformed',
    'int_cin_plans_conformed',
    'int_pre_proceedings_conformed',
    'int_s47_enquiries_conformed',
    'int_initial_conferences_conformed',
    'int_cp_plans_conformed',
    'int_cp_reviews_conformed',
    'int_legal_statuses_conformed',
    'int_cla_episodes_conformed',
    'int_placements_conformed',
    'int_cla_reviews_conformed',
    'int_health_checks_conformed',
    'int_cla_visits_conformed',
    'int_case_visits_conformed',
    'int_immunisations_conformed',
    'int_substance_misuses_conformed',
    'int_convictions_conformed',
    'int_sdq_scores_conformed',
    'int_permanence_plans_conformed',
    'int_deprivation_of_liberty_orders_conformed',
    'int_missing_spells_conformed',
    'int_care_leaver_observations_conformed',
    'int_involvements_conformed',
    'int_disabilities_conformed',
    'int_immigration_statuses_conformed',
    'int_families_conformed',
    'int_return_interviews_conformed',
    'int_education_statuses_conformed',
] %}

with

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

named_children as (
    {% for record_model in record_models %}
    select
        la_code,
        child_key
    from {{ ref(record_model) }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
),

-- Nearly every child is in the table of persons: the few others are all that is to be made distinct.
other_children as (
    select distinct
        named_children.la_code,
        named_children.child_key
    from named_children
    left join persons
        on {{ same_child('named_children', 'persons') }}
    where persons.child_key is null
),

all_children as (
    select
        la_code,
        child_key
    from persons

    union all

    select
        la_code,
        child_key
    from other_children
),

-- A key is a hash with the authority in it; should two share one, the first is kept.
final as (
    select
        child_key,
        min(la_code) as la_code
    from all_children
    group by child_key
)

select * from final
