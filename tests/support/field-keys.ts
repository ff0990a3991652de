/** The keys of the association's two field lists, copied: the project has to hold every one of them. */
export const recordKeys = `
  doc_title card_no retrieval_id generated_at requested_by last_confirmed page_of name_kana name sex_birth_age
  address_access body allergy anticoagulant insulin_steroid device_alert infection safety code_status acp_doc
  expected_condition treatment_scope place_pref surrogate disclosure problems course past baseline_vitals adl
  communication care_level anticipated home_stock meds pharmacy procedures labs contacts hospitals tonight
  footer
`
  .trim()
  .split(/\s+/);
export const registrationKeys = `
  reg_kind reg_date author_doctor author_clinic name name_kana former_name sex birth postal address building
  area tel residence insurer_no insured public_payer ltc_insurer ltc_no care_level mynumber_guard main_dx
  other_dx allergy meds procedures infection adl acp key_person surrogate primary deputy nurse_station pharmacy
  care_manager hospital1 consent_to consent_fax consent_hosp consent_emergency consent_by withdraw source_image
  second_check
`
  .trim()
  .split(/\s+/);
