{% set content = [
    'dept_team_id',
    'dept_team_name',
    'dept_team_parent_id',
    'dept_team_parent_name',
] %}

with

department as (
    select * from {{ source('ssd', 'ssd_department') }}
),

final as (
    select
        {{ technical_columns('ssd', 'department') }},
        {{ record_id('department', 'dept_team_id', content) }} as record_id,
        {{ clean_id('department.dept_team_id') }} as team_id,
        {{ clean_text('department.dept_team_name') }} as team_name,
        {{ clean_id('department.dept_team_parent_id') }} as parent_team_id,
        cast(null as string) as unreadable_dates,
        cast(null as string) as placeholder_dates,
        cast(null as string) as unknown_codes
    from department
)

select * from final
