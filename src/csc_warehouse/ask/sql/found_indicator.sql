-- One row per indicator in which each word asked for stands, in what it is called before what is
-- said of it.
select
    indicator_code,
    title,
    subject,
    topic
from ({% include "indicator_words.sql" %})
where len(list_filter($words, lambda word: not contains(text, lower(word)))) = 0
order by
    len(list_filter($words, lambda word: not contains(name, lower(word)))),
    indicator_code
