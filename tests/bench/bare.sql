-- What the work must cost: one plain script for DuckDB that reads the CSV files of one authority's
-- extract of one month and writes every fact, fct_indicator_detail and rpt_indicator, with the keys
-- and places that the release has. It knows one dialect (SystemC) and one source, checks nothing,
-- and has no bounds: it does not know which records are faulty.
--
-- Variables set by bare.py: extract and seeds (folders), la_code, load_id, as_at_date,
-- history_start_date, inner_pad and outer_pad (the identity key, for HMAC-SHA256).

-- Reading ------------------------------------------------------------------------------------------

create temp macro read_extract(table_name) as table
    select *, row_number() over () + 1 as row_number
    from read_csv(
        getvariable('extract') || table_name || '.csv',
        header = true, all_varchar = true, nullstr = 'NULL', delim = ',', quote = '"', escape = '"'
    );
create temp macro read_seed(file_name) as table
    select * from read_csv(getvariable('seeds') || file_name, header = true, all_varchar = true);

create temp macro day_of(text) as
    nullif(try_cast(left(text, 10) as date), date '1900-01-01');
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
create temp macro unknown_child(things, id) as
    'unknown-' || md5('ssd|' || getvariable('la_code') || '|' || things || '|' || id);
create temp macro key_of(things, id, child) as
    md5('ssd|' || getvariable('la_code') || '|' || things || '|' || id || '|' || child);
create temp macro month_key(child, day) as
    md5(getvariable('la_code') || '|' || child || '|' || day);
create temp macro no_team() as
    md5(getvariable('la_code') || '|team not known');
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
    coalesce(day_of(pers_dob), day_of(pers_expected_dob)) as birth_date,
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
select md5('ssd|' || getvariable('la_code') || '|teams|' || dept_team_id) as team_key,
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
        day_of(cine_close_date) as close_date,
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
    day_of(icpc_icpc_target_date) as target_date,
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
    day_of(immi_immigration_status_end_date) as end_date
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
    day_of(clea_pathway_plan_review_date) as pathway_plan_review_date,
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

create table fct_contact as
select
    record_key as contact_key,
    getvariable('la_code') as la_code,
    child_key,
    contact_date,
    source_code,
    outcome_codes,
    coalesce(outcome_codes like '%EARLY%HELP%', false) as is_early_help_outcome,
    coalesce(outcome_codes like '%NEW_REFERRAL%', false) as is_referral_outcome,
    contact_date is not null
    and row_number() over (partition by child_key, contact_date order by contact_id) = 1
        as is_counted,
    age_at(birth_date, contact_date) as age_years,
    getvariable('load_id') as load_id,
    'ssd_contacts.csv' as source_file,
    row_number
from contact;

