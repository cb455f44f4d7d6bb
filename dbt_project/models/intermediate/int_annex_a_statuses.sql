{#
    What each month's own lists 6 to 9 say of its month end. An event is known best by the newest
    list, a status only by the list of its day: a plan that ended in July and whose end was recorded
    in August was open on July's list.
#}
{% set statuses = [
    ('referrals', 'children_in_need', 'front_door', 'referral_date',
     counted_close_date('referrals')),
    ('cp_plans', 'cp_plans', 'front_door', 'start_date', 'cp_plans.end_date'),
    ('cla_episodes', 'cla_episodes', 'care', 'start_date', 'cla_episodes.end_date'),
    ('care_leaver_observations', 'care_leavers', 'care_leavers', none, none),
] %}

with

{% for things, staged, _, _, _ in statuses -%}
{{ things }} as (
    select * from {{ ref('stg_annex_a__' ~ staged) }}
),

{% endfor -%}
subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

listed as (
    {%- for things, _, subject, start_column, end_date in statuses %}
    select
        '{{ things }}' as things,
        '{{ subject }}' as subject,
        {{ things }}.la_code,
        {{ things }}.source_system,
        {{ things }}.child_key,
        {{ things }}.record_id,
        {{ last_day_of_month("cast(" ~ things ~ ".extract_month || '-01' as date)") }}
            as month_end_date,
        {% if start_column -%}
        {{ things }}.{{ start_column }} as start_date,
        {{ end_date }} as end_date,
        {%- else -%}
        cast(null as date) as start_date,
        cast(null as date) as end_date,
        {%- endif %}
        {{ start_column is none }} as is_always_open
    from {{ things }}
    where {{ things }}.child_key is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (
    select distinct
        listed.things,
        listed.la_code,
        listed.child_key,
        {{ hash_key([
            'listed.source_system',
            'listed.la_code',
            'listed.things',
            'listed.record_id',
            'listed.child_key',
        ]) }} as record_key,
        listed.month_end_date
    from listed
    inner join subject_sources
        on
            listed.la_code = subject_sources.la_code
            and listed.source_system = subject_sources.source_system
            and listed.subject = subject_sources.subject
    where
        listed.is_always_open
        or {{ is_open_at('listed.start_date', 'listed.end_date', 'listed.month_end_date') }}
)

select * from final
