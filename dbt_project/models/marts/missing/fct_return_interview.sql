with

spells as (
    select * from {{ ref('int_missing_spells_conformed') }}
),

groups as (
    select * from {{ ref('int_missing_spells_grouped') }}
),

final as (
    select
        spells.record_key as return_interview_key,
        spells.la_code,
        spells.child_key,
        case
            when groups.first_spell_key is not null
                then {{ hash_key(['spells.child_key', 'groups.first_spell_key']) }}
        end as missing_episode_key,
        spells.interview_offered_code as offered_code,
        spells.interview_accepted_code as accepted_code,
        cast(null as timestamp) as held_at,
        spells.load_id,
        spells.source_file,
        spells.row_number
    from spells
    left join groups
        on spells.record_key = groups.record_key
    where
        spells.interview_offered_code is not null
        or spells.interview_accepted_code is not null
)

select * from final
