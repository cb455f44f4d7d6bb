-- Every key of every fact stands in its dimension, or in the fact that it links to: one row per
-- record and missing key. The columns come from the contracts, so that a new one is tested too.
{%- set homes = {
    'la_code': ('dim_authority', 'la_code'),
    'child_key': ('dim_child', 'child_key'),
    'team_key': ('dim_team', 'team_key'),
    'worker_key': ('dim_worker', 'worker_key'),
    'locality_key': ('dim_locality', 'locality_key'),
    'referral_key': ('fct_referral', 'referral_key'),
    'assessment_key': ('fct_assessment', 'assessment_key'),
    's47_enquiry_key': ('fct_s47_enquiry', 's47_enquiry_key'),
    'initial_conference_key': ('fct_initial_conference', 'initial_conference_key'),
    'cp_plan_key': ('fct_cp_plan', 'cp_plan_key'),
    'period_of_care_key': ('fct_period_of_care', 'period_of_care_key'),
    'placement_key': ('fct_placement', 'placement_key'),
    'previous_placement_key': ('fct_placement', 'placement_key'),
    'move_group_key': ('fct_placement', 'placement_key'),
    'stability_group_key': ('fct_placement', 'placement_key'),
    'missing_episode_key': ('fct_missing_episode', 'missing_episode_key'),
    'worker_post_key': ('fct_worker_post', 'worker_post_key'),
    'care_leaver_outcome_key': ('fct_care_leaver_outcome', 'care_leaver_outcome_key'),
} %}
-- depends_on: {{ ref('dim_authority') }}
-- depends_on: {{ ref('dim_child') }}
-- depends_on: {{ ref('dim_team') }}
-- depends_on: {{ ref('dim_worker') }}
-- depends_on: {{ ref('dim_locality') }}
{%- for fact in fact_models() %}
-- depends_on: {{ ref(fact) }}
{%- endfor %}

{%- set named = {} %}
{%- if execute %}
    {%- for node in graph.nodes.values() if node.name in fact_models() %}
        {%- for column in homes if column in node.columns and homes[column][0] != node.name %}
            {%- do named.setdefault(homes[column], []).append((node.name, column)) %}
        {%- endfor %}
    {%- endfor %}
{%- endif %}

with

-- Each home is read once, whatever the number of facts that name its keys.
{%- for home, columns in named.items() %}
keys_of_{{ home[0] }} as (
    {%- for fact, column in columns %}
    select
        '{{ fact }}' as fact_name,
        '{{ column }}' as column_name,
        {{ column }} as home_key
    from {{ ref(fact) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

missing_in_{{ home[0] }} as (
    select
        named_keys.fact_name,
        named_keys.column_name,
        named_keys.home_key as missing_key
    from keys_of_{{ home[0] }} as named_keys
    left join {{ ref(home[0]) }} as homes
        on named_keys.home_key = homes.{{ home[1] }}
    where
        named_keys.home_key is not null
        and homes.{{ home[1] }} is null
),
{% endfor %}
final as (
    {%- for home in named %}
    select
        fact_name,
        column_name,
        missing_key
    from missing_in_{{ home[0] }}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as string) as fact_name,
        cast(null as string) as column_name,
        cast(null as string) as missing_key
    where false
    {%- endfor %}
)

select * from final
