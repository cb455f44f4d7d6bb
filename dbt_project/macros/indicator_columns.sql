{#
    The standard columns of an `ind_` model, in their order: what the indicator gives, and null for
    what does not apply to it. Every argument is an SQL expression over the rows counted.

    record_table, record_key  the table of the marts that the rows come from, and its key there
    related_record_key        a second record whose faults put the row in doubt
    event_date                the day that decides the period; of a snapshot, the month end
    numerator, denominator    0 or 1; a count has no denominator
    numerator_date            where the numerator comes true later: the day from which it counts
    quantity                  the measured amount behind the numerator (days, miles)
    weight                    how much the row's quantity weighs in a mean; without it, as all do
    age_years … duration      what the breakdowns are made of. One that is not given, or null, does
                              not apply, and its rows are left out of that breakdown. A code that
                              applies and is not known is the text 'not known'; an age, null
    age_years                 gives age_band, in the bands of the register; single_age_years gives
                              single years of age
    weeks_to_18, sibling_group, duration  the text of a band, see the seed band
    school_day                the day that lies in a school holiday or in term time
#}
{% macro indicator_columns(
    record_table,
    record_key,
    event_date,
    numerator='1',
    denominator='cast(null as integer)',
    related_record_key='cast(null as varchar)',
    numerator_date='cast(null as date)',
    quantity='cast(null as double)',
    weight='cast(null as double)',
    age_years='cast(null as integer)',
    team_key='cast(null as varchar)',
    legal_status_code='cast(null as varchar)',
    placement_type_code='cast(null as varchar)',
    is_unaccompanied='cast(null as boolean)',
    is_looked_after='cast(null as boolean)',
    single_age_years='cast(null as integer)',
    entry_age_years='cast(null as integer)',
    weeks_to_18='cast(null as varchar)',
    is_care_leaver='cast(null as boolean)',
    is_excluded='cast(null as boolean)',
    referral_source_code='cast(null as varchar)',
    primary_need_code='cast(null as varchar)',
    factor_code='cast(null as varchar)',
    status_after_referral='cast(null as varchar)',
    previous_close_reason_code='cast(null as varchar)',
    sibling_group='cast(null as varchar)',
    school_day='cast(null as date)',
    placement_change_reason_code='cast(null as varchar)',
    abuse_category_code='cast(null as varchar)',
    duration='cast(null as varchar)'
) -%}
la_code,
        {{ record_key }} as record_key,
        '{{ record_table }}' as record_table,
        {{ related_record_key }} as related_record_key,
        child_key,
        {{ event_date }} as event_date,
        {{ numerator_date }} as numerator_date,
        {{ numerator }} as numerator,
        {{ denominator }} as denominator,
        {{ quantity }} as quantity,
        {{ weight }} as weight,
        {{ age_years }} as age_years,
        {{ team_key }} as team_key,
        {{ legal_status_code }} as legal_status_code,
        {{ placement_type_code }} as placement_type_code,
        {{ is_unaccompanied }} as is_unaccompanied,
        {{ is_looked_after }} as is_looked_after,
        {{ single_age_years }} as single_age_years,
        {{ entry_age_years }} as entry_age_years,
        {{ weeks_to_18 }} as weeks_to_18,
        {{ is_care_leaver }} as is_care_leaver,
        {{ is_excluded }} as is_excluded,
        {{ referral_source_code }} as referral_source_code,
        {{ primary_need_code }} as primary_need_code,
        {{ factor_code }} as factor_code,
        {{ status_after_referral }} as status_after_referral,
        {{ previous_close_reason_code }} as previous_close_reason_code,
        {{ sibling_group }} as sibling_group,
        {{ school_day }} as school_day,
        {{ placement_change_reason_code }} as placement_change_reason_code,
        {{ abuse_category_code }} as abuse_category_code,
        {{ duration }} as duration,
        load_id,
        source_file,
        row_number
{%- endmacro %}
