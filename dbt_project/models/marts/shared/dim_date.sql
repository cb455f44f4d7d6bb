-- skeleton: to be replaced
select
    cast(null as date) as date_day,
    cast(null as integer) as day_of_week,
    cast(null as date) as month_start_date,
    cast(null as date) as month_end_date,
    cast(null as date) as quarter_start_date,
    cast(null as date) as quarter_end_date,
    cast(null as integer) as reporting_quarter,
    cast(null as date) as year_start_date,
    cast(null as date) as year_end_date,
    cast(null as integer) as reporting_year,
    cast(null as varchar) as reporting_year_label,
    cast(null as boolean) as is_bank_holiday,
    cast(null as boolean) as is_working_day,
    cast(null as integer) as working_day_number,
    cast(null as boolean) as is_school_holiday,
where false
