-- skeleton: to be replaced
select
    cast(null as varchar) as contact_key,
    cast(null as varchar) as la_code,
    cast(null as varchar) as child_key,
    cast(null as date) as contact_date,
    cast(null as varchar) as source_code,
    cast(null as varchar) as outcome_codes,
    cast(null as boolean) as is_early_help_outcome,
    cast(null as boolean) as is_referral_outcome,
    cast(null as boolean) as is_counted,
    cast(null as integer) as age_years,
    cast(null as varchar) as load_id,
    cast(null as varchar) as source_file,
    cast(null as bigint) as row_number,
where false
