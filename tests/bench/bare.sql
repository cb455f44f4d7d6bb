-- What the work must cost: one plain script for DuckDB that reads the CSV files of one authority's
-- extract of one month and writes every fact, fct_indicator_detail and rpt_indicator, with the keys
-- and places that the release has. It knows one dialect (SystemC) and one source, checks nothing,
-- and has no bounds: it does not know which records are faulty.
--
-- Variables set by bare.py: extract and seeds (folders), la_code, load_id, as_at_date,
-- history_start_date, localities (what postcodes begin with, and of which locality they are, by the
-- council's list), cp_visit_working_days (the council's, or null), inner_pad and outer_pad (the identity key, for HMAC-SHA256), record_inner_pad
-- and record_outer_pad (the key of records, made of it).

-- Reading ------------------------------------------------------------------------------------------

create temp macro read_extract(table_name) as table
    select *, row_number() over () + 1 as row_number
    from read_csv(
        getvariable('extract') || table_name || '.csv',
        header = true, all_varchar = true, nullstr = 'NULL', delim = ',', quote = '"', escape = '"'
    );
create temp macro read_seed(file_name) as table
    select * from read_csv(getvariable('seeds') || file_name, header = true, all_varchar = true);

-- The number of a file is its place among the extract's by name.
create temp table file_place as
select
    string_split(file, '/')[-1] as file_name,
    lpad((row_number() over (order by string_split(file, '/')[-1]))::varchar, 3, '0') as number
from glob(getvariable('extract') || '*.csv');
create temp macro file_number(name) as
    (select number from file_place where file_name = name);

-- A day that is none: 1900-01-01, or further ahead than what happened (or is expected) can lie.
create temp macro day_before(text, first_day_too_late) as
    case
        when try_cast(left(text, 10) as date) > date '1900-01-01'
            and try_cast(left(text, 10) as date) < first_day_too_late
            then try_cast(left(text, 10) as date)
    end;
create temp macro day_of(text) as
    day_before(text, (getvariable('as_at_date') + interval 1 day + interval 2 years)::date);
create temp macro expected_day_of(text) as
    day_before(text, (getvariable('as_at_date') + interval 1 day + interval 50 years)::date);
create temp macro moment_of(text) as
    case when day_of(text) is not null then try_cast(text as timestamp) end;
create temp macro id_of(text) as
    case when text not in ('', '-1', '0', 'SSD_PH') then text end;
create temp macro hmac_of(message) as
    sha256(getvariable('outer_pad') || unhex(sha256(getvariable('inner_pad') || encode(message))));
create temp macro child_of(id) as
    hmac_of(getvariable('la_code') || '|' || id);
create temp macro worker_of(id) as
    hmac_of('worker|' || getvariable('la_code') || '|' || upper(id));
create temp macro place_of(text) as
    hmac_of('place|' || getvariable('la_code') || '|' || replace(upper(text), ' ', ''));
create temp macro record_hash(message) as
    left(
        sha256(
            getvariable('record_outer_pad')
            || unhex(sha256(getvariable('record_inner_pad') || encode(message)))
        ),
        32
    );
create temp macro unknown_child(things, id) as
    'unknown-' || record_hash('ssd|' || getvariable('la_code') || '|' || things || '|' || id);
create temp macro key_of(things, id, child) as
    record_hash('ssd|' || getvariable('la_code') || '|' || things || '|' || id || '|' || child);
create temp macro month_key(child, day) as
    record_hash(getvariable('la_code') || '|' || child || '|' || day);
create temp macro no_team() as
    record_hash(getvariable('la_code') || '|team not known');
create temp macro open_at(start_date, end_date, day) as
    start_date <= day and (end_date is null or end_date > day);
create temp macro age_at(birth_date, day) as
    case
        when day < birth_date then 0
        else (
            year(day) - year(birth_date) - case
                when month(day) * 100 + day(day) < month(birth_date) * 100 + day(birth_date) then 1
                else 0
            end
        )::integer
    end;
create temp macro months_on(day, months) as
    (day + to_months(months))::date;
create temp macro birthday_at(birth_date, age) as
    case
        when month(birth_date) = 2 and day(birth_date) = 29
            then months_on(birth_date - 1, 12 * age) + 1
        else months_on(birth_date, 12 * age)
    end;
create temp macro is_short_break(legal_status_code) as
    coalesce(legal_status_code in ('V3', 'V4'), false);

create temp table spelling as
select code_set, upper(text) as text, min_by(code, preference) as code
from (
    select code_set, code as text, code, 1 as preference from read_seed('code_sets/code.csv')
    union all
    select code_set, code || ' ' || label, code, 2 from read_seed('code_sets/code.csv')
    union all
    select code_set, label, code, 3 from read_seed('code_sets/code.csv')
    union all
    select code_set, alias, code, 4 from read_seed('crosswalks/code_alias.csv')
)
group by all;

create temp table calendar as
select
    day::date as day,
    last_day(day::date) as month_end_date,
    isodow(day) <= 5 and holiday_date is null as is_working_day,
    sum((isodow(day) <= 5 and holiday_date is null)::integer) over (order by day)::integer
        as working_day_number
from generate_series(date '1990-01-01', date '2035-12-31', interval 1 day) as days(day)
left join (
    select holiday_date::date as holiday_date from read_seed('calendar/bank_holiday.csv')
) on day::date = holiday_date;

create temp table month_end as
select day as month_end_date, months_on(date_trunc('month', day)::date, -11) as window_start_date
from calendar
where
    day = month_end_date
    and day between getvariable('history_start_date') and getvariable('as_at_date');

-- People, teams and workers ------------------------------------------------------------------------

create temp table person as
select
    child_of(id) as child_key,
    id,
    sex.code as sex_code,
    case sex.code when 'M' then 'male' when 'F' then 'female' else 'not known' end as sex,
    coalesce(ethnicity_label.group_label, 'not known') as ethnic_group,
    coalesce(day_of(pers_dob), expected_day_of(pers_expected_dob)) as birth_date,
    day_of(pers_death_date) as death_date
from (
    select *, id_of(pers_person_id) as id
    from read_extract('ssd_person')
    where id_of(pers_person_id) is not null
    qualify row_number() over (partition by pers_person_id order by row_number desc) = 1
)
left join spelling as sex on sex.code_set = 'sex' and upper(pers_sex) = sex.text
left join spelling as ethnicity
    on ethnicity.code_set = 'ethnicity' and upper(pers_ethnicity) = ethnicity.text
left join read_seed('code_sets/code.csv') as ethnicity_label
    on ethnicity_label.code_set = 'ethnicity' and ethnicity.code = ethnicity_label.code;

create temp view named as
select id, child_key as named_key, birth_date, death_date from person;

create temp table disabled as
select distinct coalesce(named_key, child_of(disa_person_id)) as child_key
from read_extract('ssd_disability')
left join named on disa_person_id = named.id
inner join spelling
    on spelling.code_set = 'disability' and upper(disa_disability_code) = spelling.text
where spelling.code <> 'NONE';

create temp table family as
select coalesce(named_key, child_of(fami_person_id)) as child_key,
    max(id_of(fami_family_id)) as family_id
from read_extract('ssd_family')
left join named on fami_person_id = named.id
where fami_person_id is not null
group by all;

create temp table team as
select record_hash('ssd|' || getvariable('la_code') || '|teams|' || dept_team_id) as team_key,
    lower(dept_team_id) as team_text, dept_team_name as team_name
from read_extract('ssd_department');

-- Workers' ids occur by the thousand and are few: each is hashed once.
create temp table worker as
select id, worker_of(id) as worker_key
from (
    select prof_professional_id as id from read_extract('ssd_professionals')
    union
    select clea_care_leaver_personal_advisor from read_extract('ssd_care_leavers')
)
where id is not null;

create temp table involvement as
select
    coalesce(named_key, child_of(invo_person_id)) as child_key,
    invo_involvements_id as involvement_id,
    id_of(invo_referral_id) as referral_id,
    upper(invo_professional_role_id) as role,
    row_number,
    day_of(invo_involvement_start_date) as start_date,
    day_of(invo_involvement_end_date) as end_date,
    id_of(invo_involvements_id) as id,
    id_of(invo_professional_team) as team,
    coalesce(worker.worker_key, worker_of(invo_professional_id)) as worker_key,
    coalesce(
        upper(invo_professional_role_id) = 'IRO'
        or invo_professional_role_id ilike '%reviewing%'
        or invo_professional_role_id ilike '%chair%',
        false
    ) as is_reviewing
from (
    select *
    from read_extract('ssd_involvements')
    qualify
        row_number() over (
            partition by invo_involvements_id, invo_person_id order by row_number desc
        ) = 1
)
left join named on invo_person_id = named.id
left join worker on invo_professional_id = worker.id;

-- The front door -----------------------------------------------------------------------------------

create temp table referral as
with received as (
    select
        id_of(cine_referral_id) as referral_id,
        coalesce(
            id_of(cine_referral_id),
            md5(concat_ws(
                '|', '', cine_person_id, cine_referral_date, cine_cin_primary_need_code,
                cine_referral_source_code, cine_referral_source_desc,
                replace(replace(
                    split_part(cine_referral_outcome_json, ', "COMMENTS"', 1), ': ', ':'
                ), ', ', ',') || '}',
                cine_referral_nfa, coalesce(cine_close_reason, ''), coalesce(cine_close_date, ''),
                cine_referral_team,
                coalesce(worker.worker_key, worker_of(cine_referral_worker_id), '')
            ))
        ) as record_id,
        named.named_key as known_child_key,
        cine_person_id,
        day_of(cine_referral_date) as referral_date,
        source.code as source_code,
        need.code as primary_need_code,
        coalesce(cine_referral_nfa = 'Y', false) as is_no_further_action,
        case
            when day_of(cine_close_date) < day_of(cine_referral_date) then null
            else day_of(cine_close_date)
        end as close_date,
        reason.code as close_reason_code,
        id_of(cine_referral_team) as team,
        coalesce(worker.worker_key, worker_of(cine_referral_worker_id)) as worker_key,
        row_number
    from read_extract('ssd_cin_episodes')
    left join named on cine_person_id = named.id
    left join worker on cine_referral_worker_id = worker.id
    left join spelling as source
        on source.code_set = 'referral_source' and upper(cine_referral_source_desc) = source.text
    left join spelling as need
        on need.code_set = 'primary_need' and upper(cine_cin_primary_need_code) = need.text
    left join spelling as reason
        on reason.code_set = 'close_reason' and upper(cine_close_reason) = reason.text
)

select
    *,
    coalesce(
        known_child_key, child_of(cine_person_id), unknown_child('referrals', record_id)
    ) as child_key,
    key_of('referrals', record_id, child_key) as record_key
from received
qualify row_number() over (partition by record_id, cine_person_id order by row_number desc) = 1;

create temp table contact as
with received as (
    select
        cont_contact_id as contact_id,
        cont_person_id,
        day_of(cont_contact_date) as contact_date,
        source.code as source_code,
        split_part(cont_contact_outcome_json, ', "COMMENTS"', 1) as outcomes,
        row_number
    from read_extract('ssd_contacts')
    left join spelling as source
        on source.code_set = 'referral_source' and upper(cont_contact_source_desc) = source.text
    qualify
        row_number() over (
            partition by cont_contact_id, cont_person_id order by row_number desc
        ) = 1
),

outcome as (
    select
        outcomes,
        nullif(array_to_string(list_sort(regexp_extract_all(
            outcomes, '"(?:OUTCOME_)?([A-Z0-9_]+?)(?:_FLAG)?": "Y"', 1
        )), ','), '') as outcome_codes
    from (select distinct outcomes from received)
)

select
    contact_id,
    coalesce(
        named_key, child_of(cont_person_id), unknown_child('contacts', contact_id)
    ) as child_key,
    key_of('contacts', contact_id, child_key) as record_key,
    contact_date,
    source_code,
    outcome_codes,
    birth_date,
    row_number
from received
left join outcome on received.outcomes is not distinct from outcome.outcomes
left join named on cont_person_id = named.id;

create temp table assessment as
select
    cina_assessment_id as assessment_id,
    coalesce(named_key, child_of(cina_person_id)) as known_child_key,
    coalesce(known_child_key, unknown_child('assessments', cina_assessment_id)) as child_key,
    key_of('assessments', cina_assessment_id, child_key) as record_key,
    id_of(cina_referral_id) as referral_id,
    day_of(cina_assessment_start_date) as start_date,
    day_of(cina_assessment_auth_date) as authorised_date,
    coalesce(cina_assessment_child_seen = 'Y', false) as is_child_seen,
    coalesce(cina_assessment_outcome_nfa = 'Y', false) as is_no_further_action,
    id_of(cina_assessment_team) as team,
    coalesce(worker.worker_key, worker_of(cina_assessment_worker_id)) as worker_key,
    birth_date,
    death_date,
    row_number
from (
    select *
    from read_extract('ssd_cin_assessments')
    qualify
        row_number() over (
            partition by cina_assessment_id, cina_person_id order by row_number desc
        ) = 1
)
left join named on cina_person_id = named.id
left join worker on cina_assessment_worker_id = worker.id;

create temp table s47_enquiry as
select
    s47e_s47_enquiry_id as s47_enquiry_id,
    coalesce(
        named_key, child_of(s47e_person_id),
        unknown_child('s47_enquiries', s47e_s47_enquiry_id)
    ) as child_key,
    key_of('s47_enquiries', s47e_s47_enquiry_id, child_key) as record_key,
    id_of(s47e_referral_id) as referral_id,
    day_of(s47e_s47_start_date) as start_date,
    day_of(s47e_s47_end_date) as end_date,
    coalesce(s47e_s47_nfa = 'Y', false) as is_no_further_action,
    id_of(s47e_s47_completed_by_team) as team,
    coalesce(worker.worker_key, worker_of(s47e_s47_completed_by_worker_id)) as worker_key,
    birth_date,
    row_number
from (
    select *
    from read_extract('ssd_s47_enquiry')
    qualify
        row_number() over (
            partition by s47e_s47_enquiry_id, s47e_person_id order by row_number desc
        ) = 1
)
left join named on s47e_person_id = named.id
left join worker on s47e_s47_completed_by_worker_id = worker.id;

create temp table initial_conference as
select
    icpc_icpc_id as initial_conference_id,
    coalesce(
        named_key, child_of(icpc_person_id),
        unknown_child('initial_conferences', icpc_icpc_id)
    ) as child_key,
    key_of('initial_conferences', icpc_icpc_id, child_key) as record_key,
    id_of(icpc_s47_enquiry_id) as s47_enquiry_id,
    id_of(icpc_referral_id) as referral_id,
    expected_day_of(icpc_icpc_target_date) as target_date,
    day_of(icpc_icpc_date) as conference_date,
    coalesce(icpc_icpc_transfer_in = 'Y', false) as is_transfer_in,
    coalesce(icpc_icpc_outcome_cp_flag = 'Y', false) as is_cp_plan_outcome,
    id_of(icpc_icpc_team) as team,
    coalesce(worker.worker_key, worker_of(icpc_icpc_worker_id)) as worker_key,
    birth_date,
    row_number
from (
    select *
    from read_extract('ssd_initial_cp_conference')
    qualify
        row_number() over (partition by icpc_icpc_id, icpc_person_id order by row_number desc) = 1
)
left join named on icpc_person_id = named.id
left join worker on icpc_icpc_worker_id = worker.id;

create temp table cp_plan as
select
    cppl_cp_plan_id as cp_plan_id,
    coalesce(
        named_key, child_of(cppl_person_id), unknown_child('cp_plans', cppl_cp_plan_id)
    ) as child_key,
    key_of('cp_plans', cppl_cp_plan_id, child_key) as record_key,
    id_of(cppl_referral_id) as referral_id,
    id_of(cppl_icpc_id) as initial_conference_id,
    day_of(cppl_cp_plan_start_date) as start_date,
    day_of(cppl_cp_plan_end_date) as end_date,
    initial.code as initial_category_code,
    latest.code as latest_category_code,
    coalesce(cppl_cp_plan_ola = 'Y', false) as is_other_authority,
    birth_date,
    death_date,
    row_number
from (
    select *
    from read_extract('ssd_cp_plans')
    qualify
        row_number() over (
            partition by cppl_cp_plan_id, cppl_person_id order by row_number desc
        ) = 1
)
left join named on cppl_person_id = named.id
left join spelling as initial
    on
        initial.code_set = 'abuse_category'
        and upper(split_part(cppl_cp_plan_initial_category, ':', 1)) = initial.text
left join spelling as latest
    on
        latest.code_set = 'abuse_category'
        and upper(split_part(cppl_cp_plan_latest_category, ':', 1)) = latest.text;

-- Children in care ---------------------------------------------------------------------------------

create temp table cla_episode as
select
    clae_cla_episode_id as cla_episode_id,
    coalesce(
        named_key, child_of(clae_person_id),
        unknown_child('cla_episodes', clae_cla_episode_id)
    ) as child_key,
    key_of('cla_episodes', clae_cla_episode_id, child_key) as record_key,
    day_of(clae_cla_episode_start_date) as start_date,
    day_of(clae_cla_episode_ceased_date) as end_date,
    starting.code as start_reason_code,
    ending.code as end_reason_code,
    need.code as primary_need_code,
    id_of(clae_cla_id) as care_id,
    birth_date,
    row_number
from (
    select *
    from read_extract('ssd_cla_episodes')
    qualify
        row_number() over (
            partition by clae_cla_episode_id, clae_person_id order by row_number desc
        ) = 1
)
left join named on clae_person_id = named.id
left join spelling as starting
    on
        starting.code_set = 'episode_start_reason'
        and upper(clae_cla_episode_start_reason) = starting.text
left join spelling as ending
    on
        ending.code_set = 'episode_end_reason'
        and upper(clae_cla_episode_ceased_reason) = ending.text
left join spelling as need
    on need.code_set = 'primary_need' and upper(clae_cla_primary_need_code) = need.text;

create temp table legal_status as
select
    lega_legal_status_id as legal_status_id,
    coalesce(
        named_key, child_of(lega_person_id),
        unknown_child('legal_statuses', lega_legal_status_id)
    ) as child_key,
    key_of('legal_statuses', lega_legal_status_id, child_key) as record_key,
    nullif(status.code, 'NOT_CARE') as legal_status_code,
    day_of(lega_legal_status_start_date) as start_date,
    day_of(lega_legal_status_end_date) as end_date
from (
    select *
    from read_extract('ssd_legal_status')
    qualify
        row_number() over (
            partition by lega_legal_status_id, lega_person_id order by row_number desc
        ) = 1
)
left join named on lega_person_id = named.id
left join spelling as status
    on status.code_set = 'legal_status' and upper(lega_legal_status) = status.text;

create temp table placement as
with received as (
    select
        id_of(clap_cla_placement_id) as placement_id,
        coalesce(
            id_of(clap_cla_placement_id),
            md5(concat_ws(
                '|', '', coalesce(clap_cla_placement_start_date, ''),
                coalesce(clap_cla_placement_type, ''), coalesce(clap_cla_placement_urn, ''),
                coalesce(clap_cla_placement_distance, ''), coalesce(clap_cla_id, ''),
                coalesce(clap_cla_placement_provider, ''),
                coalesce(place_of(clap_cla_placement_postcode), ''),
                coalesce(clap_cla_placement_end_date, ''),
                coalesce(clap_cla_placement_change_reason, ''), coalesce(clap_person_id, '')
            ))
        ) as record_id,
        *
    from read_extract('ssd_cla_placement')
    qualify row_number() over (partition by record_id, clap_person_id order by row_number desc) = 1
)

