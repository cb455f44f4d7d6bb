with

groups as (
    select * from {{ ref('int_missing_spells_grouped') }}
),

spells as (
    select * from {{ ref('int_missing_spells_conformed') }}
),

grouped_spells as (
    select
        groups.first_spell_key,
        groups.record_key = groups.first_spell_key as is_first,
        spells.*
    from groups
    inner join spells
        on groups.record_key = spells.record_key
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
            where interview_offered_code = 'NA'
        ) = count(*) as is_interview_not_applicable,
        count(*) filter (where interview_offered_code = 'Y') > 0 as is_interview_offered,
        count(*) filter (
            where interview_offered_code = 'Y' and interview_accepted_code = 'Y'
        ) > 0 as is_interview_accepted,
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
        load_id,
        source_file,
        row_number
    from merged_spells
)

select * from final
