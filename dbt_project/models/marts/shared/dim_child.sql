{%- set record_models = [
    'int_contacts_conformed',
    'int_early_help_episodes_conformed',
    'int_referrals_conformed',
    'int_assessments_conformed',
    'int_assessment_factors_conformed',
    'int_cin_plans_conformed',
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
    'int_immunisations_conformed',
    'int_substance_misuses_conformed',
    'int_convictions_conformed',
    'int_sdq_scores_conformed',
    'int_permanence_plans_conformed',
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

disabilities as (
    select * from {{ ref('int_disabilities_conformed') }}
),

immigration_statuses as (
    select * from {{ ref('int_immigration_statuses_conformed') }}
),

codes as (
    select * from {{ ref('code') }}
),

named_children as (
    select
        la_code,
        child_key
    from persons
    {% for record_model in record_models %}
    union

    select
        la_code,
        child_key
    from {{ ref(record_model) }}
    {% endfor %}
),

-- A key is a hash with the authority in it; should two share one, the first is kept.
children as (
    select
        child_key,
        min(la_code) as la_code
    from named_children
    group by child_key
),

-- A code other than NONE that stands in the extract holds at every day.
disabled_children as (
    select distinct
        la_code,
        child_key
    from disabilities
    where disability_code <> 'NONE'
),

unaccompanied_children as (
    select distinct
        la_code,
        child_key
    from immigration_statuses
    where immigration_status_code = 'UASC'
),

final as (
    select
        children.child_key,
        children.la_code,
        persons.sex_code,
        case persons.sex_code
            when 'M' then 'male'
            when 'F' then 'female'
            else 'not known'
        end as sex,
        persons.ethnicity_code,
        coalesce(ethnicities.group_label, 'not known') as ethnic_group,
        {{ month_start('persons.birth_date') }} as birth_month_date,
        persons.birth_date is not null as is_birth_date_known,
        coalesce(persons.is_birth_date_estimated, false) as is_birth_date_estimated,
        disabled_children.child_key is not null as has_disability,
        case
            when disabled_children.child_key is not null then 'disabled'
            else 'no disability recorded'
        end as disability,
        unaccompanied_children.child_key is not null as has_been_unaccompanied,
        persons.child_key is not null as is_in_person_table,
        persons.load_id,
        persons.source_file,
        persons.row_number
    from children
    left join persons
        on
            children.la_code = persons.la_code
            and children.child_key = persons.child_key
    left join codes as ethnicities
        on
            ethnicities.code_set = 'ethnicity'
            and persons.ethnicity_code = ethnicities.code
    left join disabled_children
        on
            children.la_code = disabled_children.la_code
            and children.child_key = disabled_children.child_key
    left join unaccompanied_children
        on
            children.la_code = unaccompanied_children.la_code
            and children.child_key = unaccompanied_children.child_key
)

select * from final
