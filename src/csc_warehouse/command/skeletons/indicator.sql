-- $code: one row per … (what is counted, what is left out, and who says so).
{{ still_blank([
    'what one row is, in the first line',
    'the fact that it counts, its key and the day that decides the period',
    'the rows that it leaves out, and the numerator',
    'what its breakdowns are made of: an age, a team, a code that the fact has',
]) }}

with

fct_blank as (
    select * from {{ ref('fct_blank') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_blank',
            record_key='blank_key',
            event_date='$event_date',$numbers
        ) }}
    from fct_blank
)

select * from final
