-- REF-06: of families referred on a day, those with a child who had an earlier referral in the 12
-- calendar months before. A child who was referred again stands for the group, else its eldest:
-- keys say nothing, and differ from one installation to the next.
with

fct_referral as (
    select * from {{ ref('fct_referral') }}
    where
        is_counted
        and referral_date is not null
),

band as (
    select * from {{ ref('band') }}
    where band_set = 'sibling_group'
),

numbered as (
    select
        *,
        row_number() over (
            partition by la_code, sibling_group_key
            order by
                case when is_rereferral_within_12_months then 0 else 1 end asc,
                age_years desc nulls last,
                referral_key asc
        ) as number_in_group,
        max(case when is_rereferral_within_12_months then 1 else 0 end) over (
            partition by la_code, sibling_group_key
        ) as has_rereferral
    from fct_referral
),

families as (
    select
        numbered.*,
        band.band
    from numbered
    left join band
        on
            numbered.sibling_group_size >= band.at_least
            and (numbered.sibling_group_size < band.less_than or band.less_than is null)
    where numbered.number_in_group = 1
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_referral',
            record_key='referral_key',
            event_date='referral_date',
            numerator='has_rereferral',
            denominator='1',
            quantity='cast(sibling_group_size as double)',
            team_key='team_key',
            sibling_group='band',
            school_day='referral_date',
        ) }}
    from families
)

select * from final
