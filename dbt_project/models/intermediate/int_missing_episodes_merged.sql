with

groups as (
    select * from {{ ref('int_missing_spells_grouped') }}
),

spells as (
    select * from {{ ref('int_missing_spells_conformed') }}
),

interviews as (
    select * from {{ ref('int_return_interviews_matched') }}
    where is_of_spell
),

grouped_spells as (
    select
        groups.first_spell_key,
        groups.record_key = groups.first_spell_key as is_first,
        spells.la_code,
        spells.child_key,
        spells.missing_type_code,
        spells.start_at,
        spells.end_at,
        coalesce(interviews.missing_end_at, spells.end_at) as returned_at,
        coalesce(interviews.offered_code, spells.interview_offered_code) as offered_code,
        coalesce(interviews.accepted_code, spells.interview_accepted_code) as accepted_code,
        interviews.offered_at,
        interviews.held_at,
        interviews.missing_reason_code,
        interviews.is_independent,
        spells.load_id,
        spells.source_file,
        spells.row_number
    from groups
    inner join spells
        on groups.record_key = spells.record_key
    left join interviews
        on groups.record_key = interviews.spell_record_key
),

-- Null is not offered, and only NA in every spell says that no interview is required.
merged_spells as (
    select
        la_code,
        child_key,
        first_spell_key,
        missing_type_code,
        min(start_at) as start_at,
        case when count(*) = count(end_at) then max(end_at) end as end_at,
        cast(count(*) as integer) as spell_count,
        count(*) filter (
            where offered_code = 'NA'
        ) = count(*) as is_interview_not_applicable,
        count(*) filter (where offered_code = 'Y') > 0 as is_interview_offered,
        count(*) filter (
            where offered_code = 'Y' and accepted_code = 'Y'
        ) > 0 as is_interview_accepted,
        count(*) filter (
            where offered_code = 'Y' and accepted_code = 'N'
        ) > 0 as is_one_declined,
        max(returned_at) as returned_at,
        min(offered_at) filter (where offered_code = 'Y') as interview_offered_at,
        min(held_at) filter (
            where offered_code = 'Y' and accepted_code = 'Y'
        ) as interview_held_at,
        max(missing_reason_code) filter (
            where offered_code = 'Y' and accepted_code = 'Y'
        ) as missing_reason_code,
        count(*) filter (
            where offered_code = 'Y' and accepted_code = 'Y' and is_independent
        ) > 0 as is_interview_independent,
        max(case when is_first then load_id end) as load_id,
        max(case when is_first then source_file end) as source_file,
        max(case when is_first then row_number end) as row_number
    from grouped_spells
    group by
        la_code,
        child_key,
        first_spell_key,
        missing_type_code
),

final as (
    select
        {{ hash_key(['child_key', 'first_spell_key']) }} as missing_episode_key,
        la_code,
        child_key,
        first_spell_key,
        missing_type_code,
        start_at,
        end_at,
        cast(start_at as date) as start_date,
        cast(end_at as date) as end_date,
        spell_count,
        end_at is not null
        and not is_interview_not_applicable as is_interview_required,
        is_interview_offered,
        is_interview_accepted,
        is_one_declined and not is_interview_accepted as is_interview_declined,
        case when end_at is not null then returned_at end as returned_at,
        interview_offered_at,
        interview_held_at,
        missing_reason_code,
        is_interview_independent,
        load_id,
        source_file,
        row_number
    from merged_spells
)

select * from final
