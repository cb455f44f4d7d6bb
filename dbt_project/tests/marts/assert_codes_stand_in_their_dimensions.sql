-- Every code of every fact stands in the dimension of its code set: one row per missing code.
-- The columns come from the contracts; a code column that is in no list here is a failure too.
{%- set homes = {
    'source_code': ('dim_referral_source', 'referral_source_code'),
    'primary_need_code': ('dim_primary_need', 'primary_need_code'),
    'close_reason_code': ('dim_close_reason', 'close_reason_code'),
    'factor_code': ('dim_assessment_factor', 'factor_code'),
    'initial_category_code': ('dim_abuse_category', 'category_code'),
    'latest_category_code': ('dim_abuse_category', 'category_code'),
    'legal_status_code': ('dim_legal_status', 'legal_status_code'),
    'start_legal_status_code': ('dim_legal_status', 'legal_status_code'),
    'end_legal_status_code': ('dim_legal_status', 'legal_status_code'),
    'start_reason_code': ('dim_episode_start_reason', 'start_reason_code'),
    'end_reason_code': ('dim_episode_end_reason', 'end_reason_code'),
    'placement_type_code': ('dim_placement_type', 'placement_type_code'),
    'start_placement_type_code': ('dim_placement_type', 'placement_type_code'),
    'end_placement_type_code': ('dim_placement_type', 'placement_type_code'),
    'turned_18_placement_type_code': ('dim_placement_type', 'placement_type_code'),
    'provider_code': ('dim_placement_provider', 'provider_code'),
    'change_reason_code': ('dim_placement_change_reason', 'change_reason_code'),
    'participation_code': ('dim_review_participation', 'participation_code'),
    'eligibility_code': ('dim_care_leaver_eligibility', 'eligibility_code'),
    'in_touch_code': ('dim_care_leaver_in_touch', 'in_touch_code'),
    'accommodation_code': ('dim_care_leaver_accommodation', 'accommodation_code'),
    'activity_code': ('dim_care_leaver_activity', 'activity_code'),
    'missing_reason_code': ('dim_missing_reason', 'missing_reason_code'),
    'education_status_code': ('dim_education_status', 'education_status_code'),
    'school_phase_code': ('dim_school_phase', 'school_phase_code'),
    'workforce_role_code': ('dim_workforce_role', 'workforce_role_code'),
} %}
{%- set without_dimension = [
    'la_code', 'missing_type_code', 'offered_code', 'accepted_code',
    'extract_offered_code', 'extract_accepted_code',
    'health_check_type_code', 'status_code',
] %}
{%- for home in homes.values() %}
-- depends_on: {{ ref(home[0]) }}
{%- endfor %}
{%- for fact in fact_models() %}
-- depends_on: {{ ref(fact) }}
{%- endfor %}

with

final as (
    {%- set checks = [] %}
    {%- if execute %}
        {%- for node in graph.nodes.values() if node.name in fact_models() %}
            {%- for column in node.columns
                if column.endswith('_code') and column not in without_dimension %}
                {%- do checks.append((node.name, column)) %}
            {%- endfor %}
        {%- endfor %}
    {%- endif %}
    {%- for fact, column in checks %}
    select distinct
        '{{ fact }}' as fact_name,
        '{{ column }}' as column_name,
        facts.{{ column }} as missing_code
    from {{ ref(fact) }} as facts
    {%- if column in homes %}
    left join {{ ref(homes[column][0]) }} as homes
        on facts.{{ column }} = homes.{{ homes[column][1] }}
    where
        facts.{{ column }} is not null
        and homes.{{ homes[column][1] }} is null
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {%- else %}
    select
        cast(null as string) as fact_name,
        cast(null as string) as column_name,
        cast(null as string) as missing_code
    where false
    {%- endfor %}
)

select * from final
