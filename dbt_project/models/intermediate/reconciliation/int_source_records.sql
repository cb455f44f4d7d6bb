{#
    The records of every source that is compared with another, before one is chosen: the newest
    version of each, once for every measure that it counts for. Only the authorities and sources of
    int_source_pairs are read.
#}
{% set compared_tables = [
    ('ssd_cla_episodes', 'ssd__cla_episodes'),
    ('ssda903_episodes', 'ssda903__episodes'),
    ('annex_a_cla_episodes', 'annex_a__cla_episodes'),
    ('ssd_missing_spells', 'ssd__missing_spells'),
    ('ssda903_missing', 'ssda903__missing'),
    ('ssd_referrals', 'ssd__cin_episodes'),
    ('annex_a_referrals', 'annex_a__referrals'),
    ('cin_census_referrals', 'cin_census__referrals'),
    ('ssd_s47_enquiries', 'ssd__s47_enquiries'),
    ('annex_a_s47_enquiries', 'annex_a__s47_enquiries'),
    ('cin_census_s47_enquiries', 'cin_census__s47_enquiries'),
    ('ssd_cp_plans', 'ssd__cp_plans'),
    ('annex_a_cp_plans', 'annex_a__cp_plans'),
    ('cin_census_cp_plans', 'cin_census__cp_plans'),
] %}

with

source_pairs as (
    select * from {{ ref('int_source_pairs') }}
),

{% for name, staged in compared_tables -%}
{{ name }} as (
    select * from {{ ref('stg_' ~ staged) }}
),

{% endfor -%}
compared as (
    select la_code, subject, source_system
    from source_pairs
    union
    select la_code, subject, other_source_system as source_system
    from source_pairs
),

-- A row of Annex A is a whole period of care: its start and its end are the child's.
received as (
    {{ compared_records('ssd_cla_episodes', 'care', 'cla_episodes', 'start_date', 'end_date',
        "start_reason_code = 'S'", "end_reason_code <> 'X1'") }}
    union all
    {{ compared_records('ssda903_episodes', 'care', 'cla_episodes', 'start_date', 'end_date',
        "start_reason_code = 'S'", "end_reason_code <> 'X1'") }}
    union all
    {{ compared_records('annex_a_cla_episodes', 'care', 'cla_episodes', 'start_date', 'end_date',
        'true', 'true') }}
    union all
    {{ compared_records('ssd_missing_spells', 'missing', 'missing_spells',
        'cast(start_at as date)', 'cast(end_at as date)', "missing_type_code = 'M'") }}
    union all
    {{ compared_records('ssda903_missing', 'missing', 'missing_spells',
        'cast(start_at as date)', 'cast(end_at as date)', "missing_type_code = 'M'") }}
    {%- for source_system in ['ssd', 'annex_a', 'cin_census'] %}
    union all
    {{ compared_records(source_system ~ '_referrals', 'front_door', 'referrals', 'referral_date') }}
    union all
    {{ compared_records(source_system ~ '_s47_enquiries', 'front_door', 's47_enquiries',
        'start_date') }}
    union all
    {{ compared_records(source_system ~ '_cp_plans', 'front_door', 'cp_plans', 'start_date',
        'end_date') }}
    {%- endfor %}
),

versions as (
    select
        *,
        row_number() over (
            partition by la_code, source_system, things, record_id, child_key
            order by
                extract_month desc nulls last,
                load_id desc nulls last,
                source_file desc nulls last,
                row_number desc nulls last
        ) as version_rank
    from received
),

latest as (
    select * from versions
    where version_rank = 1 and child_key is not null and start_date is not null
),

-- An event's date is its start; what is counted on a day has its end too.
final as (
    {%- for measure, things, start, end, condition in [
        ('children_looked_after', 'cla_episodes', 'start_date', 'end_date', 'true'),
        ('children_starting_care', 'cla_episodes', 'start_date', none, 'is_first'),
        ('children_ceasing_care', 'cla_episodes', 'end_date', none,
            'is_last and end_date is not null'),
        ('missing_episodes_started', 'missing_spells', 'start_date', none, 'is_first'),
        ('referrals', 'referrals', 'start_date', none, 'true'),
        ('section_47_enquiries', 's47_enquiries', 'start_date', none, 'true'),
        ('child_protection_plans_started', 'cp_plans', 'start_date', none, 'true'),
        ('children_on_child_protection_plan', 'cp_plans', 'start_date', 'end_date', 'true'),
    ] %}
    select
        la_code,
        source_system,
        '{{ measure }}' as measure,
        child_key,
        {{ start }} as start_date,
        {{ end or 'cast(null as date)' }} as end_date
    from latest
    where things = '{{ things }}' and {{ condition }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
)

select * from final
