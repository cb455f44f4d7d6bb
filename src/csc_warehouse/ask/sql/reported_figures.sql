-- One row per figure and release that said something new of it, up to the release `after`: what
-- stood before and is not said again ends with this release, what is new begins with it.
create or replace temp table reported_figures as
with
release as (
    select release_id, month from {{ after }}.ops.release
),

said as (
    select
        la_code,
        indicator_code,
        period_type,
        period_start_date,
        period_end_date,
        numerator,
        denominator,
        value
    from {{ after }}.indicators.rpt_indicator
    where breakdown = 'all' and availability = 'available'
),

standing as (
    select * from {{ reported }} where superseded_release_id is null
),

said_again as (
    select
        said.la_code,
        said.indicator_code,
        said.period_type,
        said.period_start_date,
        said.period_end_date
    from said
    inner join standing
        on
            said.la_code = standing.la_code
            and said.indicator_code = standing.indicator_code
            and said.period_type = standing.period_type
            and said.period_start_date = standing.period_start_date
            and said.period_end_date = standing.period_end_date
            and said.numerator is not distinct from standing.numerator
            and said.denominator is not distinct from standing.denominator
            and said.value is not distinct from standing.value
),

{# The authorities that this release says anything of: another one's figures stand as they were. #}
ended as (
    select standing.*
    from standing
    anti join said_again
        using (la_code, indicator_code, period_type, period_start_date, period_end_date)
    semi join {{ after }}.marts.dim_authority using (la_code)
),

begun as (
    select said.*
    from said
    anti join said_again
        using (la_code, indicator_code, period_type, period_start_date, period_end_date)
),

final as (
    select reported.*
    from {{ reported }} as reported
    anti join ended
        using (
            la_code, indicator_code, period_type, period_start_date, period_end_date, release_id
        )

    union all

    select
        ended.* replace (
            release.month as superseded_month, release.release_id as superseded_release_id
        )
    from ended
    cross join release

    union all

    select
        begun.la_code,
        begun.indicator_code,
        begun.period_type,
        begun.period_start_date,
        begun.period_end_date,
        release.release_id,
        release.month as release_month,
        null as superseded_month,
        null as superseded_release_id,
        begun.numerator,
        begun.denominator,
        begun.value
    from begun
    cross join release
)

select * from final