select
    placement_id,
    coalesce(
        named_key, child_of(clap_person_id), unknown_child('placements', record_id)
    ) as child_key,
    key_of('placements', record_id, child_key) as record_key,
    day_of(clap_cla_placement_start_date) as start_date,
    day_of(clap_cla_placement_end_date) as end_date,
    type.code as placement_type_code,
    provider.code as provider_code,
    clap_cla_placement_urn as urn,
    case
        when try_cast(clap_cla_placement_distance as double) < 999
            then try_cast(clap_cla_placement_distance as double)
    end as distance_miles,
    clap_cla_placement_postcode as postcode,
    change.code as change_reason_code,
    coalesce(type.code in ('T0', 'T1', 'T2', 'T3', 'T4'), false) as is_temporary,
    coalesce(
        day_of(clap_cla_placement_end_date) <= day_of(clap_cla_placement_start_date), false
    ) as is_zero_days,
    birth_date,
    row_number
from received
left join named on clap_person_id = named.id
left join spelling as type
    on type.code_set = 'placement_type' and upper(clap_cla_placement_type) = type.text
left join spelling as provider
    on
        provider.code_set = 'placement_provider'
        and upper(clap_cla_placement_provider) = provider.text
left join spelling as change
    on
        change.code_set = 'placement_change_reason'
        and upper(clap_cla_placement_change_reason) = change.text;

create temp table unaccompanied as
select
    coalesce(named_key, child_of(immi_person_id)) as child_key,
    day_of(immi_immigration_status_start_date) as start_date,
    expected_day_of(immi_immigration_status_end_date) as end_date
from (
    select *
    from read_extract('ssd_immigration_status')
    qualify
        row_number() over (
            partition by immi_immigration_status_id, immi_person_id order by row_number desc
        ) = 1
)
left join named on immi_person_id = named.id
inner join spelling
    on spelling.code_set = 'immigration_status' and upper(immi_immigration_status) = spelling.text
where spelling.code = 'UASC' and immi_person_id is not null;

create temp table health_check as
select
    coalesce(
        named_key, child_of(clah_person_id),
        unknown_child('health_checks', clah_health_check_id)
    ) as child_key,
    key_of('health_checks', clah_health_check_id, child_key) as record_key,
    case
        when clah_health_check_type ilike '%health assessment%'
            then case when clah_health_check_type ilike '%review%' then 'REVIEW' else 'INITIAL' end
        when clah_health_check_type ilike '%dent%' then 'DENTAL'
        when clah_health_check_type is not null then 'OTHER'
    end as health_check_type_code,
    clah_health_check_type ilike '%development%' as is_development,
    day_of(clah_health_check_date) as check_date,
    status.code as status_code,
    birth_date,
    row_number
from (
    select *
    from read_extract('ssd_cla_health')
    qualify
        row_number() over (
            partition by clah_health_check_id, clah_person_id order by row_number desc
        ) = 1
)
left join named on clah_person_id = named.id
left join spelling as status
    on status.code_set = 'health_check_status' and upper(clah_health_check_status) = status.text;

create temp table immunisation as
select
    coalesce(named_key, child_of(clai_person_id)) as child_key,
    day_of(clai_immunisations_status_date) as status_date,
    coalesce(clai_immunisations_status = 'Y', false) as is_immunised
from read_extract('ssd_cla_immunisations')
left join named on clai_person_id = named.id
where status_date is not null
qualify row_number() over (partition by child_key, status_date order by row_number desc) = 1;

create temp table sdq_score as
select
    coalesce(named_key, child_of(csdq_person_id)) as child_key,
    day_of(csdq_sdq_completed_date) as completed_date,
    try_cast(csdq_sdq_score as integer) as score
from (
    select *
    from read_extract('ssd_sdq_scores')
    qualify
        row_number() over (
            partition by csdq_table_id, csdq_person_id order by row_number desc
        ) = 1
)
left join named on csdq_person_id = named.id
where completed_date is not null and score between 0 and 40
qualify
    row_number() over (partition by child_key, completed_date order by csdq_table_id desc) = 1;

create temp table substance_misuse as
select
    coalesce(named_key, child_of(clas_person_id)) as child_key,
    day_of(clas_substance_misuse_date) as misuse_date
from (
    select *
    from read_extract('ssd_cla_substance_misuse')
    qualify
        row_number() over (
            partition by clas_substance_misuse_id, clas_person_id order by row_number desc
        ) = 1
)
left join named on clas_person_id = named.id;

create temp table conviction as
select
    coalesce(named_key, child_of(clac_person_id)) as child_key,
    day_of(clac_cla_conviction_date) as conviction_date
from (
    select *
    from read_extract('ssd_cla_convictions')
    qualify
        row_number() over (
            partition by clac_cla_conviction_id, clac_person_id order by row_number desc
        ) = 1
)
left join named on clac_person_id = named.id;

create temp table visit_seen as
select
    coalesce(named_key, child_of(clav_person_id)) as child_key,
    day_of(clav_cla_visit_date) as visit_date
from (
    select *
    from read_extract('ssd_cla_visits')
    qualify
        row_number() over (
            partition by clav_cla_visit_id, clav_person_id order by row_number desc
        ) = 1
)
left join named on clav_person_id = named.id
where clav_cla_visit_seen = 'Y';

create temp table cla_review as
with care_child as (
    select care_id, min(child_key) as care_child_key
    from cla_episode
    where care_id is not null and not starts_with(child_key, 'unknown-')
    group by care_id
)

select
    coalesce(
        named_key, child_of(clar_cla_person_id), care_child_key,
        unknown_child('cla_reviews', clar_cla_review_id)
    ) as child_key,
    key_of('cla_reviews', clar_cla_review_id, child_key) as record_key,
    expected_day_of(clar_cla_review_due_date) as due_date,
    day_of(clar_cla_review_date) as review_date,
    coalesce(clar_cla_review_cancelled = 'Y', false) as is_cancelled,
    participation.code as participation_code,
    birth_date,
    row_number
from (
    select *
    from read_extract('ssd_cla_reviews')
    qualify
        row_number() over (
            partition by clar_cla_review_id, clar_cla_person_id order by row_number desc
        ) = 1
)
left join named on clar_cla_person_id = named.id
left join care_child on clar_cla_id = care_child.care_id
left join spelling as participation
    on
        participation.code_set = 'review_participation'
        and upper(clar_cla_review_participation) = participation.text;

create temp table missing_spell as
select
    miss_table_id as missing_spell_id,
    coalesce(
        named_key, child_of(miss_person_id), unknown_child('missing_spells', miss_table_id)
    ) as child_key,
    key_of('missing_spells', miss_table_id, child_key) as record_key,
    type.code as missing_type_code,
    moment_of(miss_missing_episode_start_date) as start_at,
    moment_of(miss_missing_episode_end_date) as end_at,
    offered.code as offered_code,
    accepted.code as accepted_code,
    row_number
from (
    select *
    from read_extract('ssd_missing')
    qualify
        row_number() over (partition by miss_table_id, miss_person_id order by row_number desc) = 1
)
left join named on miss_person_id = named.id
left join spelling as type
    on type.code_set = 'missing_type' and upper(miss_missing_episode_type) = type.text
left join spelling as offered
    on offered.code_set = 'yes_no_na' and upper(miss_missing_rhi_offered) = offered.text
left join spelling as accepted
    on accepted.code_set = 'yes_no_na' and upper(miss_missing_rhi_accepted) = accepted.text;

create temp table care_leaver_outcome as
with received as (
    select
        *,
        md5(
            coalesce(clea_person_id, '') || '|' || coalesce(clea_care_leaver_eligibility, '') || '|'
            || coalesce(clea_care_leaver_in_touch, '') || '|'
            || coalesce(clea_care_leaver_latest_contact, '') || '|'
            || coalesce(clea_care_leaver_accommodation, '') || '|'
            || coalesce(clea_care_leaver_accom_suitable, '') || '|'
            || coalesce(clea_care_leaver_activity, '') || '|'
            || coalesce(clea_pathway_plan_review_date, '') || '|'
            || coalesce(adviser.worker_key, worker_of(clea_care_leaver_personal_advisor), '') || '|'
            || coalesce(clea_care_leaver_allocated_team, '') || '|'
            || coalesce(worker.worker_key, worker_of(clea_care_leaver_worker_id), '')
        ) as record_id
    from read_extract('ssd_care_leavers')
    left join worker on clea_care_leaver_worker_id = worker.id
    left join worker as adviser on clea_care_leaver_personal_advisor = adviser.id
    qualify row_number() over (partition by record_id order by row_number desc) = 1
)

select
    coalesce(
        named_key, child_of(clea_person_id),
        unknown_child('care_leaver_observations', record_id)
    ) as child_key,
    key_of('care_leaver_observations', record_id, child_key) as record_key,
    day_of(clea_care_leaver_latest_contact) as observation_date,
    nullif(eligibility.code, 'NONE') as eligibility_code,
    touch.code as in_touch_code,
    home.code as accommodation_code,
    suitability.code as suitability_code,
    activity.code as activity_code,
    coalesce(left(activity.code, 1) in ('F', 'P'), false) as is_in_education_employment_training,
    expected_day_of(clea_pathway_plan_review_date) as pathway_plan_review_date,
    clea_care_leaver_personal_advisor is not null as has_personal_adviser,
    id_of(clea_care_leaver_allocated_team) as team,
    birth_date,
    death_date,
    row_number
from received
left join named on clea_person_id = named.id
left join spelling as eligibility
    on
        eligibility.code_set = 'care_leaver_eligibility'
        and upper(clea_care_leaver_eligibility) = eligibility.text
left join spelling as touch
    on touch.code_set = 'care_leaver_in_touch' and upper(clea_care_leaver_in_touch) = touch.text
left join spelling as home
    on
        home.code_set = 'care_leaver_accommodation'
        and upper(clea_care_leaver_accommodation) = home.text
left join spelling as suitability
    on
        suitability.code_set = 'care_leaver_suitability'
        and upper(clea_care_leaver_accom_suitable) = suitability.text
left join spelling as activity
    on
        activity.code_set = 'care_leaver_activity'
        and upper(clea_care_leaver_activity) = activity.text;

-- Facts of the front door --------------------------------------------------------------------------

create table fct_early_help_episode as
select
    key_of('early_help_episodes', earl_episode_id, child_key) as early_help_episode_key,
    getvariable('la_code') as la_code,
    child_key,
    day_of(earl_episode_start_date) as start_date,
    day_of(earl_episode_end_date) as end_date,
    case
        when nullif(trim(earl_episode_organisation), '') is null then null
        when earl_episode_organisation like '%School' or earl_episode_organisation like '%Academy'
            then 'Education'
        when earl_episode_organisation like '%Health%' then 'Health'
        when earl_episode_organisation like '%Charity' then 'Voluntary sector'
        when earl_episode_organisation like '%early help%' then 'Council'
        else 'Other'
    end as organisation_name,
    age_at(birth_date, start_date) as age_years,
    age_at(birth_date, end_date) as age_at_end_years,
    getvariable('load_id') as load_id,
    file_number('ssd_early_help_episodes.csv') as source_file,
    row_number
from (
    select
        received.*,
        birth_date,
        coalesce(
            named_key, child_of(earl_person_id),
            unknown_child('early_help_episodes', earl_episode_id)
        ) as child_key
    from read_extract('ssd_early_help_episodes') as received
    left join named on earl_person_id = named.id
    qualify
        row_number() over (
            partition by earl_episode_id, earl_person_id order by row_number desc
        ) = 1
);

create temp table referral_history as
select
    this.record_key,
    max(other.referral_date) filter (other.referral_date < this.referral_date)
        as previous_referral_date,
    max(other.close_date) filter (
        other.referral_date < this.referral_date and other.close_date <= this.referral_date
    ) as previous_close_date,
    min(other.referral_date) filter (other.referral_date > this.close_date) as next_referral_date,
    any_value(
        this.close_date is not null and not this.is_no_further_action
    ) and count(*) filter (
        not other.is_no_further_action
        and open_at(other.referral_date, other.close_date, this.close_date)
    ) = 0 as is_last_case_closed
from referral as this
inner join referral as other on this.child_key = other.child_key
where this.referral_date is not null and other.referral_date is not null
group by this.record_key;

create table fct_referral as
with numbered as (
    select
        referral.*,
        referral_date is not null
        and row_number() over (
            partition by child_key, referral_date order by referral_id asc nulls last, record_key
        ) = 1 as is_counted,
        case
            when referral_date is not null
                then record_hash(
                    getvariable('la_code') || '|' || coalesce(family_id, child_key)
                    || '|' || referral_date
                )
        end as sibling_group_key
    from referral
    left join family using (child_key)
),

care_leaver as (
    select child_key, min(coalesce(observation_date, date '1900-01-01')) as first_date
    from care_leaver_outcome
    where eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
    group by child_key
)

select
    numbered.record_key as referral_key,
    getvariable('la_code') as la_code,
    numbered.child_key,
    referral_date,
    source_code,
    primary_need_code,
    is_no_further_action,
    close_date,
    close_reason_code,
    is_counted,
    previous_referral_date,
    (referral_date - previous_referral_date)::integer as days_since_previous_referral,
    previous_close_date,
    (referral_date - previous_close_date)::integer as days_since_previous_close,
    coalesce(previous_referral_date >= months_on(referral_date, -12), false)
        as is_rereferral_within_12_months,
    coalesce(previous_referral_date >= months_on(referral_date, -6), false)
        as is_rereferral_within_6_months,
    coalesce(is_last_case_closed, false) as is_last_case_closed,
    next_referral_date,
    sibling_group_key,
    case
        when sibling_group_key is not null
            then sum(is_counted::integer) over (partition by sibling_group_key)::integer
    end as sibling_group_size,
    coalesce(first_date <= referral_date, false) as is_care_leaver,
    age_at(birth_date, referral_date) as age_years,
    age_at(birth_date, close_date) as age_at_close_years,
    coalesce(team_key, no_team()) as team_key,
    worker_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cin_episodes.csv') as source_file,
    numbered.row_number
from numbered
left join referral_history using (record_key)
left join care_leaver using (child_key)
left join person using (child_key)
left join team on lower(team) = team_text;

create table fct_contact as
with numbered as (
    select
        *,
        contact_date is not null
        and row_number() over (partition by child_key, contact_date order by contact_id) = 1
            as is_counted
    from contact
),

-- The contact out of which a referral came: in the ten days before it, and better if it says so.
came_of as (
    select
        referral_key,
        referral_date,
        arg_max(
            numbered.record_key,
            {
                'says_so': coalesce(numbered.outcome_codes like '%NEW_REFERRAL%', false),
                'day': contact_date
            }
        ) as record_key
    from fct_referral as referral
    inner join numbered using (child_key)
    where
        referral.is_counted
        and numbered.is_counted
        and contact_date between referral_date - 10 and referral_date
    group by referral_key, referral_date
),

first_referral as (
    select record_key, arg_min(referral_key, referral_date) as referral_key
    from came_of
    group by record_key
)

select
    record_key as contact_key,
    getvariable('la_code') as la_code,
    child_key,
    contact_date,
    source_code,
    outcome_codes,
    coalesce(outcome_codes like '%EARLY%HELP%', false) as is_early_help_outcome,
    coalesce(outcome_codes like '%NEW_REFERRAL%', false) as is_referral_outcome,
    is_counted,
    referral_key,
    age_at(birth_date, contact_date) as age_years,
    getvariable('load_id') as load_id,
    file_number('ssd_contacts.csv') as source_file,
    row_number
from numbered
left join first_referral using (record_key);

create table fct_assessment as
select
    assessment.record_key as assessment_key,
    getvariable('la_code') as la_code,
    assessment.child_key,
    referral.record_key as referral_key,
    referral.referral_date,
    assessment.start_date,
    authorised_date,
    least(authorised_date, death_date) as open_until_date,
    case
        when assessment.start_date <= authorised_date
            then authorised_day.working_day_number - start_day.working_day_number
    end as working_days_from_start,
    case
        when referral.referral_date <= authorised_date
            then authorised_day.working_day_number - referral_day.working_day_number
    end as working_days_from_referral,
    is_child_seen,
    assessment.is_no_further_action,
    coalesce(birth_date > coalesce(authorised_date, assessment.start_date), false) as is_unborn,
    age_at(birth_date, coalesce(authorised_date, assessment.start_date)) as age_years,
    coalesce(team_key, no_team()) as team_key,
    assessment.worker_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cin_assessments.csv') as source_file,
    assessment.row_number
from assessment
left join referral
    on
        assessment.child_key = referral.child_key
        and assessment.referral_id = referral.referral_id
left join calendar as start_day on assessment.start_date = start_day.day
left join calendar as authorised_day on authorised_date = authorised_day.day
left join calendar as referral_day on referral.referral_date = referral_day.day
left join team on lower(assessment.team) = team_text;

create table fct_assessment_factor as
with factor as (
    select
        cinf_assessment_id as assessment_id,
        unnest(regexp_extract_all(cinf_assessment_factors_json, '"([^"]+)"', 1)) as factor_text,
        row_number
    from read_extract('ssd_assessment_factors')
),

owned as (
    select
        factor.assessment_id,
        assessment_id || '|' || coalesce(spelling.code, factor_text) as record_id,
        coalesce(
            assessment.known_child_key, unknown_child('assessment_factors', record_id)
        ) as child_key,
        assessment.record_key as assessment_key,
        spelling.code as factor_code,
        factor.row_number
    from factor
    left join assessment using (assessment_id)
    left join spelling
        on spelling.code_set = 'assessment_factor' and upper(factor_text) = spelling.text
    qualify
        row_number() over (partition by record_id, child_key order by factor.row_number desc) = 1
)

select
    key_of('assessment_factors', record_id, child_key) as assessment_factor_key,
    getvariable('la_code') as la_code,
    child_key,
    assessment_key,
    factor_code,
    getvariable('load_id') as load_id,
    file_number('ssd_assessment_factors.csv') as source_file,
    row_number
from owned;

