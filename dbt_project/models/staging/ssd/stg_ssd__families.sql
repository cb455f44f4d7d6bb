{% set content = [
    'fami_family_id',
    'fami_person_id',
] %}

with

family as (
    select * from {{ source('ssd', 'ssd_family') }}
),

final as (
    select
        {{ technical_columns('ssd', 'family') }},
        family._child_key as child_key,
        {{ record_id('family', 'fami_family_id', content) }} as record_id,
        {{ clean_id('family.fami_family_id') }} as family_id,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        cast(null as string) as unknown_codes
    from family
)

select * from final
