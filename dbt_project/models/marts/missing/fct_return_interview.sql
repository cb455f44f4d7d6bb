with

interviews as (
    select * from {{ ref('int_return_interviews_matched') }}
),

groups as (
    select * from {{ ref('int_missing_spells_grouped') }}
),

episodes as (
    select * from {{ ref('int_missing_episodes_merged') }}
),

localities as (
    select * from {{ ref('int_child_localities') }}
),

placed_interviews as (
    select
        interviews.*,
        case
            when groups.first_spell_key is not null
                then {{ hash_key(['interviews.child_key', 'groups.first_spell_key']) }}
        end as missing_episode_key
    from interviews
    left join groups
        on interviews.spell_record_key = groups.record_key
),

final as (
    select
        interviews.return_interview_key,
        interviews.la_code,
        interviews.child_key,
        interviews.missing_episode_key,
        interviews.offered_code,
        interviews.accepted_code,
        interviews.extract_offered_code,
        interviews.extract_accepted_code,
        interviews.is_different,
        interviews.held_at,
        {{ hours_between('episodes.returned_at', 'interviews.held_at') }} as hours_from_return,
        interviews.missing_reason_code,
        interviews.is_independent,
        localities.locality_key,
        interviews.load_id,
        interviews.source_file,
        interviews.row_number
    from placed_interviews as interviews
    left join episodes
        on interviews.missing_episode_key = episodes.missing_episode_key
    {{ join_locality('interviews', 'episodes.start_date') }}
)

select * from final
