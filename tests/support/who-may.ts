/**
 * Who may use each door of the console, written by hand from the hub's duties and not derived from the code: a clerk enters, a nurse and
 * a hub doctor also read again, an administrator runs the place without reading records, an auditor looks and changes nothing.
 */
import type { ConsoleRoutes } from '../../src/console/routes.ts';
import { type Role, roles } from '../../src/staff/staff.ts';

export type Operation = keyof ConsoleRoutes;

const care = ['clerk', 'nurse', 'hub_doctor'] as const;
const desk = [...care, 'administrator'] as const;

interface Doors {
  /** `anybody`: also without a session. */
  who: readonly Role[] | 'anybody';
  operations: string;
  /** Of these, only within ten minutes of proving who one is. */
  fresh?: string;
}

const doors: readonly Doors[] = [
  {
    who: 'anybody',
    operations: `sign_in_ways begin_passkey_sign_in sign_in_with_passkey sign_in_with_password begin_oidc_sign_in answer_oidc
      answer_oidc_code read_invitation begin_invited_passkey enrol_with_passkey begin_invited_password enrol_with_password calendar`,
  },
  { who: [...roles, 'screen'], operations: 'who_am_i sign_out whiteboard' },
  {
    who: roles,
    operations: `my_account change_my_language end_my_session end_my_other_sessions begin_proof prove_with_passkey
      prove_with_password list_proposals withdraw_proposal
      directory_choices search_directory read_entry list_prompts list_plans rehearse_hunt
      roster_areas roster_month roster_patterns roster_absences roster_feeds roster_sheet roster_sheets roster_fairness roster_swaps
      roll_call beds hospital_beds bed_truth rotation open_calls closed_calls urgent_call urgent_call_report
      sent_faxes sent_fax received_faxes fax_destinations fax_incidents fax_policy roster_replies roster_reply`,
    fresh: `begin_my_passkey add_my_passkey remove_my_passkey begin_my_password change_my_password begin_oidc_link become_screen
      confirm_proposal`,
  },
  {
    who: care,
    operations: `search_patients patient_areas due_records patient patient_changes patient_openings patient_history confirm_record
      suspend_record resume_record enrol_patient open_record_form change_record record_form check_draft
      replace_card stop_card card_pdf card_letter
      inbox_queue claim_item release_item start_enrolment open_item keep_typed mask_item settle_item ask_again
      withdraw_fax send_again`,
    fresh: 'close_record',
  },
  {
    who: ['nurse', 'hub_doctor'],
    operations: 'propose_dnar open_second_reading compare_second_reading send_back_record',
  },
  {
    who: desk,
    operations: `assign_duty restore_duty add_pattern end_pattern note_absence withdraw_absence make_feed revoke_feed
      send_roster_sheet preview_roster_file import_roster_file
      foresight start_foresight foresight_pdf roster_reply_page settle_roster_reply ask_swap confirm_swap decline_swap withdraw_swap note_roll_call
      tell_beds replace_bed_patterns change_rotation
      alarms watch settle_alarm
      propose_fax_destination fax_owners test_fax_destination retire_fax_destination freeze_fax_number lift_fax_freeze step_incident`,
  },
  { who: ['clerk', 'administrator'], operations: 'add_entry change_entry change_phones' },
  { who: ['hub_doctor', 'administrator'], operations: 'change_plan save_plan_draft set_fax_policy' },
  { who: ['hub_doctor', 'administrator', 'auditor'], operations: 'disclosure_statement' },
  {
    who: ['administrator', 'auditor'],
    operations: 'audit_log audit_kinds verifications start_verification daily_seals seal_pdf',
  },
  {
    who: ['administrator'],
    operations: 'list_staff sign_out_staff take_screen_down',
    fresh: 'invite_staff reset_staff change_staff',
  },
];

const words = (text = ''): string[] => text.split(/\s+/).filter(Boolean);

/** Operation → who may use it. */
export const whoMay: ReadonlyMap<string, { who: Doors['who']; isFresh: boolean }> = new Map(
  doors.flatMap(({ who, operations, fresh }) =>
    [...words(operations), ...words(fresh)].map((operation) => [
      operation,
      { who, isFresh: words(fresh).includes(operation) },
    ]),
  ),
);