create table fct_early_help_episode as
select
    key_of('early_help_episodes', earl_episode_id, child_key) as early_help_episode_key,
    getvariable('la_code') as la_code,
    child_key,
    day_of(earl_episode_start_date) as start_date,
    day_of(earl_episode_end_date) as end_date,
    age_at(birth_date, start_date) as age_years,
    getvariable('load_id') as load_id,
    'ssd_early_help_episodes.csv' as source_file,
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
                then md5(
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
    coalesce(team_key, no_team()) as team_key,
    worker_key,
    getvariable('load_id') as load_id,
    'ssd_cin_episodes.csv' as source_file,
    numbered.row_number
from numbered
left join referral_history using (record_key)
left join care_leaver using (child_key)
left join person using (child_key)
left join team on lower(team) = team_text;

create table fct_assessment as
select
    assessment.record_key as assessment_key,
    getvariable('la_code') as la_code,
    assessment.child_key,
    referral.record_key as referral_key,
    referral.referral_date,
    assessment.start_date,
    authorised_date,
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
    age_at(birth_date, coalesce(authorised_date, assessment.start_date)) as age_years,
    coalesce(team_key, no_team()) as team_key,
    assessment.worker_key,
    getvariable('load_id') as load_id,
    'ssd_cin_assessments.csv' as source_file,
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
    'ssd_assessment_factors.csv' as source_file,
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
    'ssd_s47_enquiry.csv' as source_file,
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
    'ssd_initial_cp_conference.csv' as source_file,
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

create table fct_cp_plan as
with earlier as (
    select this.record_key, max(other.end_date) as previous_plan_end_date
    from cp_plan as this
    inner join cp_plan as other
        on this.child_key = other.child_key and this.start_date > other.start_date
    where not other.is_other_authority
    group by this.record_key
)

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
    earlier.record_key is not null as has_earlier_plan,
    previous_plan_end_date,
    age_at(cp_plan.birth_date, start_date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    'ssd_cp_plans.csv' as source_file,
    cp_plan.row_number
from cp_plan
left join earlier using (record_key)
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
    day_of(cppr_cp_review_due) as due_date,
    day_of(cppr_cp_review_date) as review_date,
    coalesce(cppr_cp_review_outcome_continue_cp = 'Y', false) as is_continued,
    getvariable('load_id') as load_id,
    'ssd_cp_reviews.csv' as source_file,
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
    'ssd_cin_plans.csv' as source_file,
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
    getvariable('load_id') as load_id,
    'ssd_cin_episodes.csv' as source_file,
    referral.row_number
from chosen
inner join referral using (record_key)
left join person on referral.child_key = person.child_key
left join team on lower(team) = team_text
inner join month_end on open_at(day, next_day, month_end_date)
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
    'ssd_cp_plans.csv' as source_file,
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

create temp table grouped_episode as
with compared as (
    select
        *,
        coalesce(end_date, date '9999-12-31') as reach_date,
        max(coalesce(end_date, date '9999-12-31')) over (
            partition by child_key order by start_date, end_date nulls last, cla_episode_id
            rows between unbounded preceding and 1 preceding
        ) as reach_before_date
    from cla_episode
    where start_date is not null
)

select
    *,
    sum(case when start_date <= reach_before_date then 0 else 1 end) over (
        partition by child_key order by start_date, end_date nulls last, cla_episode_id
        rows unbounded preceding
    ) as period_number
from compared;

create temp table period_of_care as
select
    child_key,
    period_number,
    md5(child_key || '|' || min_by(
        record_key, (start_date, reach_date, cla_episode_id)
    )) as period_of_care_key,
    min(start_date) as start_date,
    case when count(*) = count(end_date) then max(end_date) end as end_date,
    min_by(
        {
            'start_reason_code': start_reason_code,
            'primary_need_code': primary_need_code,
            'row_number': row_number
        },
        (start_date, reach_date, cla_episode_id)
    ) as first,
    max_by(
        {'end_reason_code': end_reason_code}, (reach_date, start_date, cla_episode_id)
    ).end_reason_code as end_reason_code
from grouped_episode
group by child_key, period_number;

create temp table missing_episode as
with compared as (
    select
        *,
        coalesce(missing_type_code, 'not known') as spell_group,
        max(coalesce(end_at, timestamp '9999-12-31 00:00:00')) over (
            partition by child_key, spell_group order by start_at, end_at nulls last, missing_spell_id
            rows between unbounded preceding and 1 preceding
        ) as reach_before_at
    from missing_spell
    where start_at is not null
),

numbered as (
    select
        *,
        sum(case when spell_group = 'M' and start_at < reach_before_at then 0 else 1 end) over (
            partition by child_key, spell_group order by start_at, end_at nulls last, missing_spell_id
            rows unbounded preceding
        ) as episode_number
    from compared
)

select
    md5(child_key || '|' || first(
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
    first(row_number order by start_at, end_at nulls last, missing_spell_id) as row_number,
    list(record_key) as spell_keys
from numbered
group by child_key, missing_type_code, spell_group, episode_number;

create temp table cla_month as
select
    period.*,
    month_end_date,
    window_start_date,
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
select child_key, start_at::date from missing_episode;

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
        coalesce(named_key, child_of(invo_person_id)) as child_key,
        day_of(invo_involvement_start_date) as start_date,
        day_of(invo_involvement_end_date) as end_date,
        id_of(invo_involvements_id) as id,
        id_of(invo_professional_team) as team,
        case
            when
                upper(invo_professional_role_id) = 'IRO'
                or invo_professional_role_id ilike '%reviewing%'
                or invo_professional_role_id ilike '%chair%'
                then 3
            else 1
        end as preference
    from (
        select *
        from read_extract('ssd_involvements')
        qualify
            row_number() over (
                partition by invo_involvements_id, invo_person_id order by row_number desc
            ) = 1
    )
    left join named on invo_person_id = named.id
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
    coalesce(age_at(birth_date, period.start_date) < 18, true)
    and not is_short_break(start_status.legal_status_code) as is_counted_start,
    period.end_date is not null
    and not is_short_break(end_status.legal_status_code) as is_counted_end,
    due_date as initial_health_assessment_due_date,
    check_date as initial_health_assessment_date,
    unaccompanied_on.child_key is not null as is_unaccompanied_at_start,
    age_at(birth_date, period.start_date) as age_at_start_years,
    age_at(birth_date, period.end_date) as age_at_end_years,
    placement_type_code as start_placement_type_code,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    'ssd_cla_episodes.csv' as source_file,
    first.row_number
from period_of_care as period
left join legal_status_on as start_status
    on period.child_key = start_status.child_key and period.start_date = start_status.day
left join legal_status_on as end_status
    on period.child_key = end_status.child_key and period.end_date - 1 = end_status.day
left join due on period.start_date = due.start_date
left join assessed using (period_of_care_key)
left join unaccompanied_on
    on period.child_key = unaccompanied_on.child_key and period.start_date = unaccompanied_on.day
left join placement_on
    on period.child_key = placement_on.child_key and period.start_date = placement_on.day
left join team_on on period.child_key = team_on.child_key and period.start_date = team_on.day
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
    'ssd_cla_episodes.csv' as source_file,
    row_number
from cla_episode as episode
left join (select record_key, period_number from grouped_episode) as grouped using (record_key)
left join period_of_care
    on
        episode.child_key = period_of_care.child_key
        and grouped.period_number = period_of_care.period_number
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
    case when is_holding then previous_stability_start_date else stability_start_date end
        as held_stability_start_date
from grouped;

create table fct_placement as
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
    placement.change_reason_code,
    placement.is_temporary,
    placement.is_zero_days,
    previous_placement_key,
    move_group_key,
    stability_group_key,
    stability_start_date,
    age_at(placement.birth_date, placement.start_date) as age_years,
    getvariable('load_id') as load_id,
    'ssd_cla_placement.csv' as source_file,
    placement.row_number
from placement
left join joined_placement using (record_key);

create table fct_cla_month as
with counted as (
    select
        cla_month.child_key,
        month_end_date,
        count(distinct held_move_group_key)::integer as placements_in_12_months
    from cla_month
    inner join joined_placement as placement
        on
            cla_month.child_key = placement.child_key
            and placement.start_date <= month_end_date
            and (placement.end_date is null or placement.end_date > window_start_date)
    group by all
),

held as (
    select
        cla_month.child_key,
        month_end_date,
        max_by(
            held_stability_start_date,
            (held_start_date, coalesce(held_placement_id, ''), held_placement_key, record_key)
        ) as stability_start_date
    from cla_month
    inner join joined_placement as placement
        on
            cla_month.child_key = placement.child_key
            and open_at(placement.start_date, placement.end_date, month_end_date)
    where held_placement_key is not null
    group by all
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
        coalesce(placements_in_12_months, 0) as placements_in_12_months,
        coalesce(stability_start_date <= months_on(month_end_date, -24), false) as is_same_placement,
        unaccompanied_on.child_key is not null as is_unaccompanied,
        coalesce(team_key, no_team()) as team_key
    from cla_month
    left join counted using (child_key, month_end_date)
    left join held using (child_key, month_end_date)
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
)

select
    month_key(child_key, month_end_date) as cla_month_key,
    getvariable('la_code') as la_code,
    child_key,
    month_end_date,
    period_of_care_key,
    start_date as care_start_date,
    legal_status_code,
    is_short_break,
    is_looked_after,
    placement_key,
    placement_type_code,
    provider_code,
    distance_miles,
    placements_in_12_months,
    is_looked_after
    and coalesce(age_years < 16, false)
    and start_date <= months_on(month_end_date, -30) as is_long_term,
    is_looked_after
    and coalesce(age_years < 16, false)
    and start_date <= months_on(month_end_date, -30)
    and is_same_placement as is_stable,
    is_unaccompanied,
    age_years,
    team_key,
    getvariable('load_id') as load_id,
    'ssd_cla_episodes.csv' as source_file,
    first.row_number
from described;

create table fct_cla_review as
with care_child as (
    select care_id, min(child_key) as child_key
    from cla_episode
    where care_id is not null and not starts_with(child_key, 'unknown-')
    group by care_id
)

select
    key_of('cla_reviews', clar_cla_review_id, review.child_key) as cla_review_key,
    getvariable('la_code') as la_code,
    review.child_key,
    day_of(clar_cla_review_due_date) as due_date,
    day_of(clar_cla_review_date) as review_date,
    coalesce(clar_cla_review_cancelled = 'Y', false) as is_cancelled,
    participation.code as participation_code,
    age_at(birth_date, coalesce(review_date, due_date)) as age_years,
    getvariable('load_id') as load_id,
    'ssd_cla_reviews.csv' as source_file,
    row_number
from (
    select
        received.*,
        birth_date,
        coalesce(
            named_key, child_of(clar_cla_person_id), care_child.child_key,
            unknown_child('cla_reviews', clar_cla_review_id)
        ) as child_key
    from read_extract('ssd_cla_reviews') as received
    left join named on clar_cla_person_id = named.id
    left join care_child on clar_cla_id = care_child.care_id
    qualify
        row_number() over (
            partition by clar_cla_review_id, clar_cla_person_id order by row_number desc
        ) = 1
) as review
left join spelling as participation
    on
        participation.code_set = 'review_participation'
        and upper(clar_cla_review_participation) = participation.text;

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
    'ssd_cla_health.csv' as source_file,
    row_number
from health_check;

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
    end_at is not null and not is_not_applicable as is_interview_required,
    is_interview_offered,
    is_interview_accepted,
    period.child_key is not null and not is_short_break(legal_status_code) as is_looked_after,
    unaccompanied_on.child_key is not null as is_unaccompanied,
    legal_status_code,
    placement_type_code,
    age_at(birth_date, start_at::date) as age_years,
    coalesce(team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    'ssd_missing.csv' as source_file,
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

create table fct_return_interview as
select
    record_key as return_interview_key,
    getvariable('la_code') as la_code,
    child_key,
    missing_episode_key,
    offered_code,
    accepted_code,
    null::timestamp as held_at,
    getvariable('load_id') as load_id,
    'ssd_missing.csv' as source_file,
    row_number
from missing_spell
left join (
    select missing_episode_key, unnest(spell_keys) as record_key from missing_episode
) using (record_key)
where offered_code is not null or accepted_code is not null;

create table fct_care_leaver_outcome as
with birthday as (
    select
        child_key,
        age,
        case
            when month(birth_date) = 2 and day(birth_date) = 29
                then months_on(birth_date - 1, 12 * age) + 1
            else months_on(birth_date, 12 * age)
        end as birthday_date
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
    'ssd_care_leavers.csv' as source_file,
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
    eligibility_code,
    coalesce(
        eligibility_code in ('RELEVANT', 'FORMER_RELEVANT', 'QUALIFYING')
        and age_at(birth_date, month_end_date) between 17 and 24
        and coalesce(in_touch_code, '') <> 'DIED',
        false
    ) as is_in_scope,
    in_touch_code,
    accommodation_code,
    coalesce(suitability_code = '1', false) as is_accommodation_suitable,
    activity_code,
    is_in_education_employment_training,
    coalesce(first_date <= month_end_date, false) as is_unaccompanied,
    age_at(birth_date, month_end_date) as age_years,
    coalesce(team.team_key, team_on.team_key, no_team()) as team_key,
    getvariable('load_id') as load_id,
    'ssd_care_leavers.csv' as source_file,
    row_number
from care_leaver_month as held
left join arrived using (child_key)
left join team on lower(team) = team_text
left join team_on on held.child_key = team_on.child_key and month_end_date = team_on.day;

-- Indicators ---------------------------------------------------------------------------------------

create temp macro standard_age_band(age) as
    case
        when age is null then 'not known'
        when age < 1 then 'under 1'
        when age < 5 then '1 to 4'
        when age < 10 then '5 to 9'
        when age < 16 then '10 to 15'
        else '16 and over'
    end;
create temp macro care_leaver_age_band(age) as
    case
        when age between 17 and 18 then '17 to 18'
        when age between 19 and 21 then '19 to 21'
        when age between 22 and 24 then '22 to 24'
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

create temp table label as
select code_set, code, coalesce(group_label, 'not known') as group_label
from read_seed('code_sets/code.csv');

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

create table fct_indicator_detail as
with counted as (
    select
        contact_key as record_key, 'fct_contact' as record_table, child_key, age_years,
        load_id, source_file, row_number,
        one_count('CON-01', is_counted, contact_date) as measure
    from fct_contact

    union all by name
    select
        referral_key as record_key, 'fct_referral' as record_table, child_key, age_years, team_key,
        load_id, source_file, row_number,
        unnest([
            one_count('REF-01', is_counted, referral_date),
            share(
                'REF-03', is_counted, referral_date, is_rereferral_within_12_months,
                days_since_previous_referral
            ),
            share(
                'REF-04', is_counted, referral_date, is_rereferral_within_6_months,
                days_since_previous_referral
            ),
            share(
                'REF-05', is_counted, referral_date, is_rereferral_within_12_months,
                days_since_previous_referral
            ),
            measure(
                'RE-REF-DIS', is_last_case_closed, close_date,
                (next_referral_date is not null)::integer, 1, next_referral_date, null
            )
        ]) as measure
    from fct_referral

    union all by name
    select
        assessment_key as record_key, 'fct_assessment' as record_table, child_key, age_years,
        team_key, load_id, source_file, row_number,
        unnest([
            one_count('ASM-01', true, authorised_date),
            share(
                'ASM-02', true, authorised_date, working_days_from_start <= 45,
                working_days_from_start
            ),
            share(
                'ASM-02R', true, authorised_date, working_days_from_referral <= 45,
                working_days_from_referral
            )
        ]) as measure
    from fct_assessment

    union all by name
    select
        s47_enquiry_key as record_key, 'fct_s47_enquiry' as record_table, child_key, age_years,
        team_key, load_id, source_file, row_number,
        one_count('S47-01', true, start_date) as measure
    from fct_s47_enquiry

    union all by name
    select
        initial_conference_key as record_key, 'fct_initial_conference' as record_table, child_key,
        age_years, team_key, load_id, source_file, row_number,
        share(
            'ICPC-01', true, conference_date, working_days_from_s47 <= 15, working_days_from_s47
        ) as measure
    from fct_initial_conference

    union all by name
    select
        cp_month_key as record_key, 'fct_cp_month' as record_table, child_key, age_years, team_key,
        load_id, source_file, row_number,
        measure('CPP-01', true, month_end_date, 1, null, null, days_on_plan) as measure
    from fct_cp_month

    union all by name
    select
        cp_plan_key as record_key, 'fct_cp_plan' as record_table, child_key, age_years, team_key,
        load_id, source_file, row_number,
        share('CPP-04', not is_other_authority, start_date, has_earlier_plan, null) as measure
    from fct_cp_plan

    union all by name
    select
        period_of_care_key as record_key, 'fct_period_of_care' as record_table, child_key,
        age_at_start_years as age_years, team_key,
        coalesce(start_legal_status_code, 'not known') as legal_status_code,
        coalesce(start_placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied_at_start as is_unaccompanied, load_id, source_file, row_number,
        unnest([
            one_count('CLA-03', is_counted_start, start_date),
            share(
                'HLT-01',
                is_counted_start
                and (end_date is null or end_date >= initial_health_assessment_due_date),
                initial_health_assessment_due_date,
                initial_health_assessment_date <= initial_health_assessment_due_date,
                null
            )
        ]) as measure
    from fct_period_of_care

    union all by name
    select
        period_of_care_key as record_key, 'fct_period_of_care' as record_table, child_key,
        age_at_end_years as age_years, team_key,
        coalesce(end_legal_status_code, 'not known') as legal_status_code,
        is_unaccompanied_at_start as is_unaccompanied, load_id, source_file, row_number,
        one_count('CLA-04', is_counted_end, end_date) as measure
    from fct_period_of_care

    union all by name
    select
        cla_month_key as record_key, 'fct_cla_month' as record_table, child_key, age_years, team_key,
        coalesce(legal_status_code, 'not known') as legal_status_code,
        coalesce(placement_type_code, 'not known') as placement_type_code,
        is_unaccompanied, load_id, source_file, row_number,
        unnest([
            one_count('CLA-01', true, month_end_date),
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
            one_count('UASC-01', is_unaccompanied, month_end_date)
        ]) as measure
    from fct_cla_month
    left join disabled using (child_key)
    where is_looked_after

    union all by name
    select
        missing_episode_key as record_key, 'fct_missing_episode' as record_table, child_key,
        age_years, team_key,
        case when is_looked_after then coalesce(legal_status_code, 'not known') end
            as legal_status_code,
        case when is_looked_after then coalesce(placement_type_code, 'not known') end
            as placement_type_code,
        is_unaccompanied, is_looked_after, load_id, source_file, row_number,
        unnest([
            one_count('MIS-01', true, start_date),
            one_count('MIS-02', true, start_date),
            one_count('MIS-03', true, start_date),
            share('RHI-01', is_interview_required, end_date, is_interview_offered, null),
            share(
                'RHI-02', is_interview_required and is_interview_offered, end_date,
                is_interview_accepted, null
            )
        ]) as measure
    from fct_missing_episode
    where missing_type_code = 'M'

    union all by name
    select
        care_leaver_month_key as record_key, 'fct_care_leaver_month' as record_table, child_key,
        age_years, team_key, is_unaccompanied, load_id, source_file, row_number,
        unnest([
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
                'CL-05', is_not_home and age_years between 19 and 21, month_end_date,
                is_in_education_employment_training, null
            ),
            share(
                'CL-06', is_not_home and age_years between 17 and 18, month_end_date,
                is_in_education_employment_training, null
            )
        ]) as measure
    from (
        select
            *,
            coalesce(in_touch_code, '') <> 'RHOM' as is_not_home,
            is_not_home and coalesce(accommodation_code, '') not in ('G', 'H') as is_housed
        from fct_care_leaver_month
        where is_in_scope
    )

    union all by name
    select
        care_leaver_outcome_key as record_key, 'fct_care_leaver_outcome' as record_table, child_key,
        birthday_age_years as age_years, team_key, load_id, source_file, row_number,
        unnest([
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
        ]) as measure
    from (
        select *, coalesce(accommodation_code, '') not in ('G', 'H') as is_housed
        from care_leaver_birthday
        where
            eligibility_code in ('FORMER_RELEVANT', 'RELEVANT', 'QUALIFYING')
            and coalesce(in_touch_code, '') not in ('DIED', 'RHOM')
    )
)

select
    getvariable('la_code') as la_code,
    measure.indicator_code,
    record_key,
    record_table,
    counted.child_key,
    measure.event_date,
    measure.numerator,
    measure.denominator,
    measure.numerator_date,
    measure.quantity,
    case
        when measure.indicator_code like 'CL-%' then care_leaver_age_band(age_years)
        when measure.indicator_code = 'MIS-03'
            then case when age_years < 16 then 'under 16' when age_years >= 16 then '16 and over' end
        else standard_age_band(age_years)
    end as age_band,
    coalesce(sex, 'not known') as sex,
    coalesce(ethnic_group, 'not known') as ethnic_group,
    case when disabled.child_key is null then 'no disability recorded' else 'disabled' end
        as disability,
    case is_unaccompanied when true then 'unaccompanied' when false then 'not unaccompanied' end
        as uasc,
    case when counted.team_key is not null then coalesce(team_name, 'not known') end as team,
    coalesce(legal_label.group_label, legal_status_code) as legal_status,
    coalesce(placement_label.group_label, placement_type_code) as placement_type,
    case is_looked_after when true then 'looked after' when false then 'not looked after' end
        as looked_after,
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
where
    measure.is_counted
    and measure.event_date
    between getvariable('history_start_date') and getvariable('as_at_date');

-- Periods, and the months that they are made of.
create temp table indicator as
select
    indicator_code, indicator_name, measured_as, period_types,
    aggregation like 'share%' as is_share,
    measured_as = 'event' and aggregation like '%children' as is_of_children
from read_seed('indicators/indicator.csv');

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
    period_type,
    measured_as,
    period_start_date,
    month_end_date as period_end_date,
    month_end_date > months_on(date_trunc('month', getvariable('as_at_date'))::date, -24)
        as has_breakdowns
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
where period_start_date >= getvariable('history_start_date');

create temp table period_month as
select period.*, month_end_date, period_type = 'rolling_4_weeks' as is_last_4_weeks_only
from period
inner join month_end
    on period_start_date <= month_end_date and period_end_date >= month_end_date;

-- Records: by month first, then periods from months.
create temp table record_total as
with placed as (
    select
        detail.*,
        measured_as,
        last_day(event_date) as month_end_date,
        event_date > last_day(event_date) - 28 as is_last_4_weeks,
        case when numerator_date > last_day(event_date) then last_day(numerator_date) end
            as numerator_month_end_date
    from fct_indicator_detail as detail
    inner join indicator using (indicator_code)
    where not is_of_children
),

month_total as (
    select
        indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
        'all' as breakdown, 'all' as breakdown_value,
        sum(numerator) as numerator, sum(denominator) as denominator
    from placed
    group by all

    union all
    select
        indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
        case
            when grouping(age_band) = 0 then 'age_band'
            when grouping(sex) = 0 then 'sex'
            when grouping(ethnic_group) = 0 then 'ethnic_group'
            when grouping(disability) = 0 then 'disability'
            when grouping(uasc) = 0 then 'uasc'
            when grouping(team) = 0 then 'team'
            when grouping(legal_status) = 0 then 'legal_status'
            when grouping(placement_type) = 0 then 'placement_type'
            else 'looked_after'
        end,
        coalesce(
            age_band, sex, ethnic_group, disability, uasc, team, legal_status, placement_type,
            looked_after
        ) as breakdown_value,
        sum(numerator), sum(denominator)
    from placed
    where
        (measured_as, month_end_date)
        in (select measured_as, month_end_date from period_month where has_breakdowns)
    group by grouping sets (
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            age_band),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            sex),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            ethnic_group),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            disability),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            uasc),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            team),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            legal_status),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            placement_type),
        (indicator_code, measured_as, month_end_date, is_last_4_weeks, numerator_month_end_date,
            looked_after)
    )
)

