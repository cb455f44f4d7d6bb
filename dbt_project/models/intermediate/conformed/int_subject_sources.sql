{#
    Which source gives an authority's subject: the row of subject_source, else the delivered source
    with the lowest priority. The subject 'all' stands for tables that every subject needs (people,
    teams, workers): it is given by every source that gives a subject.
#}

with

loads as (
    select * from {{ source('ops', 'load') }}
),

source_subject as (
    select * from {{ ref('source_subject') }}
),

subject_source as (
    select * from {{ ref('subject_source') }}
),

releases as (
    select * from {{ source('ops', 'release') }}
),

held as (
    select subject_source.*
    from subject_source
    inner join releases on {{ holds_at('subject_source', 'releases.as_at_date') }}
),

delivered as (
    select distinct
        loads.la_code,
        source_subject.subject,
        loads.source_system,
        case when held.source_system is null then source_subject.priority else 0 end as priority
    from loads
    inner join source_subject on loads.source_system = source_subject.source_system
    left join held
        on
            loads.la_code = held.la_code
            and source_subject.subject = held.subject
            and loads.source_system = held.source_system
),

ranked as (
    select
        la_code,
        subject,
        source_system,
        row_number() over (
            partition by la_code, subject
            order by priority asc, source_system asc
        ) as source_rank
    from delivered
),

chosen as (
    select la_code, subject, source_system
    from ranked
    where source_rank = 1
),

final as (
    select la_code, subject, source_system
    from chosen
    union all
    select distinct la_code, 'all' as subject, source_system
    from chosen
)

select * from final
