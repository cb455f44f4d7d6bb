{#
    The 903 does not say when a child's unaccompanied status began: the child's first episode of
    care does.
#}
{% set columns = [
    'immigration_status_id',
    'immigration_status_code',
    'start_date',
    'end_date',
] %}

with

ssd_immigration_statuses as (
    select * from {{ ref('stg_ssd__immigration_statuses') }}
),

ssda903_uasc_rows as (
    select * from {{ ref('stg_ssda903__uasc') }}
),

ssda903_episodes as (
    select * from {{ ref('stg_ssda903__episodes') }}
),

annex_a_immigration_statuses as (
    select * from {{ ref('stg_annex_a__immigration_statuses') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

first_episodes as (
    select
        la_code,
        child_key,
        min(start_date) as start_date
    from ssda903_episodes
    group by la_code, child_key
),

ssda903_uasc as (
    select
        ssda903_uasc_rows.*,
        first_episodes.start_date
    from ssda903_uasc_rows
    left join first_episodes
        on
            ssda903_uasc_rows.la_code = first_episodes.la_code
            and ssda903_uasc_rows.child_key = first_episodes.child_key
),

received as (
    {{ from_chosen_source('ssd_immigration_statuses', 'care', columns) }}
    union all
    {{ from_chosen_source('ssda903_uasc', 'care', columns) }}
    union all
    {{ from_chosen_source('annex_a_immigration_statuses', 'care', columns) }}
),

{{ latest_versions('immigration_statuses', columns) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        child_key,
        immigration_status_id,
        immigration_status_code,
        start_date,
        end_date,
        load_id,
        source_file,
        row_number,
        row_count,
        distinct_row_count,
        unreadable_dates,
        placeholder_dates,
        unknown_codes
    from latest
)

select * from final