create table fct_s47_enquiry as
select
    s47_enquiry.record_key as s47_enquiry_key,
    getvariable('la_code') as la_code,
    s47_enquiry.child_key,
    referral.record_key as referral_key,
    start_date,
    end_date,
    s47_enquiry.is_no_further_action,
    age_at(birth_date, start_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    s47_enquiry.worker_key,
    getvariable('load_id') as load_id,
    file_number('ssd_s47_enquiry.csv') as source_file,
    s47_enquiry.row_number
from s47_enquiry
left join referral
    on
        s47_enquiry.child_key = referral.child_key
        and s47_enquiry.referral_id = referral.referral_id
left join team on lower(s47_enquiry.team) = team_text;

create table fct_initial_conference as
select
    conference.record_key as initial_conference_key,
    getvariable('la_code') as la_code,
    conference.child_key,
    referral.record_key as referral_key,
    s47_enquiry.record_key as s47_enquiry_key,
    s47_enquiry.start_date as s47_start_date,
    conference_date,
    target_date,
    case
        when s47_enquiry.start_date <= conference_date
            then conference_day.working_day_number - start_day.working_day_number
    end as working_days_from_s47,
    is_transfer_in,
    is_cp_plan_outcome,
    age_at(conference.birth_date, conference_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    conference.worker_key,
    getvariable('load_id') as load_id,
    file_number('ssd_initial_cp_conference.csv') as source_file,
    conference.row_number
from initial_conference as conference
left join s47_enquiry
    on
        conference.child_key = s47_enquiry.child_key
        and conference.s47_enquiry_id = s47_enquiry.s47_enquiry_id
left join referral
    on
        conference.child_key = referral.child_key
        and conference.referral_id = referral.referral_id
left join calendar as start_day on s47_enquiry.start_date = start_day.day
left join calendar as conference_day on conference_date = conference_day.day
left join team on lower(conference.team) = team_text;

create temp table earlier_plan as
select
    this.record_key,
    max(other.end_date) as previous_plan_end_date,
    bool_or(
        other.end_date is null or other.end_date >= months_on(this.start_date, -24)
    ) as is_within_24_months
from cp_plan as this
inner join cp_plan as other
    on this.child_key = other.child_key and this.start_date > other.start_date
where not other.is_other_authority
group by this.record_key;

create table fct_cp_plan as
select
    cp_plan.record_key as cp_plan_key,
    getvariable('la_code') as la_code,
    cp_plan.child_key,
    referral.record_key as referral_key,
    conference.record_key as initial_conference_key,
    start_date,
    end_date,
    initial_category_code,
    latest_category_code,
    is_other_authority,
    earlier_plan.record_key is not null as has_earlier_plan,
    previous_plan_end_date,
    age_at(cp_plan.birth_date, start_date) as age_years,
    age_at(cp_plan.birth_date, end_date) as age_at_end_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cp_plans.csv') as source_file,
    cp_plan.row_number
from cp_plan
left join earlier_plan using (record_key)
left join initial_conference as conference
    on
        cp_plan.child_key = conference.child_key
        and cp_plan.initial_conference_id = conference.initial_conference_id
left join referral
    on cp_plan.child_key = referral.child_key and cp_plan.referral_id = referral.referral_id
left join team on lower(referral.team) = team_text;

create table fct_cp_review as
select
    key_of('cp_reviews', cppr_cp_review_id, review.child_key) as cp_review_key,
    getvariable('la_code') as la_code,
    review.child_key,
    cp_plan.record_key as cp_plan_key,
    expected_day_of(cppr_cp_review_due) as due_date,
    day_of(cppr_cp_review_date) as review_date,
    coalesce(cppr_cp_review_outcome_continue_cp = 'Y', false) as is_continued,
    getvariable('load_id') as load_id,
    file_number('ssd_cp_reviews.csv') as source_file,
    review.row_number
from (
    select
        *,
        coalesce(
            named_key, child_of(cppr_person_id),
            unknown_child('cp_reviews', cppr_cp_review_id)
        ) as child_key
    from read_extract('ssd_cp_reviews')
    left join named on cppr_person_id = named.id
    qualify
        row_number() over (
            partition by cppr_cp_review_id, cppr_person_id order by row_number desc
        ) = 1
) as review
left join cp_plan
    on review.child_key = cp_plan.child_key and id_of(cppr_cp_plan_id) = cp_plan.cp_plan_id;

create table fct_cin_plan as
select
    key_of('cin_plans', cinp_cin_plan_id, plan.child_key) as cin_plan_key,
    getvariable('la_code') as la_code,
    plan.child_key,
    referral.record_key as referral_key,
    day_of(cinp_cin_plan_start_date) as start_date,
    day_of(cinp_cin_plan_end_date) as end_date,
    age_at(birth_date, start_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cin_plans.csv') as source_file,
    plan.row_number
from (
    select
        *,
        coalesce(
            named_key, child_of(cinp_person_id),
            unknown_child('cin_plans', cinp_cin_plan_id)
        ) as child_key
    from read_extract('ssd_cin_plans')
    left join named on cinp_person_id = named.id
    qualify
        row_number() over (
            partition by cinp_cin_plan_id, cinp_person_id order by row_number desc
        ) = 1
) as plan
left join referral
    on plan.child_key = referral.child_key and id_of(cinp_referral_id) = referral.referral_id
left join team on lower(cinp_cin_plan_team) = team_text;

-- The case that counts on a day is cut out first, so that months meet one case of a child each.
create table fct_cin_month as
with open_case as (
    select record_key, child_key, referral_date, close_date, referral_id
    from referral
    where not is_no_further_action and (close_date is null or close_date > referral_date)
),

boundary as (
    select child_key, referral_date as day from open_case
    union
    select child_key, close_date from open_case where close_date is not null
),

stretch as (
    select child_key, day, lead(day) over (partition by child_key order by day) as next_day
    from boundary
),

chosen as (
    select
        child_key,
        day,
        next_day,
        max_by(record_key, (referral_date, coalesce(referral_id, ''), record_key)) as record_key
    from stretch
    inner join open_case using (child_key)
    where open_at(referral_date, close_date, day)
    group by all
),

held as (
    select child_key, month_end_date, record_key
    from chosen
    inner join month_end on open_at(day, next_day, month_end_date)
),

allocated as (
    select
        child_key,
        month_end_date,
        max_by(worker_key, (start_date, coalesce(id, ''))) as worker_key
    from held
    inner join involvement using (child_key)
    where
        not is_reviewing
        and worker_key is not null
        and open_at(start_date, end_date, month_end_date)
    group by all
)

select
    month_key(referral.child_key, month_end_date) as cin_month_key,
    getvariable('la_code') as la_code,
    referral.child_key,
    month_end_date,
    record_key as referral_key,
    referral_date,
    primary_need_code,
    age_at(birth_date, month_end_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    allocated.worker_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cin_episodes.csv') as source_file,
    referral.row_number
from held
inner join referral using (child_key, record_key)
left join allocated using (child_key, month_end_date)
left join person on referral.child_key = person.child_key
left join team on lower(team) = team_text
where death_date is null or death_date > month_end_date;

create table fct_cp_month as
select
    month_key(cp_plan.child_key, month_end_date) as cp_month_key,
    getvariable('la_code') as la_code,
    cp_plan.child_key,
    month_end_date,
    record_key as cp_plan_key,
    cp_plan.start_date as plan_start_date,
    cp_plan.latest_category_code,
    (month_end_date - cp_plan.start_date)::integer as days_on_plan,
    age_at(birth_date, month_end_date) as age_years,
    fct_cp_plan.team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cp_plans.csv') as source_file,
    cp_plan.row_number
from cp_plan
inner join month_end on open_at(cp_plan.start_date, cp_plan.end_date, month_end_date)
inner join fct_cp_plan on record_key = fct_cp_plan.cp_plan_key
where
    not cp_plan.is_other_authority
    and (death_date is null or death_date > month_end_date)
qualify
    row_number() over (
        partition by cp_plan.child_key, month_end_date
        order by cp_plan.start_date desc, cp_plan_id desc nulls last, record_key desc
    ) = 1;

-- Facts of care ------------------------------------------------------------------------------------

-- Episodes of at least a night; a real end before a start (S) parts them, and what goes on ends there.
create temp table grouped_episode as
with night as (
    select
        *,
        coalesce(end_date, date '9999-12-31') as reach_date,
        coalesce(
            start_reason_code = 'S'
            and lag(end_date) over in_order is not null
            and lag(end_reason_code) over in_order <> 'X1',
            false
        ) as parts
    from cla_episode
    where start_date is not null and coalesce(end_date > start_date, true)
    window in_order as (
        partition by child_key order by start_date, end_date nulls last, cla_episode_id
    )
),

ended as (
    select
        *,
        least(reach_date, min(case when parts then start_date end) over (
            partition by child_key order by start_date, end_date nulls last, cla_episode_id
            rows between 1 following and unbounded following
        )) as ended_date
    from night
),

compared as (
    select
        *,
        max(ended_date) over (
            partition by child_key order by start_date, end_date nulls last, cla_episode_id
            rows between unbounded preceding and 1 preceding
        ) as reach_before_date
    from ended
)

select
    *,
    sum(case when start_date <= reach_before_date and not parts then 0 else 1 end) over (
        partition by child_key order by start_date, end_date nulls last, cla_episode_id
        rows unbounded preceding
    ) as period_number
from compared;

-- By its episodes, as a child and alive.
create temp table whole_care as
select
    child_key,
    period_number,
    record_hash(child_key || '|' || min_by(
        record_key, (start_date, reach_date, cla_episode_id)
    )) as first_key,
    min_by(record_key, (start_date, reach_date, cla_episode_id)) as first_record_key,
    min(start_date) as care_start_date,
    nullif(least(
        max(ended_date),
        case when any_value(birthday_at(person.birth_date, 18)) <= getvariable('as_at_date')
            then any_value(birthday_at(person.birth_date, 18)) end,
        case when any_value(death_date) <= getvariable('as_at_date')
            then any_value(death_date) end
    ), date '9999-12-31') as care_end_date,
    min_by(
        {
            'start_reason_code': start_reason_code,
            'primary_need_code': primary_need_code,
            'row_number': row_number
        },
        (start_date, reach_date, cla_episode_id)
    ) as first,
    max_by(
        {'end_reason_code': end_reason_code}, (ended_date, start_date, reach_date, cla_episode_id)
    ).end_reason_code as end_reason_code
from grouped_episode
left join person using (child_key)
group by child_key, period_number
having coalesce(care_end_date > care_start_date, true);

-- Without the stretches of V3 and V4: the days on which care may change, cut where the status does.
create temp table period_of_care as
with change as (
    select child_key, period_number, care_start_date as day from whole_care
    union
    select child_key, period_number, unnest([start_date, end_date])
    from whole_care
    inner join legal_status using (child_key)
    where legal_status_code is not null
),

stretch as (
    select
        whole_care.*,
        day as stretch_start_date,
        coalesce(
            lead(day) over (partition by child_key, period_number order by day), care_end_date
        ) as stretch_end_date
    from whole_care
    inner join change using (child_key, period_number)
    where day >= care_start_date and coalesce(day < care_end_date, true)
),

status as (
    select
        child_key,
        period_number,
        stretch_start_date,
        max_by(
            legal_status_code,
            (start_date, not is_short_break(legal_status_code), legal_status_id, record_key)
        ) as legal_status_code
    from stretch
    inner join legal_status using (child_key)
    where legal_status_code is not null and open_at(start_date, end_date, stretch_start_date)
    group by all
),

numbered as (
    select
        stretch.*,
        is_short_break(status.legal_status_code) as is_short_break,
        sum(is_short_break(status.legal_status_code)::integer) over (
            partition by child_key, period_number order by stretch_start_date
        ) as break_count
    from stretch
    left join status using (child_key, period_number, stretch_start_date)
),

run as (
    select
        child_key,
        period_number,
        min(stretch_start_date) as start_date,
        case when count(*) = count(stretch_end_date) then max(stretch_end_date) end as end_date,
        any_value(care_start_date) as care_start_date,
        any_value(care_end_date) as care_end_date,
        any_value(first_key) as first_key,
        any_value(first_record_key) as first_record_key,
        any_value(first) as first,
        any_value(end_reason_code) as end_reason_code,
        row_number() over (partition by child_key, period_number order by start_date) as run_number
    from numbered
    where not is_short_break
    group by child_key, period_number, break_count
)

select
    child_key,
    period_number,
    case
        when run_number = 1 then first_key
        else record_hash(concat_ws('|', child_key, first_record_key, run_number))
    end as period_of_care_key,
    start_date,
    end_date,
    {
        'start_reason_code': case when start_date = care_start_date then first.start_reason_code end,
        'primary_need_code': first.primary_need_code,
        'row_number': first.row_number
    } as first,
    case when end_date is not distinct from care_end_date then end_reason_code end
        as end_reason_code
from run;

create temp table missing_episode as
with compared as (
    select
        *,
        coalesce(missing_type_code, 'not known') as spell_group,
        max(coalesce(end_at, timestamp '9999-12-31 00:00:00')) over (
            partition by child_key, spell_group
            order by start_at, end_at nulls last, missing_spell_id
            rows between unbounded preceding and 1 preceding
        ) as reach_before_at
    from missing_spell
    where start_at is not null
),

numbered as (
    select
        *,
        sum(case when spell_group = 'M' and start_at < reach_before_at then 0 else 1 end) over (
            partition by child_key, spell_group
            order by start_at, end_at nulls last, missing_spell_id
            rows unbounded preceding
        ) as episode_number
    from compared
)

select
    record_hash(child_key || '|' || first(
        record_key order by start_at, end_at nulls last, missing_spell_id
    )) as missing_episode_key,
    child_key,
    missing_type_code,
    min(start_at) as start_at,
    case when count(*) = count(end_at) then max(end_at) end as end_at,
    count(*)::integer as spell_count,
    bool_and(coalesce(offered_code = 'NA', false)) as is_not_applicable,
    bool_or(coalesce(offered_code = 'Y', false)) as is_interview_offered,
    bool_or(coalesce(offered_code = 'Y' and accepted_code = 'Y', false)) as is_interview_accepted,
    bool_or(coalesce(offered_code = 'Y' and accepted_code = 'N', false))
    and not is_interview_accepted as is_interview_declined,
    first(row_number order by start_at, end_at nulls last, missing_spell_id) as row_number,
    list(record_key) as spell_keys
from numbered
group by child_key, missing_type_code, spell_group, episode_number;

create temp table cla_month as
select
    period.*,
    month_end_date,
    window_start_date,
    birth_date,
    age_at(birth_date, month_end_date) as age_years
from period_of_care as period
inner join month_end on open_at(start_date, end_date, month_end_date)
left join person using (child_key)
where death_date is null or death_date > month_end_date;

create temp table care_leaver_month as
with ranked as (
    select *, coalesce(observation_date, date '1900-01-01') as held_from_date
    from care_leaver_outcome
    qualify
        row_number() over (
            partition by child_key, held_from_date
            order by
                case eligibility_code
                    when 'FORMER_RELEVANT' then 1
                    when 'RELEVANT' then 2
                    when 'QUALIFYING' then 3
                    when 'ELIGIBLE' then 4
                    else 5
                end,
                row_number desc
        ) = 1
),

held as (
    select *, lead(held_from_date) over (
        partition by child_key order by held_from_date
    ) as held_to_date
    from ranked
)

select *
from held
inner join month_end on open_at(held_from_date, held_to_date, month_end_date)
where death_date is null or death_date > month_end_date;

create temp table turned_18 as
select period_of_care_key, child_key, birthday_at(birth_date, 18) as turned_18_date
from period_of_care
inner join person using (child_key)
where open_at(start_date, end_date, turned_18_date - 1);

create temp table missing_month as
select
    episode.*,
    start_at::date as start_date,
    month_end_date,
    age_at(birth_date, month_end_date) as age_years
from missing_episode as episode
inner join month_end on open_at(start_at::date, end_at::date, month_end_date)
left join person using (child_key)
where
    missing_type_code = 'M'
    and coalesce(age_years < 18, true)
    and (death_date is null or death_date > month_end_date);

-- What holds for a child on the days that matter: one row per child and day, then the record open on
-- it that comes first.
create temp table asked_day as
select child_key, month_end_date as day from cla_month
union
select child_key, start_date from period_of_care
union
select child_key, end_date - 1 from period_of_care where end_date is not null
union
select child_key, start_date from cla_episode where start_date is not null
union
select child_key, turned_18_date - 1 from turned_18
union
select child_key, start_at::date from missing_episode
union
select child_key, month_end_date from missing_month
union
select child_key, coalesce(review_date, due_date)
from cla_review
where coalesce(review_date, due_date) is not null
union
select child_key, start_date from placement where start_date is not null
union
select child_key, end_date - 1 from placement where end_date is not null;

create temp table legal_status_on as
select
    child_key,
    day,
    max_by(
        legal_status_code,
        (start_date, not is_short_break(legal_status_code), legal_status_id, record_key)
    ) as legal_status_code
from asked_day
inner join legal_status using (child_key)
where legal_status_code is not null and open_at(start_date, end_date, day)
group by child_key, day;

create temp table placement_on as
select
    child_key,
    day,
    unnest(max_by(
        {
            'placement_key': record_key,
            'placement_type_code': placement_type_code,
            'provider_code': provider_code,
            'distance_miles': distance_miles
        },
        (start_date, coalesce(placement_id, ''), record_key)
    ))
from asked_day
inner join placement using (child_key)
where open_at(start_date, end_date, day)
group by child_key, day;

create temp table unaccompanied_on as
select distinct child_key, day
from asked_day
inner join unaccompanied using (child_key)
where open_at(start_date, end_date, day);

create temp table team_on as
with asked as (
    select child_key, day from asked_day
    union
    select child_key, month_end_date
    from care_leaver_month
    left join team on lower(team) = team_text
    where team_key is null
),

assigned as (
    select
        child_key, start_date, end_date, id, team,
        case when is_reviewing then 3 else 1 end as preference
    from involvement
    union all
    select child_key, referral_date, null, referral_id, team, 2
    from referral
)

select
    child_key,
    day,
    max_by(team_key, (-preference, start_date, coalesce(assigned.id, ''))) as team_key
from asked
inner join assigned using (child_key)
inner join team on lower(team) = team_text
where open_at(start_date, end_date, day)
group by child_key, day;

create table fct_period_of_care as
with due as (
    select start_day.day as start_date, due_day.day as due_date
    from calendar as start_day
    inner join calendar as due_day
        on
            start_day.working_day_number + 20 = due_day.working_day_number
            and due_day.is_working_day
),

assessed as (
    select period_of_care_key, min(check_date) as check_date
    from period_of_care
    inner join health_check using (child_key)
    where
        start_date <= check_date
        and coalesce(end_date >= check_date, true)
        and health_check_type_code = 'INITIAL'
        and status_code = 'COMPLETED'
    group by period_of_care_key
),

came_of_age as (
    select
        period_of_care_key,
        turned_18_date,
        placement_type_code,
        unaccompanied_on.child_key is not null as is_unaccompanied,
        coalesce(team_key, no_team()) as team_key
    from turned_18
    left join placement_on
        on turned_18.child_key = placement_on.child_key and turned_18_date - 1 = placement_on.day
    left join unaccompanied_on
        on
            turned_18.child_key = unaccompanied_on.child_key
            and turned_18_date - 1 = unaccompanied_on.day
    left join team_on
        on turned_18.child_key = team_on.child_key and turned_18_date - 1 = team_on.day
)

select
    period.period_of_care_key,
    getvariable('la_code') as la_code,
    period.child_key,
    period.start_date,
    period.end_date,
    start_status.legal_status_code as start_legal_status_code,
    end_status.legal_status_code as end_legal_status_code,
    first.start_reason_code,
    end_reason_code,
    first.primary_need_code,
    true as is_counted_start,
    period.end_date is not null as is_counted_end,
    false as is_continued_from_before,
    false as is_dropped_from_returns,
    due_date as initial_health_assessment_due_date,
    check_date as initial_health_assessment_date,
    start_unaccompanied.child_key is not null as is_unaccompanied_at_start,
    case when period.end_date is not null then end_unaccompanied.child_key is not null end
        as is_unaccompanied_at_end,
    age_at(birth_date, period.start_date) as age_at_start_years,
    age_at(birth_date, period.end_date) as age_at_end_years,
    turned_18_date,
    came_of_age.placement_type_code as turned_18_placement_type_code,
    came_of_age.is_unaccompanied as is_unaccompanied_at_18,
    came_of_age.team_key as turned_18_team_key,
    max(case when coalesce(end_reason_code, '') <> 'E3' then period.end_date end)
        over (
            partition by period.child_key order by period.start_date
            rows between unbounded preceding and 1 preceding
        ) as previous_end_date,
    start_placement.placement_type_code as start_placement_type_code,
    end_placement.placement_type_code as end_placement_type_code,
    coalesce(start_team.team_key, no_team()) as team_key,
    case when period.end_date is not null then coalesce(end_team.team_key, no_team()) end
        as end_team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_episodes.csv') as source_file,
    first.row_number
from period_of_care as period
left join legal_status_on as start_status
    on period.child_key = start_status.child_key and period.start_date = start_status.day
left join legal_status_on as end_status
    on period.child_key = end_status.child_key and period.end_date - 1 = end_status.day
left join came_of_age using (period_of_care_key)
left join due on period.start_date = due.start_date
left join assessed using (period_of_care_key)
left join unaccompanied_on as start_unaccompanied
    on
        period.child_key = start_unaccompanied.child_key
        and period.start_date = start_unaccompanied.day
left join unaccompanied_on as end_unaccompanied
    on
        period.child_key = end_unaccompanied.child_key
        and period.end_date - 1 = end_unaccompanied.day
left join placement_on as start_placement
    on
        period.child_key = start_placement.child_key
        and period.start_date = start_placement.day
left join placement_on as end_placement
    on
        period.child_key = end_placement.child_key
        and period.end_date - 1 = end_placement.day
left join team_on as start_team
    on period.child_key = start_team.child_key and period.start_date = start_team.day
left join team_on as end_team
    on period.child_key = end_team.child_key and period.end_date - 1 = end_team.day
left join person on period.child_key = person.child_key;

create table fct_cla_episode as
select
    episode.record_key as cla_episode_key,
    getvariable('la_code') as la_code,
    episode.child_key,
    period_of_care_key,
    episode.start_date,
    episode.end_date,
    start_reason_code,
    episode.end_reason_code,
    primary_need_code,
    legal_status_code,
    age_at(birth_date, episode.start_date) as age_years,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_episodes.csv') as source_file,
    row_number
from cla_episode as episode
left join (select record_key, period_number from grouped_episode) as grouped using (record_key)
left join period_of_care
    on
        episode.child_key = period_of_care.child_key
        and grouped.period_number = period_of_care.period_number
        and open_at(period_of_care.start_date, period_of_care.end_date, episode.start_date)
left join legal_status_on
    on
        episode.child_key = legal_status_on.child_key
        and episode.start_date = legal_status_on.day;

-- Placements in order. The leading ones are those that count and start on days of their own; each
-- goes on while the temporary ones after it are open.
create temp table paired_placement as
with dated as (
    select * from placement where start_date is not null
),

leading_placement as (
    select *
    from dated
    where not is_temporary and not is_zero_days
    qualify
        row_number() over (
            partition by child_key, start_date
            order by end_date desc nulls first, placement_id desc nulls last, record_key desc
        ) = 1
),

started as (
    select distinct child_key, start_date from dated
),

before as (
    select
        started.child_key,
        started.start_date,
        last_value(record_key ignore nulls) over (
            partition by started.child_key order by started.start_date
            rows between unbounded preceding and 1 preceding
        ) as previous_placement_key
    from started
    left join leading_placement using (child_key, start_date)
),

going_on as (
    select
        previous_placement_key as record_key,
        case when count(*) = count(end_date) then max(end_date) end as end_date
    from dated
    inner join before using (child_key, start_date)
    where is_temporary and not is_zero_days and previous_placement_key is not null
    group by all
),

ended as (
    select
        leading_placement.*,
        case
            when going_on.record_key is null then leading_placement.end_date
            when leading_placement.end_date is not null and going_on.end_date is not null
                then greatest(leading_placement.end_date, going_on.end_date)
        end as last_end_date
    from leading_placement
    left join going_on using (record_key)
),

same_carer_day as (
    select distinct child_key, start_date from cla_episode where start_reason_code in ('T', 'U')
)

select
    dated.*,
    leading_placement.record_key is not null as is_leading,
    previous.record_key as previous_placement_key,
    previous.end_date as previous_end_date,
    previous.start_date as previous_start_date,
    previous.placement_id as previous_placement_id,
    coalesce(
        previous.placement_type_code = dated.placement_type_code
        and previous.postcode = dated.postcode,
        false
    ) as is_same_place,
    coalesce(
        previous.last_end_date = dated.start_date
        and (
            previous.change_reason_code = 'PLACE'
            or same_carer_day.start_date is not null
            or dated.placement_type_code in ('A3', 'A5')
        ),
        false
    ) as is_same_carer,
    coalesce(
        previous.last_end_date = dated.start_date
        and dated.placement_type_code in ('A3', 'A4', 'A5', 'A6'),
        false
    ) as is_for_adoption
from dated
left join before using (child_key, start_date)
left join ended as previous on previous_placement_key = previous.record_key
left join leading_placement on dated.record_key = leading_placement.record_key
left join same_carer_day
    on dated.child_key = same_carer_day.child_key and dated.start_date = same_carer_day.start_date;

create temp table joined_placement as
with recursive walk as (
    select record_key, child_key, previous_end_date as reached_date, start_date as target_date
    from paired_placement
    where
        is_same_place
        and previous_end_date < start_date
        and not is_temporary
        and not is_zero_days
    union all
    select walk.record_key, walk.child_key, step.end_date, target_date
    from walk
    inner join (
        select distinct child_key, start_date, end_date
        from paired_placement
        where is_temporary and end_date > start_date
    ) as step
        on
            walk.child_key = step.child_key
            and reached_date = step.start_date
            and step.end_date <= target_date
),

continued as (
    select
        *,
        is_same_carer or is_bridged as is_continuation,
        is_same_carer or is_for_adoption or is_bridged as is_stable_continuation
    from (
        select
            *,
            record_key in (
                select record_key from walk where reached_date = target_date
            ) as is_bridged
        from paired_placement
    )
),

chain as (
    select
        record_key,
        first_value(record_key) over moves as move_group_key,
        first_value(start_date) over moves as move_start_date,
        first_value(record_key) over stays as stability_group_key,
        first_value(start_date) over stays as stability_start_date
    from (
        select
            *,
            sum((not is_continuation)::integer) over in_order as move_number,
            sum((not is_stable_continuation)::integer) over in_order as stability_number
        from continued
        where is_leading
        window in_order as (partition by child_key order by start_date)
    )
    window
        moves as (partition by child_key, move_number order by start_date),
        stays as (partition by child_key, stability_number order by start_date)
),

grouped as (
    select
        continued.*,
        case
            when is_temporary or is_zero_days then null
            when is_leading then own.move_group_key
            when is_continuation then previous.move_group_key
            else continued.record_key
        end as move_group_key,
        case
            when is_temporary or is_zero_days then null
            when is_leading then own.move_start_date
            when is_continuation then previous.move_start_date
            else start_date
        end as move_start_date,
        case
            when is_temporary or is_zero_days then null
            when is_leading then own.stability_group_key
            when is_stable_continuation then previous.stability_group_key
            else continued.record_key
        end as stability_group_key,
        case
            when is_temporary or is_zero_days then null
            when is_leading then own.stability_start_date
            when is_stable_continuation then previous.stability_start_date
            else start_date
        end as stability_start_date,
        is_temporary and not is_zero_days as is_holding,
        previous.move_group_key as previous_move_group_key,
        previous.move_start_date as previous_move_start_date,
        previous.stability_start_date as previous_stability_start_date
    from continued
    left join chain as own using (record_key)
    left join chain as previous on previous_placement_key = previous.record_key
)

select
    *,
    case when is_holding then previous_placement_key when not is_zero_days then record_key end
        as held_placement_key,
    case when is_holding then previous_placement_id else placement_id end as held_placement_id,
    case when is_holding then previous_start_date else start_date end as held_start_date,
    case when is_holding then previous_move_group_key else move_group_key end
        as held_move_group_key,
    case when is_holding then previous_move_start_date else move_start_date end
        as held_move_start_date,
    case when is_holding then previous_stability_start_date else stability_start_date end
        as held_stability_start_date
from grouped;

create table fct_placement as
with continued as (
    select distinct previous_placement_key as record_key
    from joined_placement
    where is_continuation and not is_temporary and not is_zero_days
)

select
    placement.record_key as placement_key,
    getvariable('la_code') as la_code,
    placement.child_key,
    placement.start_date,
    placement.end_date,
    placement.placement_type_code,
    placement.provider_code,
    placement.urn,
    placement.distance_miles,
    false as is_distance_derived,
    null::boolean as is_in_home_authority,
    placement.change_reason_code,
    placement.is_temporary,
    placement.is_zero_days,
    previous_placement_key,
    move_group_key,
    stability_group_key,
    stability_start_date,
    age_at(placement.birth_date, placement.start_date) as age_years,
    age_at(placement.birth_date, placement.end_date) as age_at_end_years,
    start_status.legal_status_code,
    end_status.legal_status_code as end_legal_status_code,
    start_unaccompanied.child_key is not null as is_unaccompanied,
    case when placement.end_date is not null then end_unaccompanied.child_key is not null end
        as is_unaccompanied_at_end,
    joined.record_key is not null
    and not placement.is_temporary
    and not placement.is_zero_days
    and not is_continuation
    and coalesce(age_years < 18, true)
    and not is_short_break(start_status.legal_status_code) as is_new,
    joined.record_key is not null
    and period.child_key is not null
    and not placement.is_temporary
    and not placement.is_zero_days
    and continued.record_key is null
    and not is_short_break(end_status.legal_status_code) as is_left_for_another,
    coalesce(start_team.team_key, no_team()) as team_key,
    case when placement.end_date is not null then coalesce(end_team.team_key, no_team()) end
        as end_team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_placement.csv') as source_file,
    placement.row_number
from placement
left join joined_placement as joined using (record_key)
left join continued using (record_key)
left join period_of_care as period
    on
        placement.child_key = period.child_key
        and period.start_date < placement.end_date
        and (period.end_date is null or period.end_date > placement.end_date)
left join legal_status_on as start_status
    on placement.child_key = start_status.child_key and placement.start_date = start_status.day
left join legal_status_on as end_status
    on placement.child_key = end_status.child_key and placement.end_date - 1 = end_status.day
left join unaccompanied_on as start_unaccompanied
    on
        placement.child_key = start_unaccompanied.child_key
        and placement.start_date = start_unaccompanied.day
left join unaccompanied_on as end_unaccompanied
    on
        placement.child_key = end_unaccompanied.child_key
        and placement.end_date - 1 = end_unaccompanied.day
left join team_on as start_team
    on placement.child_key = start_team.child_key and placement.start_date = start_team.day
left join team_on as end_team
    on placement.child_key = end_team.child_key and placement.end_date - 1 = end_team.day;

-- The latest days by which reviews are owed while a child is in care, and whether the next review
-- came too late. Where care began before the history, what came before the first known review isn't
-- known.
create temp table review_deadline as
with held as (
    select
        period.*,
        review_date,
        row_number() over by_day as review_number,
        lead(review_date) over by_day as next_review_date
    from period_of_care as period
    inner join (
        select distinct child_key, review_date from cla_review where not is_cancelled
    ) as review
        on
            period.child_key = review.child_key
            and period.start_date <= review_date
            and (period.end_date is null or period.end_date >= review_date)
    window by_day as (partition by period_of_care_key order by review_date)
),

owed as (
    select
        period.child_key,
        period.end_date,
        initial_health_assessment_due_date as deadline_date,
        review_date as next_review_date
    from fct_period_of_care as period
    left join held
        on period.period_of_care_key = held.period_of_care_key and review_number = 1
    where period.start_date >= getvariable('history_start_date')
    union all
    select
        child_key,
        end_date,
        months_on(
            review_date,
            case
                when review_number = 1 and start_date >= getvariable('history_start_date') then 3
                else 6
            end
        ),
        next_review_date
    from held
)

select
    child_key,
    deadline_date,
    next_review_date is null or next_review_date > deadline_date as is_late
from owed
where end_date is null or end_date > deadline_date;

create table fct_cla_month as
with counted as (
    select
        cla_month.child_key,
        month_end_date,
        count(distinct held_move_group_key) filter (
            placement.end_date is null or placement.end_date > window_start_date
        )::integer as placements_in_12_months,
        count(distinct held_move_group_key)::integer as placements_in_24_months
    from cla_month
    inner join joined_placement as placement
        on
            cla_month.child_key = placement.child_key
            and placement.start_date <= month_end_date
            and (
                placement.end_date is null
                or placement.end_date > months_on(window_start_date, -12)
            )
    group by all
),

reviewed as (
    select
        cla_month.child_key,
        month_end_date,
        count(*)::integer as reviews_due_in_12_months,
        count(*) filter (is_late)::integer as reviews_late_in_12_months
    from cla_month
    inner join review_deadline
        on
            cla_month.child_key = review_deadline.child_key
            and deadline_date between window_start_date and month_end_date
    group by all
),

allocated as (
    select
        cla_month.child_key,
        month_end_date,
        count(distinct worker_key)::integer as social_workers_in_12_months
    from cla_month
    inner join involvement
        on
            cla_month.child_key = involvement.child_key
            and involvement.start_date <= month_end_date
            and (
                involvement.end_date is null
                or involvement.end_date > greatest(involvement.start_date, window_start_date)
            )
    where not is_reviewing
    group by all
),

checked as (
    select
        cla_month.child_key,
        month_end_date,
        max(check_date) filter (is_assessment) as last_health_assessment_date,
        count(*) filter (
            is_assessment and check_date >= window_start_date
        )::integer as health_assessments_in_12_months,
        bool_or(
            health_check_type_code = 'DENTAL' and check_date >= window_start_date
        ) as has_dental_check,
        bool_or(is_development and check_date >= window_start_date) as has_development_check
    from cla_month
    inner join (
        select *, health_check_type_code in ('INITIAL', 'REVIEW') as is_assessment
        from health_check
        where status_code = 'COMPLETED'
    ) as health_check
        on cla_month.child_key = health_check.child_key and month_end_date >= check_date
    group by all
),

held as (
    select
        cla_month.child_key,
        month_end_date,
        unnest(max_by(
            {
                'placement_start_date': held_move_start_date,
                'stability_start_date': held_stability_start_date
            },
            (held_start_date, coalesce(held_placement_id, ''), held_placement_key, record_key)
        ))
    from cla_month
    inner join joined_placement as placement
        on
            cla_month.child_key = placement.child_key
            and open_at(placement.start_date, placement.end_date, month_end_date)
    where held_placement_key is not null
    group by cla_month.child_key, month_end_date
),

described as (
    select
        cla_month.*,
        legal_status_code,
        is_short_break(legal_status_code) as is_short_break,
        coalesce(age_years < 18, true) and not is_short_break(legal_status_code) as is_looked_after,
        placement_key,
        placement_type_code,
        provider_code,
        distance_miles,
        placement_start_date,
        coalesce(placements_in_12_months, 0) as placements_in_12_months,
        coalesce(placements_in_24_months, 0) as placements_in_24_months,
        coalesce(reviews_due_in_12_months, 0) as reviews_due_in_12_months,
        coalesce(reviews_late_in_12_months, 0) as reviews_late_in_12_months,
        visit_date as last_visit_date,
        coalesce(social_workers_in_12_months, 0) as social_workers_in_12_months,
        last_health_assessment_date,
        coalesce(health_assessments_in_12_months, 0) as health_assessments_in_12_months,
        coalesce(age_years < 5, false) as is_under_5,
        coalesce(has_dental_check, false) as has_dental_check,
        coalesce(has_development_check, false) as has_development_check,
        coalesce(is_immunised, false) as is_immunised,
        case when completed_date >= window_start_date then score end as sdq_score,
        coalesce(misuse_date >= window_start_date, false) as has_substance_misuse,
        coalesce(conviction_date >= window_start_date, false) as has_conviction,
        coalesce(stability_start_date <= months_on(month_end_date + 1, -24), false)
            as is_same_placement,
        unaccompanied_on.child_key is not null as is_unaccompanied,
        coalesce(team_key, no_team()) as team_key
    from cla_month
    left join counted using (child_key, month_end_date)
    left join held using (child_key, month_end_date)
    left join reviewed using (child_key, month_end_date)
    left join allocated using (child_key, month_end_date)
    left join checked using (child_key, month_end_date)
    asof left join visit_seen
        on cla_month.child_key = visit_seen.child_key and month_end_date >= visit_date
    asof left join immunisation
        on cla_month.child_key = immunisation.child_key and month_end_date >= status_date
    asof left join sdq_score
        on cla_month.child_key = sdq_score.child_key and month_end_date >= completed_date
    asof left join substance_misuse
        on cla_month.child_key = substance_misuse.child_key and month_end_date >= misuse_date
    asof left join conviction
        on cla_month.child_key = conviction.child_key and month_end_date >= conviction_date
    left join legal_status_on
        on
            cla_month.child_key = legal_status_on.child_key
            and month_end_date = legal_status_on.day
    left join placement_on
        on cla_month.child_key = placement_on.child_key and month_end_date = placement_on.day
    left join unaccompanied_on
        on
            cla_month.child_key = unaccompanied_on.child_key
            and month_end_date = unaccompanied_on.day
    left join team_on
        on cla_month.child_key = team_on.child_key and month_end_date = team_on.day
),

assessed as (
    select
        *,
        months_on(month_end_date, case when is_under_5 then -6 else -12 end)
            as health_assessment_from_date,
        is_looked_after and start_date <= health_assessment_from_date as is_health_assessment_due
    from described
)

select
    month_key(child_key, month_end_date) as cla_month_key,
    getvariable('la_code') as la_code,
    child_key,
    month_end_date,
    period_of_care_key,
    start_date as care_start_date,
    first.primary_need_code,
    legal_status_code,
    is_short_break,
    is_looked_after,
    is_looked_after and start_date <= months_on(month_end_date + 1, -12) as is_looked_after_12_months,
    is_looked_after and start_date <= months_on(month_end_date + 1, -24) as is_looked_after_24_months,
    placement_key,
    placement_type_code,
    provider_code,
    distance_miles,
    null::boolean as is_in_home_authority,
    placement_start_date,
    placements_in_12_months,
    placements_in_24_months,
    is_looked_after
    and coalesce(age_years < 16, false)
    and start_date <= months_on(month_end_date + 1, -30) as is_long_term,
    is_looked_after
    and coalesce(age_years < 16, false)
    and start_date <= months_on(month_end_date + 1, -30)
    and is_same_placement as is_stable,
    reviews_due_in_12_months,
    reviews_late_in_12_months,
    last_visit_date,
    case
        when coalesce(last_visit_date < coalesce(placement_start_date, start_date), true)
            then coalesce(placement_start_date, start_date) + 7
        when
            placement_type_code in ('U1', 'U4')
            and placement_start_date <= months_on(month_end_date, -12)
            then months_on(last_visit_date, 3)
        else last_visit_date + 42
    end as next_visit_due_date,
    social_workers_in_12_months,
    last_health_assessment_date,
    health_assessments_in_12_months,
    health_assessments_in_12_months >= case when is_under_5 then 2 else 1 end
        as is_health_assessed,
    is_health_assessment_due,
    is_health_assessment_due
    and coalesce(last_health_assessment_date < health_assessment_from_date, true)
        as is_health_assessment_overdue,
    has_dental_check,
    has_development_check,
    is_immunised,
    sdq_score,
    has_substance_misuse,
    has_conviction,
    is_unaccompanied,
    age_years,
    age_at(birth_date, start_date) as age_at_start_years,
    team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_episodes.csv') as source_file,
    first.row_number
from assessed;

create table fct_cla_review as
select
    record_key as cla_review_key,
    getvariable('la_code') as la_code,
    review.child_key,
    due_date,
    review_date,
    is_cancelled,
    participation_code,
    legal_status_code,
    age_at(birth_date, coalesce(review_date, due_date)) as age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_reviews.csv') as source_file,
    row_number
from cla_review as review
left join legal_status_on
    on
        review.child_key = legal_status_on.child_key
        and coalesce(review_date, due_date) = legal_status_on.day
left join team_on
    on review.child_key = team_on.child_key and coalesce(review_date, due_date) = team_on.day;

create table fct_health_assessment as
select
    record_key as health_assessment_key,
    getvariable('la_code') as la_code,
    child_key,
    check_date,
    health_check_type_code,
    status_code,
    age_at(birth_date, check_date) as age_years,
    getvariable('load_id') as load_id,
    file_number('ssd_cla_health.csv') as source_file,
    row_number
from health_check;

create table fct_permanence_plan as
with plan as (
    select
        perm_table_id as plan_id,
        coalesce(
            named_key, child_of(perm_person_id), unknown_child('permanence_plans', perm_table_id)
        ) as child_key,
        day_of(perm_adm_decision_date) as decision_date,
        day_of(perm_placement_order_date) as placement_order_date,
        day_of(perm_matched_date) as matched_date,
        day_of(perm_placed_for_adoption_date) as placed_date,
        day_of(perm_decision_reversed_date) as reversed_date,
        day_of(perm_permanence_order_date) as order_date,
        coalesce(perm_part_of_sibling_group = 'Y', false) as is_part_of_sibling_group,
        try_cast(perm_siblings_placed_together as integer) as siblings_placed_together_count,
        try_cast(perm_siblings_placed_apart as integer) as siblings_placed_apart_count,
        greatest(decision_date, placement_order_date, matched_date, placed_date) as last_step_date,
        row_number
    from read_extract('ssd_permanence')
    left join named on perm_person_id = named.id
    qualify
        row_number() over (partition by perm_table_id, perm_person_id order by row_number desc) = 1
)

select
    key_of('permanence_plans', plan_id, plan.child_key) as permanence_plan_key,
    getvariable('la_code') as la_code,
    plan.child_key,
    period_of_care_key,
    period_of_care_key is not null
    and row_number() over (
        partition by period_of_care_key
        order by reversed_date is not null, decision_date desc nulls last, plan_id desc
    ) = 1 as is_chosen,
    decision_date,
    placement_order_date,
    matched_date,
    placed_date,
    reversed_date,
    order_date,
    is_part_of_sibling_group,
    siblings_placed_together_count,
    siblings_placed_apart_count,
    getvariable('load_id') as load_id,
    file_number('ssd_permanence.csv') as source_file,
    plan.row_number
from plan
left join period_of_care as period
    on
        plan.child_key = period.child_key
        and open_at(period.start_date, period.end_date, last_step_date);

-- Visits, and who worked with whom -----------------------------------------------------------------

create table fct_visit as
with received as (
    select
        'child_in_need' as visit_kind, 'case_visits' as things, 'ssd_cin_visits.csv' as file,
        'child_in_need|' || cinv_cin_visit_id as visit_id, cinv_person_id as id, null as plan_id,
        cinv_cin_visit_date as visit_date, cinv_cin_visit_seen as seen,
        cinv_cin_visit_seen_alone as alone, coalesce(cinv_cin_visit_bedroom = 'Y', false) as bedroom,
        row_number
    from read_extract('ssd_cin_visits')
    union all
    select
        'child_protection', 'case_visits', 'ssd_cp_visits.csv',
        'child_protection|' || cppv_cp_visit_id, cppv_person_id, id_of(cppv_cp_plan_id),
        cppv_cp_visit_date, cppv_cp_visit_seen, cppv_cp_visit_seen_alone,
        coalesce(cppv_cp_visit_bedroom = 'Y', false), row_number
    from read_extract('ssd_cp_visits')
    union all
    select
        'looked_after', 'cla_visits', 'ssd_cla_visits.csv', clav_cla_visit_id, clav_person_id, null,
        clav_cla_visit_date, clav_cla_visit_seen, clav_cla_visit_seen_alone, null, row_number
    from read_extract('ssd_cla_visits')
),

visit as (
    select
        *,
        coalesce(named_key, child_of(received.id), unknown_child(things, visit_id)) as child_key
    from received
    left join named using (id)
    qualify row_number() over (partition by things, visit_id, id order by row_number desc) = 1
)

select
    key_of(things, visit_id, visit.child_key) as visit_key,
    getvariable('la_code') as la_code,
    visit.child_key,
    visit_kind,
    cp_plan.record_key as cp_plan_key,
    day_of(visit_date) as visit_date,
    coalesce(seen = 'Y', false) as is_seen,
    coalesce(alone = 'Y', false) as is_seen_alone,
    bedroom as is_bedroom_seen,
    age_at(visit.birth_date, day_of(visit_date)) as age_years,
    getvariable('load_id') as load_id,
    file_number(file) as source_file,
    visit.row_number
from visit
left join cp_plan on visit.child_key = cp_plan.child_key and plan_id = cp_plan.cp_plan_id;

create table fct_involvement as
select
    key_of(
        'involvements', involvement_id,
        coalesce(involvement.child_key, unknown_child('involvements', involvement_id))
    ) as involvement_key,
    getvariable('la_code') as la_code,
    coalesce(involvement.child_key, unknown_child('involvements', involvement_id)) as child_key,
    involvement.worker_key,
    coalesce(team_key, no_team()) as team_key,
    referral.record_key as referral_key,
    start_date,
    end_date,
    coalesce(
        role in ('CW', '16PLUS') or role like '%SOCIAL WORKER%' or role like '%CASE WORKER%', false
    ) as is_social_worker,
    is_reviewing as is_reviewing_officer,
    getvariable('load_id') as load_id,
    file_number('ssd_involvements.csv') as source_file,
    involvement.row_number
from involvement
left join referral
    on
        involvement.child_key = referral.child_key
        and involvement.referral_id = referral.referral_id
left join team on lower(involvement.team) = team_text;

-- Facts of missing children and care leavers -------------------------------------------------------

create table fct_missing_episode as
select
    missing_episode_key,
    getvariable('la_code') as la_code,
    episode.child_key,
    missing_type_code,
    start_at,
    end_at,
    start_at::date as start_date,
    end_at::date as end_date,
    spell_count,
    epoch(end_at - start_at) / 3600 as duration_hours,
    count(*) over (
        partition by episode.child_key, missing_type_code order by start_at::date
        range between interval 89 days preceding and current row
    )::integer as episodes_in_90_days,
    end_at is not null and not is_not_applicable as is_interview_required,
    is_interview_offered,
    is_interview_accepted,
    is_interview_declined,
    null::timestamp as interview_offered_at,
    null::double as offer_hours_from_return,
    null::timestamp as interview_held_at,
    null::double as interview_hours_from_return,
    false as is_interview_independent,
    null::varchar as missing_reason_code,
    period.child_key is not null and not is_short_break(legal_status_code) as is_looked_after,
    unaccompanied_on.child_key is not null as is_unaccompanied,
    legal_status_code,
    placement_type_code,
    age_at(birth_date, start_at::date) as age_years,
    floor((birthday_at(birth_date, 18) - start_at::date) / 7)::integer as weeks_to_18,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_missing.csv') as source_file,
    row_number
from missing_episode as episode
left join (select child_key, start_date, end_date from period_of_care) as period
    on
        episode.child_key = period.child_key
        and open_at(period.start_date, period.end_date, start_at::date)
left join legal_status_on
    on episode.child_key = legal_status_on.child_key and start_at::date = legal_status_on.day
left join placement_on
    on episode.child_key = placement_on.child_key and start_at::date = placement_on.day
left join unaccompanied_on
    on episode.child_key = unaccompanied_on.child_key and start_at::date = unaccompanied_on.day
left join team_on on episode.child_key = team_on.child_key and start_at::date = team_on.day
left join person on episode.child_key = person.child_key;

create table fct_missing_month as
select
    month_key(missing_month.child_key, month_end_date) as missing_month_key,
    getvariable('la_code') as la_code,
    missing_month.child_key,
    month_end_date,
    missing_episode_key,
    missing_month.start_date,
    period.child_key is not null and not is_short_break(legal_status_code) as is_looked_after,
    unaccompanied_on.child_key is not null as is_unaccompanied,
    legal_status_code,
    placement_type_code,
    age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_missing.csv') as source_file,
    row_number
from missing_month
left join (select child_key, start_date, end_date from period_of_care) as period
    on
        missing_month.child_key = period.child_key
        and open_at(period.start_date, period.end_date, month_end_date)
left join legal_status_on
    on missing_month.child_key = legal_status_on.child_key and month_end_date = legal_status_on.day
left join placement_on
    on missing_month.child_key = placement_on.child_key and month_end_date = placement_on.day
left join unaccompanied_on
    on
        missing_month.child_key = unaccompanied_on.child_key
        and month_end_date = unaccompanied_on.day
left join team_on
    on missing_month.child_key = team_on.child_key and month_end_date = team_on.day;

create table fct_return_interview as
select
    record_key as return_interview_key,
    getvariable('la_code') as la_code,
    child_key,
    missing_episode_key,
    offered_code,
    accepted_code,
    offered_code as extract_offered_code,
    accepted_code as extract_accepted_code,
    false as is_different,
    null::timestamp as held_at,
    null::double as hours_from_return,
    null::varchar as missing_reason_code,
    null::boolean as is_independent,
    getvariable('load_id') as load_id,
    file_number('ssd_missing.csv') as source_file,
    row_number
from missing_spell
left join (
    select missing_episode_key, unnest(spell_keys) as record_key from missing_episode
) using (record_key)
where offered_code is not null or accepted_code is not null;

create table fct_care_leaver_outcome as
with birthday as (
    select child_key, age, birthday_at(birth_date, age) as birthday_date
    from (
        select distinct child_key, birth_date
        from care_leaver_outcome
        where birth_date is not null
    )
    cross join (values (17), (18), (19), (20), (21)) as ages (age)
)

select
    record_key as care_leaver_outcome_key,
    getvariable('la_code') as la_code,
    outcome.child_key,
    'ssd' as source_system,
    observation_date,
    eligibility_code,
    in_touch_code,
    accommodation_code,
    case suitability_code when '1' then true when '2' then false end as is_accommodation_suitable,
    activity_code,
    is_in_education_employment_training,
    age as birthday_age_years,
    birthday_date,
    (observation_date - birthday_date)::integer as days_from_birthday,
    pathway_plan_review_date,
    has_personal_adviser,
    age_at(birth_date, observation_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_care_leavers.csv') as source_file,
    row_number
from care_leaver_outcome as outcome
left join birthday
    on
        outcome.child_key = birthday.child_key
        and observation_date
        between months_on(birthday_date, -3) and months_on(birthday_date, 1)
left join team on lower(team) = team_text;

create table fct_care_leaver_month as
with arrived as (
    select child_key, min(coalesce(start_date, date '1900-01-01')) as first_date
    from unaccompanied
    group by child_key
)

select
    month_key(held.child_key, month_end_date) as care_leaver_month_key,
    getvariable('la_code') as la_code,
    held.child_key,
    month_end_date,
    record_key as care_leaver_outcome_key,
    observation_date,
    eligibility_code,
    coalesce(
        eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
        and age_at(birth_date, month_end_date) between 17 and 24
        and coalesce(in_touch_code, '') <> 'DIED',
        false
    ) as is_in_scope,
    coalesce(
        age_at(birth_date, month_end_date) between 16 and 24
        and coalesce(in_touch_code, '') <> 'DIED'
        and (age_at(birth_date, month_end_date) < 21 or in_touch_code = 'YES'),
        false
    ) as is_to_be_supported,
    in_touch_code,
    accommodation_code,
    coalesce(suitability_code = '1', false) as is_accommodation_suitable,
    activity_code,
    is_in_education_employment_training,
    pathway_plan_review_date,
    has_personal_adviser,
    coalesce(first_date <= month_end_date, false) as is_unaccompanied,
    age_at(birth_date, month_end_date) as age_years,
    coalesce(team.team_key, team_on.team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    file_number('ssd_care_leavers.csv') as source_file,
    row_number
from care_leaver_month as held
left join arrived using (child_key)
left join team on lower(team) = team_text
left join team_on on held.child_key = team_on.child_key and month_end_date = team_on.day;

-- Where children live ------------------------------------------------------------------------------

-- The longest start of a postcode that the council lists says its locality.
create temp table home as
with listed as (
    select unnest(
        getvariable('localities')::struct(start varchar, locality_code varchar)[], recursive := true
    )
),

address as (
    select *, upper(addr_address_postcode) as postcode
    from read_extract('ssd_address')
    where (select count(*) from listed) > 0
    qualify row_number() over (partition by addr_table_id, addr_person_id order by row_number desc) = 1
)

select
    coalesce(named_key, child_of(addr_person_id)) as child_key,
    day_of(addr_address_start_date) as start_date,
    day_of(addr_address_end_date) as end_date,
    max_by(locality_code, length(start)) as locality_code
from address
left join named on addr_person_id = named.id
left join listed
    on start in (postcode, left(postcode, length(postcode) - 2), split_part(postcode, ' ', 1))
where coalesce(end_date > start_date, start_date is not null)
group by all;

create temp table lived as
with fact_day as (
    select child_key, contact_date as day from fct_contact
    union select child_key, start_date from fct_early_help_episode
    union select child_key, referral_date from fct_referral
    union select child_key, coalesce(authorised_date, start_date) from fct_assessment
    union select child_key, start_date from fct_s47_enquiry
    union select child_key, conference_date from fct_initial_conference
    union select child_key, start_date from fct_cp_plan
    union select child_key, coalesce(review_date, due_date) from fct_cp_review
    union select child_key, start_date from fct_cin_plan
    union select child_key, month_end_date from fct_cin_month
    union select child_key, month_end_date from fct_cp_month
    union select child_key, start_date from fct_period_of_care
    union select child_key, start_date from fct_cla_episode
    union select child_key, start_date from fct_placement
    union select child_key, month_end_date from fct_cla_month
    union select child_key, coalesce(review_date, due_date) from fct_cla_review
    union select child_key, check_date from fct_health_assessment
    union select child_key, decision_date from fct_permanence_plan
    union select child_key, visit_date from fct_visit
    union select child_key, start_date from fct_involvement
    union select child_key, start_date from fct_missing_episode
    union select child_key, month_end_date from fct_missing_month
    union select child_key, observation_date from fct_care_leaver_outcome
    union select child_key, month_end_date from fct_care_leaver_month
),

chosen as (
    select fact_day.child_key, day, locality_code
    from fact_day
    inner join home
        on fact_day.child_key = home.child_key and open_at(start_date, end_date, day)
    qualify row_number() over (partition by fact_day.child_key, day order by start_date desc) = 1
)

select
    child_key, day,
    record_hash(getvariable('la_code') || '|locality|' || locality_code) as locality_key
from chosen
where locality_code is not null;

alter table fct_contact add column locality_key varchar;
update fct_contact set locality_key = lived.locality_key
from lived where lived.child_key = fct_contact.child_key and lived.day = contact_date;
alter table fct_early_help_episode add column locality_key varchar;
update fct_early_help_episode set locality_key = lived.locality_key
from lived where lived.child_key = fct_early_help_episode.child_key and lived.day = start_date;
alter table fct_referral add column locality_key varchar;
update fct_referral set locality_key = lived.locality_key
from lived where lived.child_key = fct_referral.child_key and lived.day = referral_date;
alter table fct_assessment add column locality_key varchar;
update fct_assessment set locality_key = lived.locality_key
from lived where lived.child_key = fct_assessment.child_key and lived.day = coalesce(authorised_date, start_date);
alter table fct_s47_enquiry add column locality_key varchar;
update fct_s47_enquiry set locality_key = lived.locality_key
from lived where lived.child_key = fct_s47_enquiry.child_key and lived.day = start_date;
alter table fct_initial_conference add column locality_key varchar;
update fct_initial_conference set locality_key = lived.locality_key
from lived where lived.child_key = fct_initial_conference.child_key and lived.day = conference_date;
alter table fct_cp_plan add column locality_key varchar;
update fct_cp_plan set locality_key = lived.locality_key
from lived where lived.child_key = fct_cp_plan.child_key and lived.day = start_date;
alter table fct_cp_review add column locality_key varchar;
update fct_cp_review set locality_key = lived.locality_key
from lived where lived.child_key = fct_cp_review.child_key and lived.day = coalesce(review_date, due_date);
alter table fct_cin_plan add column locality_key varchar;
update fct_cin_plan set locality_key = lived.locality_key
from lived where lived.child_key = fct_cin_plan.child_key and lived.day = start_date;
alter table fct_cin_month add column locality_key varchar;
update fct_cin_month set locality_key = lived.locality_key
from lived where lived.child_key = fct_cin_month.child_key and lived.day = month_end_date;
alter table fct_cp_month add column locality_key varchar;
update fct_cp_month set locality_key = lived.locality_key
from lived where lived.child_key = fct_cp_month.child_key and lived.day = month_end_date;
alter table fct_period_of_care add column locality_key varchar;
update fct_period_of_care set locality_key = lived.locality_key
from lived where lived.child_key = fct_period_of_care.child_key and lived.day = start_date;
alter table fct_cla_episode add column locality_key varchar;
update fct_cla_episode set locality_key = lived.locality_key
from lived where lived.child_key = fct_cla_episode.child_key and lived.day = start_date;
alter table fct_placement add column locality_key varchar;
update fct_placement set locality_key = lived.locality_key
from lived where lived.child_key = fct_placement.child_key and lived.day = start_date;
alter table fct_cla_month add column locality_key varchar;
update fct_cla_month set locality_key = lived.locality_key
from lived where lived.child_key = fct_cla_month.child_key and lived.day = month_end_date;
alter table fct_cla_review add column locality_key varchar;
update fct_cla_review set locality_key = lived.locality_key
from lived where lived.child_key = fct_cla_review.child_key and lived.day = coalesce(review_date, due_date);
alter table fct_health_assessment add column locality_key varchar;
update fct_health_assessment set locality_key = lived.locality_key
from lived where lived.child_key = fct_health_assessment.child_key and lived.day = check_date;
alter table fct_permanence_plan add column locality_key varchar;
update fct_permanence_plan set locality_key = lived.locality_key
from lived where lived.child_key = fct_permanence_plan.child_key and lived.day = decision_date;
alter table fct_visit add column locality_key varchar;
update fct_visit set locality_key = lived.locality_key
from lived where lived.child_key = fct_visit.child_key and lived.day = visit_date;
alter table fct_involvement add column locality_key varchar;
update fct_involvement set locality_key = lived.locality_key
from lived where lived.child_key = fct_involvement.child_key and lived.day = start_date;
alter table fct_missing_episode add column locality_key varchar;
update fct_missing_episode set locality_key = lived.locality_key
from lived where lived.child_key = fct_missing_episode.child_key and lived.day = start_date;
alter table fct_missing_month add column locality_key varchar;
update fct_missing_month set locality_key = lived.locality_key
from lived where lived.child_key = fct_missing_month.child_key and lived.day = month_end_date;
alter table fct_care_leaver_outcome add column locality_key varchar;
update fct_care_leaver_outcome set locality_key = lived.locality_key
from lived where lived.child_key = fct_care_leaver_outcome.child_key and lived.day = observation_date;
alter table fct_care_leaver_month add column locality_key varchar;
update fct_care_leaver_month set locality_key = lived.locality_key
from lived where lived.child_key = fct_care_leaver_month.child_key and lived.day = month_end_date;

-- What has no day of its own has that of what it belongs to.
alter table fct_assessment_factor add column locality_key varchar;
update fct_assessment_factor set locality_key = fct_assessment.locality_key
from fct_assessment
where
    fct_assessment.assessment_key = fct_assessment_factor.assessment_key
    and fct_assessment.child_key = fct_assessment_factor.child_key;
alter table fct_return_interview add column locality_key varchar;
update fct_return_interview set locality_key = fct_missing_episode.locality_key
from fct_missing_episode
where fct_missing_episode.missing_episode_key = fct_return_interview.missing_episode_key;

-- When a child on a plan was last seen on a visit.
alter table fct_cp_month add column last_visit_date date;
update fct_cp_month set last_visit_date = seen.visit_date
from (
    select cp_month_key, max(visit_date) as visit_date
    from fct_cp_month
    inner join fct_visit using (child_key)
    where visit_kind = 'child_protection' and is_seen and visit_date <= month_end_date
    group by all
) as seen
where seen.cp_month_key = fct_cp_month.cp_month_key;
create temp macro working_day_of(date_day) as
    (select working_day_number from calendar where calendar.day = date_day);

-- Indicators ---------------------------------------------------------------------------------------

create macro age_band_of(bands, age) as
    case bands
        when 'care_leaver'
            then case
                when age = 16 then '16'
                when age between 17 and 18 then '17 to 18'
                when age between 19 and 21 then '19 to 21'
                when age between 22 and 24 then '22 to 24'
            end
        when 'missing'
            then case when age < 16 then 'under 16' when age >= 16 then '16 and over' end
        when 'standard'
            then case
                when age is null then 'not known'
                when age < 1 then 'under 1'
                when age < 5 then '1 to 4'
                when age < 10 then '5 to 9'
                when age < 16 then '10 to 15'
                else '16 and over'
            end
    end;
create temp macro measure(code, counted, day, part, whole, later, amount) as
    {
        'indicator_code': code,
        'is_counted': counted,
        'event_date': day,
        'numerator': part::integer,
        'denominator': whole::integer,
        'numerator_date': later::date,
        'quantity': amount::double
    };
create temp macro one_count(code, counted, day) as
    measure(code, counted, day, 1, null, null, null);
create temp macro share(code, counted, day, part, amount) as
    measure(code, counted, day, coalesce(part, false)::integer, 1, null, amount);
create temp macro mean_days(code, counted, day, from_date, to_date) as
    measure(code, counted and from_date <= to_date, day, 1, null, null, to_date - from_date);

create table indicator as
select
    indicator_code, indicator_name, measured_as, coalesce(period_types, 'all') as period_types,
    age_band_set, aggregation, counts, gives, has_breakdowns::boolean as has_breakdowns,
    measured_as = 'event' and (counts = 'children' or gives = 'ratio') as is_of_children
from read_seed('indicators/indicator.csv')
inner join read_seed('indicators/aggregation.csv') using (aggregation)
where
    needs_ssd is not null
    and needs_local is null
    and (
        getvariable('cp_visit_working_days') is not null
        or indicator_code not in (
            select indicator_code from read_seed('indicators/indicator_decision.csv')
        )
    );

create temp table label as
select
    code_set, code,
    coalesce(label, 'not known') as label, coalesce(group_label, 'not known') as group_label
from read_seed('code_sets/code.csv');

create temp table school_holiday as
select unnest(generate_series(start_date::date, end_date::date, interval 1 day))::date
    as holiday_date
from read_seed('calendar/school_holiday.csv');

-- What re-referrals led to, the furthest first, and how the case before them closed.
create temp table rereferral as
with counted as (
    select * from fct_referral where is_counted and is_rereferral_within_12_months
),

in_care as (
    select referral_key
    from counted
    inner join fct_period_of_care as period using (child_key)
    where open_at(referral_date, close_date, start_date)
),

closed_before as (
    select
        referral_key,
        max_by(coalesce(before.close_reason_code, 'not known'), coalesce(before.referral_id, ''))
            as previous_close_reason_code
    from counted
    inner join referral as before
        on
            counted.child_key = before.child_key
            and counted.previous_close_date = before.close_date
            and counted.referral_date > before.referral_date
    group by referral_key
)

select
    counted.*,
    case
        when referral_key in (select referral_key from in_care) then 'looked after'
        when referral_key in (select referral_key from fct_cp_plan) then 'child protection plan'
        when referral_key in (select referral_key from fct_cin_plan) then 'child in need plan'
        when is_no_further_action then 'no further action'
        when referral_key in (select referral_key from fct_assessment)
            then 'child in need, assessed'
        else 'child in need, no assessment recorded'
    end as status_after_referral,
    coalesce(previous_close_reason_code, 'not known') as previous_close_reason_code
from counted
left join closed_before using (referral_key);

-- What followed the closing of a case.
create temp table closed_case as
with new_case as (
    select child_key, referral_date as next_referral_date, min(close_date) as next_close_date
    from fct_referral
    where referral_date is not null
    group by all
),

care_leaver as (
    select child_key, min(observation_date) as first_observation_date
    from fct_care_leaver_outcome
    group by child_key
),

open_after_care as (
    select distinct child_key, care_end_date, end_legal_status_code, end_placement_type_code
    from (
        select
            child_key,
            end_date as care_end_date,
            end_legal_status_code,
            end_placement_type_code
        from fct_period_of_care
        where end_date is not null
        qualify
            row_number() over (partition by child_key order by end_date desc, start_date desc) = 1
    )
    inner join fct_referral using (child_key)
    where not is_no_further_action and open_at(referral_date, close_date, care_end_date)
),

early_help as (
    select child_key, start_date as early_help_date
    from fct_early_help_episode
)

select
    closed.*,
    early_help_date,
    next_close_date,
    first_observation_date,
    care_end_date,
    end_legal_status_code,
    end_placement_type_code
from fct_referral as closed
left join new_case using (child_key, next_referral_date)
left join care_leaver using (child_key)
left join open_after_care using (child_key)
asof left join early_help
    on closed.child_key = early_help.child_key and close_date <= early_help_date
where closed.close_date is not null and referral_date is not null and not is_no_further_action;

-- The observation nearest to each birthday.
create temp table care_leaver_birthday as
select *
from fct_care_leaver_outcome
where birthday_date is not null
qualify
    row_number() over (
        partition by child_key, birthday_date
        order by abs(days_from_birthday), row_number desc, care_leaver_outcome_key
    ) = 1;

create temp table held_conference as
select s47_enquiry_key, min(conference_date) as conference_date
from fct_initial_conference
where s47_enquiry_key is not null and conference_date <= getvariable('as_at_date')
group by s47_enquiry_key;

-- The months of a plan in whose twelve months a review was late or overdue.
create temp table late_month as
with known as (
    select cp_plan_key, start_date as day, months_on(start_date, 3) as deadline
    from fct_cp_plan
    where start_date >= getvariable('history_start_date')
    union all
    select cp_plan_key, review_date, months_on(review_date, 6)
    from fct_cp_review
    where cp_plan_key is not null and review_date is not null
),

followed as (
    select *, lead(day) over (partition by cp_plan_key order by day) as next_day
    from known
)

select distinct cp_month_key
from fct_cp_month
inner join followed using (cp_plan_key)
inner join month_end using (month_end_date)
where
    deadline < month_end_date
    and coalesce(next_day > deadline, true)
    and coalesce(next_day > window_start_date, true);

create temp table fostered_until_18 as
select period.child_key
from fct_period_of_care as period
inner join placement_on on period.child_key = placement_on.child_key and turned_18_date - 1 = day
inner join label on code_set = 'placement_type' and placement_type_code = code
where group_label = 'Foster placement';

-- Assessed, and closed with nothing more done.
create temp table not_in_need as
select referral_key
from fct_referral
semi join fct_assessment using (referral_key)
anti join fct_s47_enquiry using (referral_key)
anti join fct_initial_conference using (referral_key)
anti join fct_cp_plan using (referral_key)
anti join fct_cin_plan using (referral_key)
where
    not is_no_further_action
    and close_reason_code in ('RC8', 'RC9')
    and close_date is not null;

-- Each record once, with all that it is counted for: written for every indicator, the records would
-- take four times as long.
create table counted_record as
with counted as (
    -- What a branch below may give to be broken down by.
    select
        null::integer as single_age_years, null::integer as entry_age_years,
        null::varchar as weeks_to_18, null::boolean as is_care_leaver,
        null::boolean as is_excluded, null::varchar as referral_source_code,
        null::varchar as primary_need_code, null::varchar as factor_code,
        null::varchar as status_after_referral, null::varchar as previous_close_reason_code,
        null::varchar as sibling_group, null::date as school_day,
        null::varchar as placement_change_reason_code, null::varchar as abuse_category_code,
        null::varchar as duration, null::varchar as assisting_organisation,
        null::double as weight
    where false

    union all by name
    select
        contact_key as record_key, 'fct_contact' as record_table, contact.child_key, age_years,
        coalesce(source_code, 'not known') as referral_source_code, contact_date as school_day,
        load_id, source_file, row_number,
        [
            one_count('CON-01', true, contact_date),
            one_count('CON-02', true, contact_date),
            share('CON-03', true, contact_date, is_referral_outcome, null),
            share(
                'CON-06', true, contact_date,
                previous_contact_date >= months_on(contact_date, -12)
                and coalesce(previous_contact_date > last_referral_date, true),
                null
            ),
            measure(
                'EH-02', true, contact_date,
                coalesce(early_help_date <= contact_date + 28, false)::integer, 1,
                case when early_help_date <= contact_date + 28 then early_help_date end, null
            )
        ] as measures
    from (
        select *, lag(contact_date) over (
            partition by child_key order by contact_date
        ) as previous_contact_date
        from fct_contact
        where is_counted
    ) as contact
    asof left join (
        select child_key, referral_date as last_referral_date from fct_referral
    ) as referral
        on contact.child_key = referral.child_key and contact_date > last_referral_date
    asof left join (
        select child_key, start_date as early_help_date from fct_early_help_episode
    ) as early_help
        on contact.child_key = early_help.child_key and contact_date <= early_help_date

    union all by name
    select
        early_help_episode_key as record_key, 'fct_early_help_episode' as record_table, child_key,
        age_years, start_date as school_day,
        coalesce(organisation_name, 'not known') as assisting_organisation,
        load_id, source_file, row_number,
        [one_count('EH-01', true, start_date)] as measures
    from fct_early_help_episode

    union all by name
    select
        early_help_episode_key as record_key, 'fct_early_help_episode' as record_table, child_key,
        age_at_end_years as age_years, end_date as school_day, load_id, source_file, row_number,
        [one_count('EH-01C', true, end_date)] as measures
    from fct_early_help_episode

    union all by name
    select
        early_help_episode_key as record_key, 'fct_early_help_episode' as record_table,
        episode.child_key, age_at_end_years as age_years, load_id, source_file, row_number,
        [
            share(
                'EH-03', true, months_on(end_date, 12),
                next_referral_date <= months_on(end_date, 12), null
            ),
            share(
                'EH-05', true, months_on(end_date, 6), next_referral_date <= months_on(end_date, 6),
                null
            )
        ] as measures
    from fct_early_help_episode as episode
    asof left join (
        select child_key, referral_date as next_referral_date from fct_referral
    ) as referral
        on episode.child_key = referral.child_key and end_date < next_referral_date

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key, age_years, team_key,
        is_care_leaver, coalesce(source_code, 'not known') as referral_source_code,
        coalesce(primary_need_code, 'not known') as primary_need_code, referral_date as school_day,
        load_id, source_file, row_number,
        [
            one_count('REF-01', true, referral_date),
            one_count('REF-01R', true, referral_date),
            one_count('REF-02', true, referral_date),
            share(
                'REF-03', true, referral_date, is_rereferral_within_12_months,
                days_since_previous_referral
            ),
            share(
                'REF-04', true, referral_date, is_rereferral_within_6_months,
                days_since_previous_referral
            ),
            share(
                'REF-05', true, referral_date, is_rereferral_within_12_months,
                days_since_previous_referral
            ),
            share('REF-09', true, referral_date, is_no_further_action, null),
            measure(
                'REF-10', true, referral_date,
                (referral_key in (select referral_key from not_in_need))::integer, 1,
                case when referral_key in (select referral_key from not_in_need) then close_date end,
                null
            )
        ] as measures
    from fct_referral
    where is_counted

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key, age_years, team_key,
        case
            when sibling_group_size = 1 then '1 child'
            when sibling_group_size = 2 then '2 children'
            else '3 or more children'
        end as sibling_group,
        referral_date as school_day, load_id, source_file, row_number,
        [share(
            'REF-06', true, referral_date, is_rereferral_within_12_months, sibling_group_size
        )] as measures
    from fct_referral
    where is_counted
    qualify
        row_number() over (
            partition by sibling_group_key
            order by is_rereferral_within_12_months desc, age_years desc nulls last, referral_key
        ) = 1

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key, age_years, team_key,
        is_care_leaver, coalesce(source_code, 'not known') as referral_source_code,
        coalesce(primary_need_code, 'not known') as primary_need_code, status_after_referral,
        previous_close_reason_code, referral_date as school_day, load_id, source_file, row_number,
        [share('REF-07', true, referral_date, true, null)] as measures
    from rereferral

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key,
        age_at_close_years as age_years, team_key, load_id, source_file, row_number,
        [
            measure(
                'EH-04', true, close_date,
                coalesce(early_help_date <= close_date + 28, false)::integer, 1,
                case when early_help_date <= close_date + 28 then early_help_date end, null
            ),
            measure(
                'RE-REF-DIS', is_last_case_closed, close_date,
                (next_referral_date is not null)::integer, 1, next_referral_date, null
            ),
            measure(
                'RE-REF-CL',
                is_last_case_closed
                and next_referral_date is not null
                and first_observation_date is not null,
                close_date, 1, null, greatest(next_referral_date, first_observation_date), null
            ),
            measure(
                'RE-REF-CLO', is_last_case_closed and next_close_date is not null, close_date,
                1, null, greatest(next_referral_date, next_close_date), null
            )
        ] as measures
    from closed_case

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key,
        age_at_close_years as age_years, team_key,
        coalesce(end_legal_status_code, 'not known') as legal_status_code,
        coalesce(end_placement_type_code, 'not known') as placement_type_code,
        load_id, source_file, row_number,
        [measure(
            'RE-REF-OPEN', is_last_case_closed and next_referral_date is not null, close_date, 1,
            null, greatest(next_referral_date, care_end_date), null
        )] as measures
    from closed_case
    where care_end_date is not null

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key,
        age_at_close_years as age_years, team_key, is_care_leaver, load_id, source_file,
        row_number,
        [
            share(
                'RE-REF-DIS6', true, months_on(close_date, 6),
                next_referral_date <= months_on(close_date, 6), null
            ),
            share(
                'RE-REF-DIS12', true, months_on(close_date, 12),
                next_referral_date <= months_on(close_date, 12), null
            )
        ] as measures
    from fct_referral
    where is_last_case_closed

    union all by name
    select
        assessment_key as record_key, 'fct_assessment' as record_table, child_key, age_years,
        team_key, load_id, source_file, row_number,
        [
            one_count('ASM-01', true, authorised_date),
            share(
                'ASM-02', true, authorised_date, working_days_from_start <= 45,
                working_days_from_start
            ),
            share(
                'ASM-02R', true, authorised_date, working_days_from_referral <= 45,
                working_days_from_referral
            ),
            share(
                'ASM-04', true, authorised_date, working_days_from_start <= 45,
                working_days_from_start
            ),
            share('ASM-05', true, authorised_date, is_no_further_action, null),
            share('ASM-06', not is_unborn, authorised_date, is_child_seen, null),
            share(
                'ASM-07', true, authorised_date,
                previous_date >= months_on(authorised_date, -12), null
            ),
            share('CON-05', true, authorised_date, factors >= 3, coalesce(factors, 0))
        ] as measures
    from (
        select *, max(authorised_date) over (
            partition by child_key order by authorised_date
            range between unbounded preceding and interval 1 day preceding
        ) as previous_date
        from fct_assessment
        where authorised_date is not null
    )
    left join (
        select assessment_key, count(*) as factors
        from fct_assessment_factor
        where factor_code not in ('20', '21')
        group by assessment_key
    ) using (assessment_key)

    union all by name
    select
        assessment_key as record_key, 'fct_assessment' as record_table, child_key,
        age_at(birth_date, month_end_date) as age_years, team_key, load_id, source_file, row_number,
        [share('ASM-03', true, month_end_date, working_days > 45, working_days)] as measures
    from (
        select
            fct_assessment.*,
            birth_date,
            month_end.month_end_date,
            end_day.working_day_number - start_day.working_day_number as working_days
        from fct_assessment
        inner join month_end
            on open_at(start_date, open_until_date, month_end.month_end_date)
        inner join calendar as start_day on start_date = start_day.day
        inner join calendar as end_day on month_end.month_end_date = end_day.day
        left join person using (child_key)
    )

    union all by name
    select
        assessment_factor_key as record_key, 'fct_assessment_factor' as record_table,
        factor.child_key, assessment.age_years, assessment.team_key, factor_code, factor.load_id,
        factor.source_file, factor.row_number,
        [share('REF-07F', true, authorised_date, true, null)] as measures
    from fct_assessment_factor as factor
    inner join fct_assessment as assessment using (assessment_key)
    inner join rereferral using (referral_key)
    where factor_code <> '21'

    union all by name
    select
        assessment_factor_key as record_key, 'fct_assessment_factor' as record_table,
        factor.child_key, assessment.age_years, assessment.team_key, factor_code, factor.load_id,
        factor.source_file, factor.row_number,
        [one_count('ASM-08', true, authorised_date)] as measures
    from fct_assessment_factor as factor
    inner join fct_assessment as assessment using (assessment_key)
    where factor_code <> '21'

    union all by name
    select
        assessment_key as record_key, 'fct_assessment' as record_table, assessment.child_key,
        assessment.age_years, assessment.team_key, assessment.load_id, assessment.source_file,
        assessment.row_number,
        [share('REF-07P', true, authorised_date, of_parents, null)] as measures
    from fct_assessment as assessment
    inner join rereferral using (referral_key)
    inner join (
        select
            assessment_key,
            bool_or(factor_code in ('1B', '2B', '3B', '4B', '5B', '6B')) as of_parents
        from fct_assessment_factor
        where factor_code <> '21'
        group by assessment_key
    ) using (assessment_key)

    union all by name
    select
        cin_month_key as record_key, 'fct_cin_month' as record_table, child_key, age_years,
        team_key, coalesce(primary_need_code, 'not known') as primary_need_code,
        case
            when month_end_date <= months_on(referral_date, 3) then 'up to 3 months'
            when month_end_date <= months_on(referral_date, 6) then 'over 3 to 6 months'
            when month_end_date < months_on(referral_date, 12) then 'over 6 to under 12 months'
            when month_end_date < months_on(referral_date, 24) then '12 to under 24 months'
            else '24 months and over'
        end as duration,
        load_id, source_file, row_number,
        [
            one_count('CIN-01', true, month_end_date),
            one_count('CIN-01R', true, month_end_date),
            one_count('CIN-02', true, month_end_date)
        ] as measures
    from fct_cin_month

    union all by name
    select
        cin_month_key as record_key, 'fct_cin_month' as record_table, child_key, age_years,
        team_key, load_id, source_file, row_number,
        [share('WRK-06', true, month_end_date, worker_key is not null, null)] as measures
    from fct_cin_month

    union all by name
    select
        s47_enquiry_key as record_key, 'fct_s47_enquiry' as record_table, child_key, age_years,
        team_key, load_id, source_file, row_number,
        [
            one_count('S47-01', true, start_date),
            one_count('S47-01R', true, start_date),
            measure(
                'S47-02', true, start_date, (conference_date is not null)::integer, 1,
                conference_date, null
            )
        ] as measures
    from fct_s47_enquiry
    left join held_conference using (s47_enquiry_key)

    union all by name
    select
        initial_conference_key as record_key, 'fct_initial_conference' as record_table, child_key,
        age_years, team_key, load_id, source_file, row_number,
        [
            share(
                'ICPC-01', true, conference_date, working_days_from_s47 <= 15,
                working_days_from_s47
            ),
            one_count('ICPC-02', true, conference_date),
            one_count('ICPC-02R', true, conference_date),
            share('ICPC-03', true, conference_date, is_cp_plan_outcome, null)
        ] as measures
    from fct_initial_conference

    union all by name
    select
        cp_month_key as record_key, 'fct_cp_month' as record_table, child_key, age_years, team_key,
        coalesce(latest_category_code, 'not known') as abuse_category_code,
        load_id, source_file, row_number,
        [
            measure('CPP-01', true, month_end_date, 1, null, null, days_on_plan),
            measure('CPP-01R', true, month_end_date, 1, null, null, days_on_plan),
            share('CPP-06', true, month_end_date, days_on_plan + 1 > 729, days_on_plan + 1),
            share(
                'CPP-08', months_on(plan_start_date, 3) <= month_end_date, month_end_date,
                cp_month_key not in (select cp_month_key from late_month), null
            ),
            share(
                'CPP-09', getvariable('cp_visit_working_days') is not null, month_end_date,
                working_days_since_seen <= getvariable('cp_visit_working_days'),
                working_days_since_seen
            ),
            measure('CPP-10', true, month_end_date, 1, null, null, days_on_plan)
        ] as measures
    from (
        select
            *,
            working_day_of(month_end_date)
            - working_day_of(greatest(plan_start_date, coalesce(last_visit_date, plan_start_date)))
                as working_days_since_seen
        from fct_cp_month
    )

    union all by name
    select
        cp_plan_key as record_key, 'fct_cp_plan' as record_table, child_key, age_years, team_key,
        coalesce(initial_category_code, 'not known') as abuse_category_code,
        load_id, source_file, row_number,
        [
            one_count('CPP-02', true, start_date),
            one_count('CPP-02R', true, start_date),
            share('CPP-04', true, start_date, has_earlier_plan, null),
            share('CPP-05', true, start_date, is_within_24_months, null)
        ] as measures
    from fct_cp_plan
    left join earlier_plan on cp_plan_key = earlier_plan.record_key
    where not is_other_authority

    -- The day of the end counts as a day on the plan.
    union all by name
    select
        cp_plan_key as record_key, 'fct_cp_plan' as record_table, child_key,
        age_at_end_years as age_years, team_key,
        coalesce(latest_category_code, 'not known') as abuse_category_code,
        load_id, source_file, row_number,
        [
            one_count('CPP-03', true, end_date),
            one_count('CPP-03R', true, end_date),
            share('CPP-07', true, end_date, days_on_plan > 729, days_on_plan)
        ] as measures
    from (
        select *, end_date - start_date + 1 as days_on_plan
        from fct_cp_plan
        where not is_other_authority
    )

    union all by name
    select
        period_of_care_key as record_key, 'fct_period_of_care' as record_table, child_key,
        age_at_start_years as age_years, team_key,
        coalesce(start_legal_status_code, 'not known') as legal_status_code,
        coalesce(start_placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied_at_start as is_unaccompanied, load_id, source_file, row_number,
        [
            one_count('CLA-03', is_counted_start, start_date),
            one_count('CLA-03R', is_counted_start, start_date),
            share(
                'CLA-09', is_counted_start, start_date,
                previous_end_date >= months_on(start_date, -12), null
            ),
            share(
                'CLA-10', is_counted_start, start_date,
                start_legal_status_code in ('C1', 'C2', 'E1', 'L1', 'L2', 'L3'), null
            ),
            one_count('UASC-02R', is_counted_start and is_unaccompanied_at_start, start_date),
            share('UASC-02', is_counted_start, start_date, is_unaccompanied_at_start, null),
            share(
                'HLT-01',
                is_counted_start
                and (end_date is null or end_date > initial_health_assessment_due_date),
                initial_health_assessment_due_date,
                initial_health_assessment_date <= initial_health_assessment_due_date,
                null
            )
        ] as measures
    from fct_period_of_care

    union all by name
    select
        period_of_care_key as record_key, 'fct_period_of_care' as record_table, child_key,
        age_at_end_years as age_years, end_team_key as team_key,
        coalesce(end_legal_status_code, 'not known') as legal_status_code,
        coalesce(end_placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied_at_end as is_unaccompanied, load_id, source_file, row_number,
        [
            one_count('CLA-04', true, end_date),
            one_count('CLA-04R', true, end_date)
        ] as measures
    from fct_period_of_care
    where is_counted_end

    union all by name
    select
        period.period_of_care_key as record_key, 'fct_period_of_care' as record_table,
        period.child_key, age_at_end_years as age_years, end_team_key as team_key,
        coalesce(end_legal_status_code, 'not known') as legal_status_code,
        coalesce(end_placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied_at_end as is_unaccompanied, period.load_id, period.source_file,
        period.row_number,
        [
            share('PRM-01', true, end_date, is_adopted, null),
            share(
                'PRM-02', true, end_date,
                end_reason_code in ('E43', 'E44', 'E45', 'E46', 'E47', 'E48'), null
            ),
            share('PRM-03', true, end_date, end_reason_code = 'E41', null),
            share('PRM-05', true, end_date, end_reason_code in ('E4A', 'E4B'), null),
            mean_days('PRM-04', is_adopted, end_date, start_date, placed_date),
            mean_days('PRM-04A', is_adopted, end_date, start_date, end_date),
            mean_days('PRM-04D', is_adopted, end_date, decision_date, matched_date),
            mean_days('PRM-04M', is_adopted, end_date, matched_date, placed_date),
            mean_days('PRM-04P', is_adopted, end_date, placed_date, end_date),
            share(
                'PRM-06', is_adopted, end_date,
                placed_date between decision_date and months_on(decision_date, 12), null
            )
        ] as measures
    from (
        select *, coalesce(end_reason_code in ('E11', 'E12'), false) as is_adopted
        from fct_period_of_care
        where is_counted_end
    ) as period
    left join fct_permanence_plan as plan
        on period.period_of_care_key = plan.period_of_care_key and is_chosen

    union all by name
    select
        placement_key as record_key, 'fct_placement' as record_table, child_key,
        age_at_end_years as age_years, end_team_key as team_key,
        coalesce(end_legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied_at_end as is_unaccompanied,
        coalesce(change_reason_code, 'not known') as placement_change_reason_code,
        load_id, source_file, row_number,
        [
            share(
                'PLC-04', is_left_for_another, end_date,
                change_reason_code in (
                    'ALLEG', 'APPRR', 'CHILD', 'CLOSE', 'CREQB', 'CREQO', 'LAREQ', 'STAND'
                ),
                null
            ),
            share(
                'PLC-16', is_left_for_another, end_date,
                change_reason_code in ('CHILD', 'CREQB', 'CREQO'), null
            )
        ] as measures
    from fct_placement

    union all by name
    select
        placement_key as record_key, 'fct_placement' as record_table, child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied, load_id, source_file, row_number,
        [share('PLC-11', is_new, start_date, distance_miles > 20, distance_miles)] as measures
    from fct_placement

    union all by name
    select
        getvariable('la_code') as record_key, 'dim_authority' as record_table,
        getvariable('la_code') as child_key,
        [
            measure('UASC-03', true, month_end_date, expected, null, null, null),
            measure('UASC-04', true, month_end_date, cared_for, expected, null, null)
        ] as measures
    from (
        select
            month_end.month_end_date,
            round(percentage::double * children::double / 100) as expected,
            count(child_key) as cared_for
        from month_end
        inner join read_seed('indicators/threshold_unaccompanied.csv') as threshold
            on
                threshold.la_code = getvariable('la_code')
                and open_at(valid_from::date, valid_to::date, month_end.month_end_date)
        left join fct_cla_month
            on
                month_end.month_end_date = fct_cla_month.month_end_date
                and is_looked_after
                and is_unaccompanied
        group by all
    )

    union all by name
    select
        period_of_care_key as record_key, 'fct_period_of_care' as record_table, child_key,
        18 as age_years, turned_18_team_key as team_key,
        is_unaccompanied_at_18 as is_unaccompanied, load_id, source_file, row_number,
        [one_count('CL-12', true, turned_18_date)] as measures
    from fct_period_of_care

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied, age_years as single_age_years,
        coalesce(primary_need_code, 'not known') as primary_need_code,
        load_id, source_file, row_number,
        [
            one_count('CLA-01', true, month_end_date), one_count('CLA-02', true, month_end_date)
        ] as measures
    from fct_cla_month
    where is_looked_after

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, month_end.child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code, is_unaccompanied,
        month_end.load_id, month_end.source_file, month_end.row_number,
        [one_count(
            'PRM-09',
            month_end_date >= decision_date
            and month_end_date
            < coalesce(least(matched_date, placed_date, reversed_date), date 'infinity'),
            month_end_date
        )] as measures
    from fct_cla_month as month_end
    inner join fct_permanence_plan using (period_of_care_key)
    where is_looked_after and is_chosen

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        age_years as single_age_years, load_id, source_file, row_number,
        [one_count('CLA-05', true, month_end_date)] as measures
    from fct_cla_month
    where is_looked_after

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        coalesce(legal_status_code, 'not known') as legal_status_code,
        load_id, source_file, row_number,
        [one_count('CLA-06', true, month_end_date)] as measures
    from fct_cla_month
    where is_looked_after

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        coalesce(primary_need_code, 'not known') as primary_need_code,
        load_id, source_file, row_number,
        [one_count('CLA-08', true, month_end_date)] as measures
    from fct_cla_month
    where is_looked_after

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        load_id, source_file, row_number,
        [one_count('PLC-07', true, month_end_date)] as measures
    from fct_cla_month
    where is_looked_after

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied, age_years as single_age_years,
        age_at_start_years as entry_age_years, load_id, source_file, row_number,
        [
            one_count('UASC-01', true, month_end_date), one_count('UASC-01R', true, month_end_date),
            measure('UASC-06', age_years is not null, month_end_date, 1, null, null, age_years),
            measure('UASC-06M', age_years is not null, month_end_date, 1, null, null, age_years),
            measure(
                'UASC-06E', age_years is not null, month_end_date, 1, null, null,
                age_at_start_years
            ),
            measure(
                'UASC-06EM', age_years is not null, month_end_date, 1, null, null,
                age_at_start_years
            ),
            one_count('UASC-07', age_years < 16, month_end_date)
        ] as measures
    from fct_cla_month
    where is_looked_after and is_unaccompanied

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied, load_id, source_file, row_number,
        [
            share('CLA-07', true, month_end_date, disabled.child_key is not null, null),
            share(
                'PLC-01', true, month_end_date, placements_in_12_months >= 3,
                placements_in_12_months
            ),
            share('PLC-03', is_long_term, month_end_date, is_stable, null),
            share('PLC-05', true, month_end_date, distance_miles > 20, distance_miles),
            share(
                'PLC-05K', distance_miles is not null, month_end_date, distance_miles > 20,
                distance_miles
            ),
            one_count('PLC-05U', distance_miles is null, month_end_date),
            share(
                'PLC-02', is_looked_after_24_months, month_end_date, placements_in_24_months >= 3,
                placements_in_24_months
            ),
            share('PLC-08', is_fostered, month_end_date, is_fostered_by_relatives, null),
            one_count('PLC-09', age_years < 16 and is_unregulated, month_end_date),
            share('PLC-10', true, month_end_date, provider_code = 'PR1', null),
            share(
                'PLC-12', true, month_end_date, social_workers_in_12_months >= 3,
                social_workers_in_12_months
            ),
            share(
                'PRM-07', legal_status_code = 'E1', month_end_date,
                coalesce(placement_type_code, '') not in ('A3', 'A4', 'A5', 'A6'), null
            ),
            share('PRM-08', true, month_end_date, left(placement_type_code, 1) = 'A', null),
            share(
                'REV-01', reviews_due_in_12_months > 0, month_end_date,
                reviews_late_in_12_months = 0, null
            ),
            share('REV-03', true, month_end_date, next_visit_due_date >= month_end_date, null),
            share('HLT-03', is_looked_after_12_months, month_end_date, is_health_assessed, null),
            share(
                'HLT-04', is_health_assessment_due, month_end_date, is_health_assessment_overdue,
                null
            ),
            share('HLT-05', is_looked_after_12_months, month_end_date, has_dental_check, null),
            share('HLT-06', is_looked_after_12_months, month_end_date, is_immunised, null),
            share(
                'HLT-07', is_looked_after_12_months and age_years < 5, month_end_date,
                has_development_check, null
            ),
            share('HLT-08', is_aged_5_to_16, month_end_date, sdq_score is not null, null),
            measure(
                'HLT-09', is_aged_5_to_16 and sdq_score is not null, month_end_date, 1, null, null,
                sdq_score
            ),
            share(
                'HLT-10', is_aged_5_to_16 and sdq_score is not null, month_end_date,
                sdq_score >= 17, sdq_score
            ),
            share('HLT-11', is_looked_after_12_months, month_end_date, has_substance_misuse, null),
            share(
                'UASC-05', is_unaccompanied and age_years < 16, month_end_date, is_fostered, null
            ),
            share(
                'UASC-05S', is_unaccompanied and age_years >= 16, month_end_date,
                placement_type_code in ('H5', 'K3'), null
            ),
            share(
                'YJ-01', is_looked_after_12_months and age_years between 10 and 17, month_end_date,
                has_conviction, null
            )
        ] as measures
    from (
        select
            *,
            is_looked_after_12_months and age_years between 5 and 16 as is_aged_5_to_16,
            left(placement_type_code, 1) in ('F', 'Q', 'U') as is_fostered,
            placement_type_code in ('F1', 'F4', 'Q1', 'U1', 'U2', 'U3') as is_fostered_by_relatives,
            placement_type_code in ('H5', 'P2') or left(placement_type_code, 1) = 'Z'
                as is_unregulated
        from fct_cla_month
        where is_looked_after
    )
    left join disabled using (child_key)

    union all by name
    select
        cla_review_key as record_key, 'fct_cla_review' as record_table, child_key, age_years,
        team_key, coalesce(legal_status_code, 'not known') as legal_status_code,
        load_id, source_file, row_number,
        [share(
            'REV-02',
            not is_cancelled and age_years >= 4 and not is_short_break(legal_status_code),
            review_date,
            participation_code in ('PN1', 'PN2', 'PN3', 'PN4', 'PN5', 'PN6'),
            null
        )] as measures
    from fct_cla_review

    union all by name
    select
        missing_episode_key as record_key, 'fct_missing_episode' as record_table, child_key,
        age_years, team_key,
        case when is_looked_after then coalesce(legal_status_code, 'not known') end
            as legal_status_code,
        case when is_looked_after then coalesce(placement_type_code, 'not known') end
            as placement_type_code,
        is_unaccompanied, is_looked_after, age_years as single_age_years,
        case
            when weeks_to_18 < 0 then '18 or over'
            when weeks_to_18 < 4 then 'under 4 weeks'
            when weeks_to_18 < 13 then '4 to 12 weeks'
            when weeks_to_18 < 26 then '13 to 25 weeks'
            when weeks_to_18 < 52 then '26 to 51 weeks'
            when weeks_to_18 >= 52 then '52 weeks and over'
        end as weeks_to_18,
        load_id, source_file, row_number,
        [
            one_count('MIS-01', true, start_date),
            one_count('MIS-02', true, start_date),
            one_count('MIS-03', true, start_date),
            one_count('MIS-04', true, start_date)
        ] as measures
    from fct_missing_episode
    where missing_type_code = 'M'

    union all by name
    select
        missing_episode_key as record_key, 'fct_missing_episode' as record_table, child_key,
        age_years, team_key,
        case when is_looked_after then coalesce(legal_status_code, 'not known') end
            as legal_status_code,
        case when is_looked_after then coalesce(placement_type_code, 'not known') end
            as placement_type_code,
        is_unaccompanied, is_looked_after, load_id, source_file, row_number,
        [
            share('MIS-05', is_missing, start_date, episodes_in_90_days >= 3, episodes_in_90_days),
            share('MIS-07', is_missing, end_date, duration_hours > 24, duration_hours),
            one_count('AWA-01', not is_missing, start_date),
            share(
                'RHI-01', is_missing and is_interview_required, end_date, is_interview_offered, null
            ),
            share('RHI-02', is_missing and is_offered, end_date, is_interview_accepted, null),
            share('RHI-03', is_missing and is_offered, end_date, is_interview_declined, null)
        ] as measures
    from (
        select
            *,
            missing_type_code = 'M' as is_missing,
            is_interview_required and is_interview_offered as is_offered
        from fct_missing_episode
        where missing_type_code is not null
    )

    union all by name
    select
        missing_month_key as record_key, 'fct_missing_month' as record_table, child_key,
        age_years, team_key,
        case when is_looked_after then coalesce(legal_status_code, 'not known') end
            as legal_status_code,
        case when is_looked_after then coalesce(placement_type_code, 'not known') end
            as placement_type_code,
        is_unaccompanied, is_looked_after, load_id, source_file, row_number,
        [one_count('MIS-06', true, month_end_date)] as measures
    from fct_missing_month

    union all by name
    select
        care_leaver_month_key as record_key, 'fct_care_leaver_month' as record_table, child_key,
        age_years, team_key, is_unaccompanied, load_id, source_file, row_number,
        [
            one_count('CL-01', true, month_end_date),
            share('CL-02', is_not_home, month_end_date, in_touch_code = 'YES', null),
            share(
                'CL-03', is_housed and age_years between 17 and 18, month_end_date,
                is_accommodation_suitable, null
            ),
            share(
                'CL-04', is_housed and age_years between 19 and 21, month_end_date,
                is_accommodation_suitable, null
            ),
            share(
                'CL-05', is_19_to_21, month_end_date, is_in_education_employment_training, null
            ),
            share('CL-05a', is_19_to_21, month_end_date, activity_code in ('F1', 'P1'), null),
            share('CL-05b', is_19_to_21, month_end_date, activity_code in ('F4', 'P4'), null),
            share('CL-05c', is_19_to_21, month_end_date, activity_code in ('G4', 'G5', 'G6'), null),
            share('CL-05cI', is_19_to_21, month_end_date, activity_code = 'G4', null),
            share('CL-05cO', is_19_to_21, month_end_date, activity_code = 'G5', null),
            share('CL-05cP', is_19_to_21, month_end_date, activity_code = 'G6', null),
            share(
                'CL-05d', is_19_to_21, month_end_date,
                activity_code in ('F1', 'P1', 'F2', 'P2'), null
            ),
            share(
                'CL-05e', is_19_to_21, month_end_date,
                activity_code in ('F3', 'P3', 'F4', 'P4', 'F5', 'P5'), null
            ),
            share(
                'CL-06', is_not_home and age_years between 17 and 18, month_end_date,
                is_in_education_employment_training, null
            ),
            share(
                'CL-09', fostered.child_key is not null and is_not_home and age_years between 18 and 20,
                month_end_date, accommodation_code = 'Z', null
            ),
            share(
                'CL-10', is_not_home and age_years >= 22, month_end_date, in_touch_code = 'YES',
                null
            ),
            share('UASC-08', true, month_end_date, is_unaccompanied, null)
        ] as measures
    from (
        select
            *,
            coalesce(in_touch_code, '') <> 'RHOM' as is_not_home,
            is_not_home and coalesce(accommodation_code, '') not in ('G', 'H', 'R') as is_housed,
            is_not_home and age_years between 19 and 21 as is_19_to_21
        from fct_care_leaver_month
        where is_in_scope
    )
    left join fostered_until_18 as fostered using (child_key)

    union all by name
    select
        care_leaver_month_key as record_key, 'fct_care_leaver_month' as record_table, child_key,
        age_years, team_key, is_unaccompanied, load_id, source_file, row_number,
        [
            share(
                'CL-07', eligibility_code in ('RELEVANT', 'FORMER_RELEVANT'), month_end_date,
                has_personal_adviser, null
            ),
            share(
                'CL-08', eligibility_code in ('ELIGIBLE', 'RELEVANT', 'FORMER_RELEVANT'),
                month_end_date,
                pathway_plan_review_date between months_on(month_end_date, -6) and month_end_date,
                null
            ),
            share(
                'CL-11',
                eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
                and coalesce(in_touch_code, '') <> 'RHOM',
                month_end_date,
                in_touch_code = 'YES' and observation_date >= month_end_date - 56, null
            )
        ] as measures
    from fct_care_leaver_month
    where is_to_be_supported

    union all by name
    select
        care_leaver_outcome_key as record_key, 'fct_care_leaver_outcome' as record_table, child_key,
        age_years, team_key, load_id, source_file, row_number,
        [one_count('CL-13', true, observation_date)] as measures
    from (
        select *
        from fct_care_leaver_outcome
        where in_touch_code = 'DIED' and observation_date is not null
        qualify
            row_number() over (
                partition by child_key order by observation_date, row_number desc
            ) = 1
    )
    where
        eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
        and age_years between 17 and 24

    union all by name
    select
        care_leaver_outcome_key as record_key, 'fct_care_leaver_outcome' as record_table, child_key,
        birthday_age_years as age_years, team_key, load_id, source_file, row_number,
        [
            share('CL-02S', true, birthday_date, in_touch_code = 'YES', null),
            share(
                'CL-03S', is_housed and birthday_age_years <= 18, birthday_date,
                is_accommodation_suitable, null
            ),
            share(
                'CL-04S', is_housed and birthday_age_years > 18, birthday_date,
                is_accommodation_suitable, null
            ),
            share(
                'CL-05S', birthday_age_years > 18, birthday_date,
                is_in_education_employment_training, null
            ),
            share(
                'CL-06S', birthday_age_years <= 18, birthday_date,
                is_in_education_employment_training, null
            )
        ] as measures
    from (
        select *, coalesce(accommodation_code, '') not in ('G', 'H', 'R') as is_housed
        from care_leaver_birthday
        where
            eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
            and coalesce(in_touch_code, '') not in ('DIED', 'RHOM')
    )
)

select
    getvariable('la_code') as la_code,
    record_key,
    record_table,
    counted.child_key,
    list_filter(
        measures,
        lambda measure:
            measure.is_counted
            and measure.event_date
            between getvariable('history_start_date') and getvariable('as_at_date')
    ) as measures,
    weight,
    age_years,
    case when record_table <> 'dim_authority' then coalesce(sex, 'not known') end as sex,
    case when record_table <> 'dim_authority' then coalesce(ethnic_group, 'not known') end
        as ethnic_group,
    case
        when disabled.child_key is not null then 'disabled'
        when record_table <> 'dim_authority' then 'no disability recorded'
    end as disability,
    case is_unaccompanied when true then 'unaccompanied' when false then 'not unaccompanied' end
        as uasc,
    case when counted.team_key is not null then coalesce(team_name, 'not known') end as team,
    coalesce(legal_label.group_label, legal_status_code) as legal_status,
    coalesce(placement_label.group_label, placement_type_code) as placement_type,
    case is_looked_after when true then 'looked after' when false then 'not looked after' end
        as looked_after,
    single_age_years::varchar as age_in_years,
    entry_age_years::varchar as entry_age,
    weeks_to_18,
    case is_care_leaver when true then 'care leaver' when false then 'not a care leaver' end
        as care_leaver,
    case is_excluded
        when true then 'excluded or suspended' when false then 'not excluded or suspended'
    end as excluded,
    coalesce(source_label.group_label, referral_source_code) as referral_source,
    coalesce(need_label.label, primary_need_code) as primary_need,
    coalesce(factor_label.group_label, factor_code) as factor,
    coalesce(factor_label.label, factor_code) as factor_found,
    status_after_referral,
    coalesce(close_label.label, previous_close_reason_code) as previous_close_reason,
    sibling_group,
    case
        when school_day is null then null
        when school_holiday.holiday_date is null then 'term time'
        else 'school holiday'
    end as school_term,
    coalesce(change_label.label, placement_change_reason_code) as placement_change_reason,
    uasc || ', ' || placement_type as uasc_placement_type,
    coalesce(abuse_label.label, abuse_category_code) as abuse_category,
    duration,
    assisting_organisation,
    load_id,
    source_file,
    row_number
from counted
left join person using (child_key)
left join disabled on counted.child_key = disabled.child_key
left join team on counted.team_key = team.team_key
left join label as legal_label
    on legal_label.code_set = 'legal_status' and legal_status_code = legal_label.code
left join label as placement_label
    on placement_label.code_set = 'placement_type' and placement_type_code = placement_label.code
left join label as source_label
    on source_label.code_set = 'referral_source' and referral_source_code = source_label.code
left join label as need_label
    on need_label.code_set = 'primary_need' and primary_need_code = need_label.code
left join label as factor_label
    on factor_label.code_set = 'assessment_factor' and factor_code = factor_label.code
left join label as close_label
    on close_label.code_set = 'close_reason' and previous_close_reason_code = close_label.code
left join label as change_label
    on
        change_label.code_set = 'placement_change_reason'
        and placement_change_reason_code = change_label.code
left join label as abuse_label
    on abuse_label.code_set = 'abuse_category' and abuse_category_code = abuse_label.code
left join school_holiday on school_day = holiday_date;

create view fct_indicator_detail as
select
    counted.* exclude (is_counted, age_years),
    age_band_of(age_band_set, age_years) as age_band
from (
    select * exclude (measures), unnest(measures, recursive := true) from counted_record
) as counted
inner join indicator using (indicator_code);

-- Periods, once for each set of period types that indicators have. Each month is added up in two
-- parts, the last 28 days and the days before: periods are made of whole parts.
create temp macro part_end(day) as
    last_day(day) - case when day > last_day(day) - 28 then 0 else 28 end;

create temp table population as
select
    mid_year_date::date as mid_year_date,
    max_by(children::integer, vintage_year::integer) as children
from read_seed('population/child_population.csv')
where area_type = 'authority' and area = getvariable('la_code')
group by all;

create temp table period as
with ends as (
    select
        month_end_date,
        date_trunc('month', month_end_date)::date as month_start_date,
        months_on(date_trunc('year', months_on(month_end_date, -3))::date, 3) as year_start_date
    from month_end
)

select
    row_number() over () as period_number,
    measured_as,
    period_types,
    period_type,
    period_start_date,
    month_end_date as period_end_date,
    month_end_date > months_on(date_trunc('month', getvariable('as_at_date'))::date, -24)
        as is_recent,
    children
from (
    select
        *,
        case
            when days is not null then (month_end_date + 1 - days::integer)::date
            when months is not null then months_on(month_start_date, 1 - months::integer)
            else year_start_date
        end as period_start_date
    from ends
    cross join read_seed('indicators/period_type.csv')
    where
        (period_type <> 'quarter' or month(month_end_date) % 3 = 0)
        and (period_type <> 'year' or month(month_end_date) = 3)
)
inner join (select distinct measured_as, period_types from indicator) using (measured_as)
asof left join population on month_end_date >= mid_year_date
where
    period_start_date >= getvariable('history_start_date')
    and (period_types = 'all' or period_type in (select unnest(string_split(period_types, ' '))));

create temp table period_part as
select period.*, part_end_date
from period
inner join (
    select month_end_date as part_end_date from month_end
    union
    select month_end_date - 28 from month_end
) on part_end_date between period_start_date and period_end_date;

create temp table reported as
select
    indicator.*,
    min(period_start_date) filter (has_breakdowns and is_recent) as breakdown_start_date
from indicator
inner join period using (measured_as, period_types)
group by all;

-- A child is counted once in a period of events, by its first record in it: so a record counts in
-- the periods that start after the part of the child's record before it and no later than its own
-- part. By the last, in those that start no later than its part and end before the part of the next.
-- Records for each child stand where the first one does, whichever part they are in.
create temp table child_record as
with occasion as (
    select indicator_code, occasion
    from read_seed('indicators/occasion.csv')
),

last_record as (
    select
        detail.* exclude (
            la_code, record_key, record_table, numerator, denominator, numerator_date, quantity,
            weight, load_id, source_file, row_number
        ),
        gives,
        breakdown_start_date,
        part_end(event_date) as part_end_date,
        date '-infinity' as previous_part_end_date,
        lead(part_end(event_date), 1, date 'infinity') over in_order as next_part_end_date,
        case when numerator = 1 then last_day(event_date) end as numerator_month_end_date
    from fct_indicator_detail as detail
    inner join reported using (indicator_code)
    inner join occasion using (indicator_code)
    where is_of_children and occasion = 'last'
    window in_order as (partition by indicator_code, child_key order by event_date, record_key)
    qualify next_part_end_date > part_end(event_date)
),

first_record as (
    select
        detail.* exclude (
            la_code, record_key, record_table, numerator, denominator, numerator_date, quantity,
            weight, load_id, source_file, row_number
        ),
        gives,
        breakdown_start_date,
        part_end(event_date) as part_end_date,
        lag(part_end(event_date), 1, date '-infinity') over in_order as previous_part_end_date,
        date 'infinity' as next_part_end_date,
        case
            when occasion = 'first' and numerator = 1 then last_day(event_date)
            when occasion is distinct from 'first' then last_day(
                min(case when numerator = 1 then greatest(numerator_date, event_date) end) over (
                    in_order rows between current row and unbounded following
                )
            )
        end as numerator_month_end_date
    from fct_indicator_detail as detail
    inner join reported using (indicator_code)
    left join occasion using (indicator_code)
    where is_of_children and occasion is distinct from 'last'
    window in_order as (partition by indicator_code, child_key order by event_date, record_key)
    qualify previous_part_end_date < part_end(event_date)
),

part_record as (
    select
        indicator_code, child_key, part_end(event_date) as later_part_end_date,
        count(*)::integer as numerator
    from fct_indicator_detail
    inner join reported using (indicator_code)
    where gives = 'ratio'
    group by all
)

select
    first_record.*,
    part_end_date as first_part_end_date,
    case when gives = 'ratio' then 0 else 1 end as numerator,
    1 as denominator
from first_record

union all by name
select last_record.*, part_end_date as first_part_end_date, 1 as numerator, 1 as denominator
from last_record

union all by name
select
    first_record.* replace (
        later_part_end_date as part_end_date,
        last_day(later_part_end_date) as numerator_month_end_date
    ),
    part_end_date as first_part_end_date,
    numerator
from first_record
inner join part_record using (indicator_code, child_key)
where gives = 'ratio' and part_end_date <= later_part_end_date;

create temp view counted as
select
    detail.* exclude (quantity, weight),
    part_end(event_date) as part_end_date,
    date '-infinity' as previous_part_end_date,
    date 'infinity' as next_part_end_date,
    part_end_date as first_part_end_date,
    last_day(greatest(numerator_date, event_date)) as numerator_month_end_date,
    case when counts = 'quantity' then quantity end as quantity,
    case when counts = 'quantity' then coalesce(weight, 1) end as weight,
    breakdown_start_date
from fct_indicator_detail as detail
inner join reported using (indicator_code)
where not is_of_children

union all by name
select * from child_record;

-- A pass of its own for each breakdown reads one column, and only where it applies.
create temp macro total_by(breakdown, breakdown_value) as table
    select
        indicator_code, breakdown as breakdown, breakdown_value as breakdown_value, part_end_date,
        previous_part_end_date, next_part_end_date, first_part_end_date, numerator_month_end_date,
        quantity,
        sum(numerator)::bigint as numerator, sum(denominator)::bigint as denominator,
        count(quantity) as measured, sum(weight) as weight
    from counted
    where
        breakdown_value is not null
        and (breakdown = 'all' or event_date >= breakdown_start_date)
    group by all;

create temp table part_total as
select * from total_by('all', 'all')
union all select * from total_by('age_band', age_band)
union all select * from total_by('sex', sex)
union all select * from total_by('ethnic_group', ethnic_group)
union all select * from total_by('disability', disability)
union all select * from total_by('uasc', uasc)
union all select * from total_by('team', team)
union all select * from total_by('legal_status', legal_status)
union all select * from total_by('placement_type', placement_type)
union all select * from total_by('looked_after', looked_after)
union all select * from total_by('age_in_years', age_in_years)
union all select * from total_by('entry_age', entry_age)
union all select * from total_by('weeks_to_18', weeks_to_18)
union all select * from total_by('care_leaver', care_leaver)
union all select * from total_by('excluded', excluded)
union all select * from total_by('referral_source', referral_source)
union all select * from total_by('primary_need', primary_need)
union all select * from total_by('factor', factor)
union all select * from total_by('factor_found', factor_found)
union all select * from total_by('status_after_referral', status_after_referral)
union all select * from total_by('previous_close_reason', previous_close_reason)
union all select * from total_by('sibling_group', sibling_group)
union all select * from total_by('school_term', school_term)
union all select * from total_by('placement_change_reason', placement_change_reason)
union all select * from total_by('uasc_placement_type', uasc_placement_type)
union all select * from total_by('abuse_category', abuse_category)
union all select * from total_by('duration', duration)
union all select * from total_by('assisting_organisation', assisting_organisation);

-- A number for each indicator and breakdown value: it is faster to add up by than three texts.
create temp table series as
select row_number() over () as series_number, breakdown, breakdown_value, reported.*
from (
    select indicator_code, 'all' as breakdown, 'all' as breakdown_value from reported
    union
    select indicator_code, breakdown, breakdown_value from part_total
)
inner join reported using (indicator_code);

create temp table series_part as
select
    part_total.* exclude (indicator_code, breakdown, breakdown_value),
    series_number, measured_as, period_types, counts, gives, breakdown = 'all' as is_all
from part_total
inner join series using (indicator_code, breakdown, breakdown_value);

create temp table total as
select
    series_number,
    period_number,
    sum(case when numerator_month_end_date <= period_end_date then numerator else 0 end)::bigint
        as numerator,
    sum(denominator)::bigint as denominator,
    null::double as quantity
from series_part
inner join period_part using (measured_as, period_types, part_end_date)
where
    counts <> 'quantity'
    and (is_all or is_recent)
    and previous_part_end_date < period_start_date
    and next_part_end_date > period_end_date
    and first_part_end_date >= period_start_date
group by all;

insert into total
with by_quantity as (
    select
        series_number, period_number, gives, quantity,
        sum(measured) as measured, sum(weight) as weight
    from series_part
    inner join period_part using (measured_as, period_types, part_end_date)
    where quantity is not null and (is_all or is_recent)
    group by all
),

ranked as (
    select
        *,
        sum(measured) over (partition by series_number, period_number order by quantity)
            as measured_up_to,
        sum(measured) over (partition by series_number, period_number) as measured_in_all
    from by_quantity
)

select
    series_number,
    period_number,
    null as numerator,
    sum(measured) as denominator,
    case gives
        when 'median' then (
            min(quantity) filter (2 * measured_up_to >= measured_in_all)
            + min(quantity) filter (2 * measured_up_to > measured_in_all)
        ) / 2
        when 'mean' then sum(quantity * weight) / sum(weight)
        when 'minimum' then min(quantity)
        when 'maximum' then max(quantity)
    end as quantity
from ranked
group by series_number, period_number, gives;

-- What looks back further than the extract reaches is not available.
create temp table look_back as
select indicator_code, look_back_months::integer as look_back_months
from read_seed('sources/source_need.csv')
where source_system = 'ssd';

create table rpt_indicator as
with whole as (
    select indicator_code, breakdown, period_number, sum(numerator) as numerator
    from total
    inner join series using (series_number)
    where gives = 'distribution'
    group by all
),

figure as (
    select
        series.*,
        period.*,
        case when counts <> 'quantity' then coalesce(total.numerator, 0) end as numerator,
        case gives
            when 'count' then null
            when 'rate' then children
            when 'distribution' then coalesce(whole.numerator, 0)
            else coalesce(total.denominator, 0)
        end::bigint as denominator,
        quantity
    from series
    inner join period using (measured_as, period_types)
    left join total using (series_number, period_number)
    left join whole using (indicator_code, breakdown, period_number)
    left join look_back using (indicator_code)
    where
        (breakdown = 'all' or (is_recent and series_number in (select series_number from total)))
        and date_trunc('month', months_on(period_start_date, -coalesce(look_back_months, 0)))
        >= getvariable('history_start_date')
)

select
    getvariable('la_code') as la_code,
    getvariable('as_at_date') as as_at_date,
    indicator_code,
    indicator_name,
    period_type,
    period_start_date,
    period_end_date,
    breakdown,
    breakdown_value,
    numerator,
    denominator,
    case
        when counts = 'quantity' then quantity
        when gives = 'count' then numerator
        when denominator > 0
            then (
                numerator * case gives when 'rate' then 10000 when 'ratio' then 1 else 100 end
            )::double / denominator
    end as value,
    coalesce(denominator > 0 and denominator < minimum_denominator::integer, false)
        as is_small_denominator,
    'available' as availability,
    null::varchar as unavailable_reason
from figure
left join read_seed('indicators/minimum_denominator.csv') as minimum
    on
        figure.aggregation = minimum.aggregation
        and open_at(valid_from::date, valid_to::date, period_end_date);
