-- Our promise: a record has one row in its conformed table, whatever the source sent.
{{ config(tags=['staging']) }}
{% set tables = [
    'persons', 'disabilities', 'immigration_statuses', 'families', 'contacts',
    'early_help_episodes', 'referrals', 'assessments', 'assessment_factors', 'cin_plans',
    's47_enquiries', 'initial_conferences', 'cp_plans', 'cp_reviews', 'legal_statuses',
    'cla_episodes', 'placements', 'cla_reviews', 'health_checks', 'missing_spells',
    'cla_visits', 'case_visits', 'immunisations', 'substance_misuses', 'convictions', 'sdq_scores',
    'permanence_plans', 'deprivation_of_liberty_orders', 'pre_proceedings',
    'care_leaver_observations', 'involvements', 'teams', 'workers',
    'return_interviews', 'education_statuses', 'worker_posts', 'census_headers',
] %}

{% for table in tables %}
select
    '{{ table }}' as table_name,
    record_key
from {{ ref('int_' ~ table ~ '_conformed') }}
group by record_key
having count(*) > 1 or record_key is null
{{ 'union all' if not loop.last }}
{% endfor %}
