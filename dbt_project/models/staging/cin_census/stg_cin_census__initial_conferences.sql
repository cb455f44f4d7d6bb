{#
    The date of a conference stands with the enquiry that led to it or, where there was none, with
    the referral; one that stands at both (rule 2884) is that of the enquiry.
#}
{% set content = [
    'la_child_id',
    'cin_referral_date',
    'date_of_initial_cpc',
] %}
{% set dates = {
    'conference_date': 'conferences.date_of_initial_cpc',
    'target_date': 'conferences.initial_cpc_target',
} %}

with

section47 as (
    select * from {{ source('cin_census', 'section47') }}
),

cin_details as (
    select * from {{ source('cin_census', 'cin_details') }}
),

conferences as (
    select
        _la_code,
        _extract_month,
        _load_id,
        _source_file,
        _row_number,
        _child_key,
        la_child_id,
        cin_referral_date,
        s47_actual_start_date,
        initial_cpc_target,
        date_of_initial_cpc
    from section47
    where date_of_initial_cpc is not null
    union all
    select
        cin_details._la_code,
        cin_details._extract_month,
        cin_details._load_id,
        cin_details._source_file,
        cin_details._row_number,
        cin_details._child_key,
        cin_details.la_child_id,
        cin_details.cin_referral_date,
        cast(null as string) as s47_actual_start_date,
        cast(null as string) as initial_cpc_target,
        cin_details.date_of_initial_cpc
    from cin_details
    left join section47
        on
            cin_details._load_id = section47._load_id
            and cin_details._child_key = section47._child_key
            and cin_details.cin_referral_date = section47.cin_referral_date
            and cin_details.date_of_initial_cpc = section47.date_of_initial_cpc
    where
        cin_details.date_of_initial_cpc is not null
        and section47._load_id is null
),

final as (
    select
        {{ technical_columns('cin_census', 'conferences') }},
        conferences._child_key as child_key,
        {{ census_record_id('conferences', ['cin_referral_date', 'date_of_initial_cpc'], content) }}
            as record_id,
        {{ census_link('conferences', ['cin_referral_date', 'date_of_initial_cpc']) }}
            as initial_conference_id,
        {{ census_link('conferences', ['cin_referral_date', 's47_actual_start_date']) }}
            as s47_enquiry_id,
        {{ census_link('conferences', ['cin_referral_date']) }} as referral_id,
        {{ clean_date('conferences.initial_cpc_target') }} as target_date,
        {{ clean_date('conferences.date_of_initial_cpc') }} as conference_date,
        cast(null as boolean) as is_transfer_in,
        cast(null as boolean) as is_cp_plan_outcome,
        cast(null as string) as team,
        cast(null as string) as worker_key,
        {{ unreadable_dates(dates) }} as unreadable_dates,
        {{ placeholder_dates(dates) }} as placeholder_dates,
        cast(null as string) as unknown_codes
    from conferences
)

select * from final