select
    indicator_code,
    period_number,
    breakdown,
    breakdown_value,
    sum(case when numerator_month_end_date > period_end_date then 0 else numerator end)
        as numerator,
    sum(denominator) as denominator
from month_total
inner join period_month using (measured_as, month_end_date)
where
    breakdown_value is not null
    and (breakdown = 'all' or has_breakdowns)
    and (is_last_4_weeks or not is_last_4_weeks_only)
group by all;

-- Children of events: each once a period, with the breakdowns of the first row in it.
create temp table child_total as
with numbered as (
    select indicator_code, child_key, row_number() over () as child_number
    from (
        select distinct indicator_code, child_key
        from fct_indicator_detail
        inner join indicator using (indicator_code)
        where is_of_children
    )
),

ordered as (
    select
        child_number,
        indicator_code,
        event_date,
        age_band, sex, ethnic_group, disability, uasc, team, legal_status, placement_type,
        looked_after,
        row_number() over (partition by child_number order by event_date, record_key) as row_order,
        case when numerator = 1 then coalesce(numerator_date, event_date) end
            as numerator_from_date
    from fct_indicator_detail
    inner join numbered using (indicator_code, child_key)
),

child_month as (
    select
        child_number,
        last_day(event_date) as month_end_date,
        event_date > last_day(event_date) - 28 as is_last_4_weeks,
        min(row_order) as row_order,
        min(numerator_from_date) as numerator_from_date
    from ordered
    group by all
),

