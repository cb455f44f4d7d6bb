{#
    Whether a text may be shown as the name of a team. What case systems hold there is now and then
    a note or a worker's name, and readers of a release see it. So a name is known by its words: of
    at most eight, in 60 characters, at least one says what teams do, and at most one is none of the
    words below, a number of up to three digits or a single letter. A name of somebody's (Jane's
    team), with a digit in a word or an @ is none.
#}
{% macro is_team_name(text) -%}
    {%- set work = 'teams?|services?|hubs?|units?|mash|duty|assessments?|intake|referrals?'
        ~ '|safeguarding|protection|placements?|permanence|adoption|fostering|kinship|leavers?'
        ~ '|leaving|looked|disabilit(?:y|ies)|disabled|send|uasc|unaccompanied|exploitation'
        ~ '|missing|emergency|edt|help|intervention|support|reviewing|iro|pathways?|transitions?'
        ~ '|court|response|children|families|family|care|lac|cla|cic|cin' -%}
    {%- set place = 'north|south|east|west|central|northern|southern|eastern|western|city|town'
        ~ '|county|borough|locality|area|district|region|centre' -%}
    {%- set other = 'and|of|the|for|in|to|a|out|hours|edge|after|early|first|front|door|contact'
        ~ '|child|childrens|young|people|persons?|youth|adolescents?|adults?|social|work|workers?'
        ~ '|officers?|independent|quality|assurance|conference|short|long|term|breaks|residential'
        ~ '|virtual|school|education|health|mental|camhs|justice|offending|domestic|abuse|special'
        ~ '|guardianship|specialist|complex|needs?|asylum|seeking|management'
        ~ '|commissioning|plus|not|known|fictional|[a-z]|[0-9]{1,3}' -%}
    {%- set words = "' ' || replace(trim(" ~ replace_all("lower(" ~ text ~ ")", '[^a-z0-9]+', ' ')
        ~ "), ' ', '  ') || ' '" -%}
    (
        length({{ text }}) <= 60
        and {{ matches(words, '^( [a-z0-9]+ ){1,8}$') }}
        and {{ matches(words, ' (' ~ work ~ ') ') }}
        and {{ matches(
            replace_all(words, ' (' ~ [work, place, other] | join('|') ~ ') ', ''),
            '^( [a-z]{2,} )?$'
        ) }}
        and not {{ matches(
            "replace(replace(lower(" ~ text ~ "), chr(8217), ''''), 'children''s', '')",
            "[a-z]''s|@"
        ) }}
    )
{%- endmacro %}
