-- One row per stage of a child's way through the service, as the facts have it: a contact and the
-- end of care are days, the others last. Records that do not count (repeats of a day, another
-- authority's plans) are no stage.

{#- Stage, fact, its key, first day, end, the key of the stage that it names, which count. #}
{%- set no_key = 'cast(null as string)' %}
{%- set stages = [
    ('contact', 'fct_contact', 'contact_key', 'contact_date', 'contact_date', no_key, 'is_counted'),
    ('early_help', 'fct_early_help_episode', 'early_help_episode_key', 'start_date', 'end_date',
        no_key, 'true'),
    ('referral', 'fct_referral', 'referral_key', 'referral_date', 'close_date', no_key,
        'is_counted'),
    ('assessment', 'fct_assessment', 'assessment_key', 'start_date', 'authorised_date',
        'referral_key', 'true'),
    ('cin_plan', 'fct_cin_plan', 'cin_plan_key', 'start_date', 'end_date', no_key, 'true'),
    ('cp_plan', 'fct_cp_plan', 'cp_plan_key', 'start_date', 'end_date', no_key,
        'not is_other_authority'),
    ('care', 'fct_period_of_care', 'period_of_care_key', 'start_date', 'end_date', no_key, 'true'),
    ('leaving', 'fct_period_of_care', 'period_of_care_key', 'end_date', 'end_date',
        'period_of_care_key', 'is_counted_end'),
] %}

with

final as (
    {%- for stage, fact, key, first_day, last_day, named_key, counted in stages %}
    select
        '{{ stage }}' as stage_code,
        '{{ fact }}' as record_table,
        {{ key }} as record_key,
        la_code,
        child_key,
        {{ first_day }} as start_date,
        {{ last_day }} as end_date,
        {{ named_key }} as named_record_key
    from {{ ref(fact) }}
    where
        {{ first_day }} is not null
        and {{ counted }}
    {{- '\n\n    union all\n' if not loop.last }}
    {%- endfor %}
)

select * from final
