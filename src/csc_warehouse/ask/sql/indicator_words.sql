-- One row per indicator, in lower case: what it is called, and that with what is said of it. The
-- register as it holds at the release's as-at date; questions and the metrics of the National
-- Framework are the words in which committees ask for it.
with

holding as (
    select indicator.*
    from reference.indicator as indicator
    cross join ops.release as release
    where
        indicator.valid_from <= release.as_at_date
        and (indicator.valid_to > release.as_at_date or indicator.valid_to is null)
),

asked as (
    select
        string_split(figure.code, '/')[1] as indicator_code,
        string_agg(questions.question, ' ') as text
    from reference.report_question as questions
    cross join unnest(string_split(questions.figures, ' ')) as figure (code)
    group by all
),

measured as (
    select
        indicator_code,
        string_agg(metric, ' ') as text
    from reference.national_framework
    where indicator_code is not null
    group by indicator_code
)

select
    holding.indicator_code,
    holding.title,
    holding.subject,
    holding.topic,
    lower(concat_ws(
        ' ', holding.indicator_code, holding.indicator_name, holding.title
    )) as name,
    lower(concat_ws(
        ' ', holding.indicator_code, holding.indicator_name, holding.title, holding.topic,
        holding.definition, holding.numerator, holding.denominator, asked.text, measured.text
    )) as text
from holding
left join asked on holding.indicator_code = asked.indicator_code
left join measured on holding.indicator_code = measured.indicator_code
