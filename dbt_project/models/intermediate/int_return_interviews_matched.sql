{#
    What the local file and the extract say of the same interview: the local row is of the spell
    that it names, else of the child's spell that starts when it says, to the minute or that day.
    Where the local file says offered or accepted it wins; the extract's words stand beside it.
#}

with

spells as (
    select * from {{ ref('int_missing_spells_conformed') }}
),

interviews as (
    select * from {{ ref('int_return_interviews_conformed') }}
),

candidates as (
    select
        interviews.record_key,
        spells.record_key as spell_record_key,
        spells.missing_spell_id,
        1 as preference
    from interviews
    inner join spells
        on
            interviews.la_code = spells.la_code
            and interviews.child_key = spells.child_key
            and interviews.missing_spell_id = spells.missing_spell_id
    union all
    select
        interviews.record_key,
        spells.record_key as spell_record_key,
        spells.missing_spell_id,
        case when interviews.missing_start_at = spells.start_at then 2 else 3 end as preference
    from interviews
    inner join spells
        on
            interviews.la_code = spells.la_code
            and interviews.child_key = spells.child_key
            and cast(interviews.missing_start_at as date) = cast(spells.start_at as date)
),

ranked_candidates as (
    select
        record_key,
        spell_record_key,
        row_number() over (
            partition by record_key
            order by preference asc, missing_spell_id desc nulls last, spell_record_key desc
        ) as candidate_rank
    from candidates
),

-- Of several interviews after one spell, the one that was held first speaks for it.
local_interviews as (
    select
        interviews.*,
        matches.spell_record_key,
        row_number() over (
            partition by coalesce(matches.spell_record_key, interviews.record_key)
            order by
                case when interviews.accepted_code = 'Y' then 0 else 1 end,
                interviews.held_at asc nulls last,
                interviews.return_interview_id desc nulls last,
                interviews.record_key desc
        ) as interview_rank
    from interviews
    left join ranked_candidates as matches
        on
            interviews.record_key = matches.record_key
            and matches.candidate_rank = 1
),

final as (
    select
        local_interviews.record_key as return_interview_key,
        local_interviews.la_code,
        local_interviews.child_key,
        local_interviews.spell_record_key,
        local_interviews.spell_record_key is not null
        and local_interviews.interview_rank = 1 as is_of_spell,
        coalesce(local_interviews.offered_code, spells.interview_offered_code) as offered_code,
        coalesce(local_interviews.accepted_code, spells.interview_accepted_code)
            as accepted_code,
        spells.interview_offered_code as extract_offered_code,
        spells.interview_accepted_code as extract_accepted_code,
        coalesce(local_interviews.offered_code <> spells.interview_offered_code, false)
        or coalesce(local_interviews.accepted_code <> spells.interview_accepted_code, false)
            as is_different,
        local_interviews.missing_end_at,
        local_interviews.offered_at,
        local_interviews.held_at,
        local_interviews.missing_reason_code,
        local_interviews.is_independent,
        local_interviews.load_id,
        local_interviews.source_file,
        local_interviews.row_number
    from local_interviews
    left join spells on local_interviews.spell_record_key = spells.record_key
    union all
    select
        spells.record_key as return_interview_key,
        spells.la_code,
        spells.child_key,
        spells.record_key as spell_record_key,
        true as is_of_spell,
        spells.interview_offered_code as offered_code,
        spells.interview_accepted_code as accepted_code,
        spells.interview_offered_code as extract_offered_code,
        spells.interview_accepted_code as extract_accepted_code,
        false as is_different,
        cast(null as timestamp) as missing_end_at,
        cast(null as timestamp) as offered_at,
        cast(null as timestamp) as held_at,
        cast(null as string) as missing_reason_code,
        cast(null as boolean) as is_independent,
        spells.load_id,
        spells.source_file,
        spells.row_number
    from spells
    left join (
        select distinct spell_record_key
        from local_interviews
        where spell_record_key is not null
    ) as told on spells.record_key = told.spell_record_key
    where
        told.spell_record_key is null
        and (
            spells.interview_offered_code is not null
            or spells.interview_accepted_code is not null
        )
)

select * from final
