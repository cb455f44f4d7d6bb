{% set columns = [
    'team_id',
    'team_name',
    'parent_team_id',
] %}

with

ssd_departments as (
    select * from {{ ref('stg_ssd__departments') }}
),

annex_a_teams as (
    select * from {{ ref('stg_annex_a__teams') }}
),

subject_sources as (
    select * from {{ ref('int_subject_sources') }}
),

received as (
    {{ from_chosen_source('ssd_departments', 'all', columns, has_child=false) }}
    union all
    {{ from_chosen_source('annex_a_teams', 'all', columns, has_child=false) }}
),

{{ latest_versions('teams', columns, has_child=false) }},

final as (
    select
        record_key,
        la_code,
        source_system,
        team_id,
        team_name,
        parent_team_id,
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
