{% set coded_columns = [
    ('sex', 'header', 'sex'),
    ('ethnicity', 'header', 'ethnic'),
    ('episode_start_reason', 'episodes', 'rne'),
    ('legal_status', 'episodes', 'ls'),
    ('primary_need', 'episodes', 'cin'),
    ('placement_type', 'episodes', 'place'),
    ('placement_provider', 'episodes', 'place_provider'),
    ('episode_end_reason', 'episodes', 'rec'),
    ('placement_change_reason', 'episodes', 'reason_place_change'),
    ('missing_type', 'missing', 'missing'),
    ('review_participation', 'reviews', 'review_code'),
    ('care_leaver_in_touch', 'oc3', 'in_touch'),
    ('care_leaver_activity', 'oc3', 'activ'),
] %}

with

oc3 as (
    select * from {{ source('ssda903', 'oc3') }}
),

final as (
    {{ code_values('ssda903', coded_columns) }}
    union all
    select
        _la_code as la_code,
        'care_leaver_accommodation' as code_set,
        'oc3' as table_name,
        'accom' as column_name,
        substr(trim(accom), 1, 1) as raw_value,
        count(*) as row_count
    from oc3
    where accom is not null
    group by _la_code, substr(trim(accom), 1, 1)
    union all
    select
        _la_code as la_code,
        'care_leaver_suitability' as code_set,
        'oc3' as table_name,
        'accom' as column_name,
        substr(trim(accom), 2) as raw_value,
        count(*) as row_count
    from oc3
    where accom is not null
    group by _la_code, substr(trim(accom), 2)
)

select * from final
