with

children as (
    select * from {{ ref('int_children_named') }}
),

persons as (
    select * from {{ ref('int_persons_conformed') }}
),

disabilities as (
    select * from {{ ref('int_disabilities_conformed') }}
),

immigration_statuses as (
    select * from {{ ref('int_immigration_statuses_conformed') }}
),

codes as (
    select * from {{ ref('code') }}
),

-- A code other than NONE that stands in the extract holds at every day.
disabled_children as (
    select distinct
        la_code,
        child_key
    from disabilities
    where disability_code <> 'NONE'
),

unaccompanied_children as (
    select distinct
        la_code,
        child_key
    from immigration_statuses
    where immigration_status_code = 'UASC'
),

final as (
    select
        children.child_key,
        children.la_code,
        persons.sex_code,
        case persons.sex_code
            when 'M' then 'male'
            when 'F' then 'female'
            else 'not known'
        end as sex,
        persons.ethnicity_code,
        coalesce(ethnicities.group_label, 'not known') as ethnic_group,
        {{ month_start('persons.birth_date') }} as birth_month_date,
        persons.birth_date is not null as is_birth_date_known,
        coalesce(persons.is_birth_date_estimated, false) as is_birth_date_estimated,
        disabled_children.child_key is not null as has_disability,
        case
            when disabled_children.child_key is not null then 'disabled'
            else 'no disability recorded'
        end as disability,
        unaccompanied_children.child_key is not null as has_been_unaccompanied,
        persons.child_key is not null as is_in_person_table,
        persons.load_id,
        persons.source_file,
        persons.row_number
    from children
    left join persons
        on {{ same_child('children', 'persons') }}
    left join codes as ethnicities
        on
            ethnicities.code_set = 'ethnicity'
            and persons.ethnicity_code = ethnicities.code
    left join disabled_children
        on {{ same_child('children', 'disabled_children') }}
    left join unaccompanied_children
        on {{ same_child('children', 'unaccompanied_children') }}
)

select * from final
