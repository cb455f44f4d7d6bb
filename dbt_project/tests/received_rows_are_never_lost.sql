-- Our promise: every row of a standard dataset that gives the subject, and of a local extension,
-- is in its conformed table, repeats counted (row_count). Some take the rows of two tables.
{{ config(tags=['staging']) }}
{% set tables = {
    'persons': ('ssd_person', 'all'),
    'disabilities': ('ssd_disability', 'all'),
    'immigration_statuses': ('ssd_immigration_status', 'care'),
    'families': ('ssd_family', 'front_door'),
    'contacts': ('ssd_contacts', 'front_door'),
    'early_help_episodes': ('ssd_early_help_episodes', 'front_door'),
    'referrals': ('ssd_cin_episodes', 'front_door'),
    'assessments': ('ssd_cin_assessments', 'front_door'),
    'cin_plans': ('ssd_cin_plans', 'front_door'),
    's47_enquiries': ('ssd_s47_enquiry', 'front_door'),
    'initial_conferences': ('ssd_initial_cp_conference', 'front_door'),
    'cp_plans': ('ssd_cp_plans', 'front_door'),
    'cp_reviews': ('ssd_cp_reviews', 'front_door'),
    'legal_statuses': ('ssd_legal_status', 'care'),
    'cla_episodes': ('ssd_cla_episodes', 'care'),
    'placements': ('ssd_cla_placement', 'care'),
    'cla_reviews': ('ssd_cla_reviews', 'care'),
    'health_checks': ('ssd_cla_health', 'care'),
    'case_visits': ('ssd_cin_visits ssd_cp_visits', 'front_door'),
    'cla_visits': ('ssd_cla_visits', 'care'),
    'immunisations': ('ssd_cla_immunisations', 'care'),
    'substance_misuses': ('ssd_cla_substance_misuse', 'care'),
    'convictions': ('ssd_cla_convictions', 'care'),
    'sdq_scores': ('ssd_sdq_scores', 'care'),
    'permanence_plans': ('ssd_permanence', 'care'),
    'missing_spells': ('ssd_missing', 'missing'),
    'care_leaver_observations': ('ssd_care_leavers', 'care_leavers'),
    'involvements': ('ssd_involvements', 'all'),
    'teams': ('ssd_department', 'all'),
    'workers': ('ssd_professionals', 'all'),
} %}
{% set local_tables = {
    'return_interviews': 'return_interviews',
    'education_statuses': 'education_status',
    'worker_posts': 'workforce',
} %}

with

received as (
    {% for table, (raw_tables, subject) in tables.items() %}
    {% for raw_table in raw_tables.split() %}
    select
        '{{ table }}' as table_name,
        count(*) as rows_received
    from {{ source('ssd', raw_table) }} as raw_rows
    inner join {{ ref('int_subject_sources') }} as subject_sources
        on
            raw_rows._la_code = subject_sources.la_code
            and subject_sources.source_system = 'ssd'
            and subject_sources.subject = '{{ subject }}'
    union all
    {% endfor %}
    {% endfor %}
    {% for table, raw_table in local_tables.items() %}
    select
        '{{ table }}' as table_name,
        count(*) as rows_received
    from {{ source('local', raw_table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

received_in_all as (
    select
        table_name,
        sum(rows_received) as rows_received
    from received
    group by table_name
),

conformed as (
    {% for table in tables %}
    select
        '{{ table }}' as table_name,
        coalesce(sum(row_count), 0) as rows_conformed
    from {{ ref('int_' ~ table ~ '_conformed') }}
    where source_system = 'ssd'
    union all
    {% endfor %}
    {% for table in local_tables %}
    select
        '{{ table }}' as table_name,
        coalesce(sum(row_count), 0) as rows_conformed
    from {{ ref('int_' ~ table ~ '_conformed') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select
    received_in_all.table_name,
    received_in_all.rows_received,
    conformed.rows_conformed
from received_in_all
inner join conformed on received_in_all.table_name = conformed.table_name
where received_in_all.rows_received <> conformed.rows_conformed
