{% set coded_columns = [
    ('sex', 'ssd_person', 'pers_sex'),
    ('ethnicity', 'ssd_person', 'pers_ethnicity'),
    ('disability', 'ssd_disability', 'disa_disability_code'),
    ('immigration_status', 'ssd_immigration_status', 'immi_immigration_status'),
    ('referral_source', 'ssd_contacts', 'cont_contact_source_code'),
    ('referral_source', 'ssd_contacts', 'cont_contact_source_desc'),
    ('outcome_flags', 'ssd_contacts', 'cont_contact_outcome_json'),
    ('primary_need', 'ssd_cin_episodes', 'cine_cin_primary_need_code'),
    ('referral_source', 'ssd_cin_episodes', 'cine_referral_source_code'),
    ('referral_source', 'ssd_cin_episodes', 'cine_referral_source_desc'),
    ('yes_no', 'ssd_cin_episodes', 'cine_referral_nfa'),
    ('close_reason', 'ssd_cin_episodes', 'cine_close_reason'),
    ('outcome_flags', 'ssd_cin_episodes', 'cine_referral_outcome_json'),
    ('yes_no', 'ssd_cin_assessments', 'cina_assessment_child_seen'),
    ('yes_no', 'ssd_cin_assessments', 'cina_assessment_outcome_nfa'),
    ('outcome_flags', 'ssd_cin_assessments', 'cina_assessment_outcome_json'),
    ('yes_no', 'ssd_s47_enquiry', 's47e_s47_nfa'),
    ('outcome_flags', 'ssd_s47_enquiry', 's47e_s47_outcome_json'),
    ('yes_no', 'ssd_initial_cp_conference', 'icpc_icpc_transfer_in'),
    ('yes_no', 'ssd_initial_cp_conference', 'icpc_icpc_outcome_cp_flag'),
    ('abuse_category', 'ssd_cp_plans', 'cppl_cp_plan_initial_category'),
    ('abuse_category', 'ssd_cp_plans', 'cppl_cp_plan_latest_category'),
    ('yes_no', 'ssd_cp_plans', 'cppl_cp_plan_ola'),
    ('yes_no', 'ssd_cp_reviews', 'cppr_cp_review_outcome_continue_cp'),
    ('legal_status', 'ssd_legal_status', 'lega_legal_status'),
    ('episode_start_reason', 'ssd_cla_episodes', 'clae_cla_episode_start_reason'),
    ('primary_need', 'ssd_cla_episodes', 'clae_cla_primary_need_code'),
    ('episode_end_reason', 'ssd_cla_episodes', 'clae_cla_episode_ceased_reason'),
    ('placement_type', 'ssd_cla_placement', 'clap_cla_placement_type'),
    ('placement_provider', 'ssd_cla_placement', 'clap_cla_placement_provider'),
    ('placement_change_reason', 'ssd_cla_placement', 'clap_cla_placement_change_reason'),
    ('yes_no', 'ssd_cla_reviews', 'clar_cla_review_cancelled'),
    ('review_participation', 'ssd_cla_reviews', 'clar_cla_review_participation'),
    ('health_check_status', 'ssd_cla_health', 'clah_health_check_status'),
    ('yes_no', 'ssd_cin_visits', 'cinv_cin_visit_seen'),
    ('yes_no', 'ssd_cin_visits', 'cinv_cin_visit_seen_alone'),
    ('yes_no', 'ssd_cin_visits', 'cinv_cin_visit_bedroom'),
    ('yes_no', 'ssd_cp_visits', 'cppv_cp_visit_seen'),
    ('yes_no', 'ssd_cp_visits', 'cppv_cp_visit_seen_alone'),
    ('yes_no', 'ssd_cp_visits', 'cppv_cp_visit_bedroom'),
    ('yes_no', 'ssd_cla_visits', 'clav_cla_visit_seen'),
    ('yes_no', 'ssd_cla_visits', 'clav_cla_visit_seen_alone'),
    ('yes_no', 'ssd_cla_immunisations', 'clai_immunisations_status'),
    ('yes_no', 'ssd_cla_substance_misuse', 'clas_intervention_received'),
    ('sdq_reason', 'ssd_sdq_scores', 'csdq_sdq_reason'),
    ('yes_no', 'ssd_permanence', 'perm_part_of_sibling_group'),
    ('missing_type', 'ssd_missing', 'miss_missing_episode_type'),
    ('yes_no_na', 'ssd_missing', 'miss_missing_rhi_offered'),
    ('yes_no_na', 'ssd_missing', 'miss_missing_rhi_accepted'),
    ('care_leaver_eligibility', 'ssd_care_leavers', 'clea_care_leaver_eligibility'),
    ('care_leaver_in_touch', 'ssd_care_leavers', 'clea_care_leaver_in_touch'),
    ('care_leaver_accommodation', 'ssd_care_leavers', 'clea_care_leaver_accommodation'),
    ('care_leaver_suitability', 'ssd_care_leavers', 'clea_care_leaver_accom_suitable'),
    ('care_leaver_activity', 'ssd_care_leavers', 'clea_care_leaver_activity'),
    ('yes_no', 'ssd_professionals', 'prof_agency_worker_flag'),
] %}

with

assessment_factors as (
    select * from {{ ref('stg_ssd__assessment_factors') }}
),

final as (
    {{ code_values('ssd', coded_columns) }}
    union all
    select
        la_code,
        'assessment_factor' as code_set,
        'ssd_assessment_factors' as table_name,
        'cinf_assessment_factors_json' as column_name,
        factor_text as raw_value,
        count(*) as row_count
    from assessment_factors
    where factor_text is not null
    group by la_code, factor_text
)

select * from final
