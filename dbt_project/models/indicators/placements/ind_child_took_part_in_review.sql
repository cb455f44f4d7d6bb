-- REV-02: of the reviews held of children of four and over, those in which the child took part: was
-- there or made their views known (PN1 to PN6). Not known is not.
with

fct_cla_review as (
    select * from {{ ref('fct_cla_review') }}
),

final as (
    select
        {{ indicator_columns(
            record_table='fct_cla_review',
            record_key='cla_review_key',
            event_date='review_date',
            numerator=one_if(
                "participation_code in ('PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6')"
            ),
            denominator='1',
            age_years='age_years',
            team_key='team_key',
            legal_status_code=code_or_not_known('legal_status_code'),
        ) }}
    from fct_cla_review
    where
        review_date is not null
        and not is_cancelled
        and age_years >= 4
        and not {{ is_short_break('legal_status_code') }}
)

select * from final
