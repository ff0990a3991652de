import type { FailureClass, FaxFailure } from '../../fax/fax-line.ts';

/** `failure_reason` (telnyx 7.24.0, resources/faxes) in our classes; capacity passes although it reads like a bar. */
const reasons: Readonly<Record<string, readonly [FailureClass, boolean]>> = {
  user_busy: ['busy', true],
  receiver_no_answer: ['no_answer', true],
  receiver_recovery_on_timer_expire: ['no_answer', true],
  destination_unreachable: ['no_answer', true],
  fax_initial_communication_timeout: ['no_fax_tone', true],
  receiver_no_response: ['no_fax_tone', true],
  receiver_incompatible_destination: ['no_fax_tone', true],
  fax_signaling_error: ['protocol', true],
  receiver_communication_error: ['protocol', true],
  sender_communication_error: ['protocol', true],
  invalid_ecm_response_from_receiver: ['training', true],
  receiver_call_dropped: ['dropped', true],
  sender_call_dropped: ['dropped', true],
  carrier_lost: ['dropped', true],
  receiver_unallocated_number: ['invalid_number', false],
  receiver_invalid_number_format: ['invalid_number', false],
  destination_invalid: ['invalid_number', false],
  receiver_decline: ['blocked', false],
  sender_canceled: ['blocked', false],
  destination_not_in_countries_whitelist: ['blocked', false],
  destination_not_in_service_plan: ['blocked', false],
  unverified_origination_number: ['blocked', false],
  unverified_destination_not_allowed: ['blocked', false],
  outbound_profile_daily_spend_limit_exceeded: ['blocked', false],
  user_channel_limit_exceeded: ['blocked', true],
  outbound_profile_channel_limit_exceeded: ['blocked', true],
  connection_channel_limit_exceeded: ['blocked', true],
  file_format_invalid: ['document', false],
  file_size_limit_exceeded: ['document', false],
  page_count_limit_exceeded: ['document', false],
  media_processing_exception: ['document', false],
  file_download_failed: ['provider', true], // it could not reach us
  service_unavailable: ['provider', true],
  account_disabled: ['provider', false],
  no_outbound_profile: ['provider', false],
};

export function failureOf(reason: string | null | undefined): FaxFailure {
  const code = reason && /^[a-z_]{1,64}$/.test(reason) ? reason : 'no_reason';
  const [kind, retryable] = reasons[code] ?? ['unknown', false];
  return { class: kind, retryable, code };
}