child_period as (
    select
        child_number,
        period_number,
        has_breakdowns,
        min(row_order) as row_order,
        max((coalesce(numerator_from_date <= period_end_date, false))::integer) as numerator
    from child_month
    inner join period_month
        on
            child_month.month_end_date = period_month.month_end_date
            and measured_as = 'event'
            and (is_last_4_weeks or not is_last_4_weeks_only)
    group by all
),

child as (
    select child_period.*, ordered.* exclude (child_number, row_order)
    from child_period
    inner join ordered using (child_number, row_order)
    where has_breakdowns
)

select
    indicator_code, period_number, 'all' as breakdown, 'all' as breakdown_value,
    sum(numerator) as numerator, count(*) as denominator
from child_period
inner join numbered using (child_number)
group by all

union all
select *
from (
    select
        indicator_code,
        period_number,
        case
            when grouping(age_band) = 0 then 'age_band'
            when grouping(sex) = 0 then 'sex'
            when grouping(ethnic_group) = 0 then 'ethnic_group'
            when grouping(disability) = 0 then 'disability'
            when grouping(uasc) = 0 then 'uasc'
            when grouping(team) = 0 then 'team'
            when grouping(legal_status) = 0 then 'legal_status'
            when grouping(placement_type) = 0 then 'placement_type'
            else 'looked_after'
        end as breakdown,
        coalesce(
            age_band, sex, ethnic_group, disability, uasc, team, legal_status, placement_type,
            looked_after
        ) as breakdown_value,
        sum(numerator), count(*)
    from child
    group by grouping sets (
        (indicator_code, period_number, age_band), (indicator_code, period_number, sex),
        (indicator_code, period_number, ethnic_group), (indicator_code, period_number, disability),
        (indicator_code, period_number, uasc), (indicator_code, period_number, team),
        (indicator_code, period_number, legal_status),
        (indicator_code, period_number, placement_type),
        (indicator_code, period_number, looked_after)
    )
)
where breakdown_value is not null;

create table rpt_indicator as
with total as (
    select * from record_total
    union all
    select * from child_total
),

wanted as (
    select indicator_code, 'all' as breakdown, 'all' as breakdown_value from indicator
    union all
    select distinct indicator_code, breakdown, breakdown_value
    from total
    where breakdown <> 'all'
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
    coalesce(total.numerator, 0)::bigint as numerator,
    case when is_share then coalesce(total.denominator, 0) end::bigint as denominator,
    case
        when not is_share then coalesce(total.numerator, 0)::double
        when total.denominator > 0 then (100 * total.numerator)::double / total.denominator
    end as value,
    'available' as availability,
    null::varchar as unavailable_reason
from indicator
inner join period
    on
        indicator.measured_as = period.measured_as
        and (period_types is null or period_type in (select unnest(string_split(period_types, ' '))))
inner join wanted using (indicator_code)
left join total using (indicator_code, period_number, breakdown, breakdown_value)
where breakdown = 'all' or has_breakdowns;
