{%- set record_models = [
    'int_early_help_episodes_conformed',
    'int_referrals_conformed',
    'int_assessments_conformed',
    'int_cin_plans_conformed',
    'int_s47_enquiries_conformed',
    'int_initial_conferences_conformed',
    'int_care_leaver_observations_conformed',
    'int_involvements_conformed',
    'int_worker_posts_conformed',
] %}

with

workers as (
    select * from {{ ref('int_workers_conformed') }}
),

named_workers as (
    select
        la_code,
        worker_key
    from workers
    {% for record_model in record_models %}
    union

    select
        la_code,
        worker_key
    from {{ ref(record_model) }}
    {% endfor %}
),

described_workers as (
    select
        worker_key,
        max(case when is_agency then 1 when not is_agency then 0 end) = 1 as is_agency,
        max(full_time_equivalency) as full_time_equivalency
    from workers
    group by worker_key
),

final as (
    select
        named_workers.worker_key,
        min(named_workers.la_code) as la_code,
        max(case when described_workers.is_agency then 1
            when not described_workers.is_agency then 0 end) = 1 as is_agency,
        max(described_workers.full_time_equivalency) as full_time_equivalency
    from named_workers
    left join described_workers
        on named_workers.worker_key = described_workers.worker_key
    where named_workers.worker_key is not null
    group by named_workers.worker_key
)

select * from final
