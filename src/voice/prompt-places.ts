/** Where each sentence of the spoken catalogue is heard, by the beginnings of their keys; the first that fits counts. */

export const promptPlaces = [
  'entrance',
  'caller',
  'doctor',
  'standby',
  'hospital',
  'bed_desk',
  'records',
  'record_spoken',
  'duty',
  'message',
  'watch',
  'words',
] as const;
export type PromptPlace = (typeof promptPlaces)[number];

const places: readonly (readonly [PromptPlace, RegExp])[] = [
  ['words', /^(ordinal_|need_|bed_(general|community_care|long_term|palliative|icu|infection|respite)$|acceptance_)/],
  ['entrance', /^(emergency_first|main_menu|wrong_key|nothing_heard|unknown_number|sorry_fault|please_wait|goodbye)$/],
  ['entrance', /^fallback_/],
  ['caller', /^(card_|area_|case_opened|case_continued|person_opened|call_back_|progress_|wait_choice|long_wait_)/],
  ['caller', /^(message_|conversation_over|wait_for_caller|return_called_caller)/],
  ['doctor', /^(doctor_|relation_|accepted_|record_coming|record_no_fax|record_none|declined|taken_by|no_longer_)/],
  ['doctor', /^(case_over|return_called_doctor|outcome_|visit_minutes_|bed_search_|bed_found|beds_exhausted)/],
  ['standby', /^(standby_|alarm_)/],
  ['hospital', /^(hospital_|bed_gone|bed_full_|bed_again_)/],
  ['bed_desk', /^(desk_|fax_)/], // a hospital's fax is confirmed at its bed desk, a facility's in the duty menu
  ['records', /^records_/],
  ['record_spoken', /^(record_|word_)/],
  ['duty', /^(duty_|swap_|roll|roster_gap)/],
  ['message', /^sms_/],
  ['watch', /^watch_/],
];

/** @returns null for a sentence that no place has: a fault of ours, found by the catalogue's test. */
export const placeOfPrompt = (key: string): PromptPlace | null =>
  places.find(([, pattern]) => pattern.test(key))?.[0] ?? null;
