-- S47-01: section 47 enquiries by the day on which they started, for each child.
with

fct_s47_enquiry as (
    select * from {{ ref('fct_s47_enquiry') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_s47_enquiry',
            record_key='s47_enquiry_key',
            event_date='start_date',
            age_years='age_years',
            team_key='team_key',
        ) }}
    from fct_s47_enquiry
    where start_date is not null
)

select * from final
