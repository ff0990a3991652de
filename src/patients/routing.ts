/** What the night gateway may know in clear of a patient: whom to ring, which hospital, and what the bed must offer. */
import { type EmergencyRecord, itemsOf, type SealedContent } from '../records/record.ts';

export interface Routing {
  areaId: string;
  attendingId: string | null;
  /** In the order in which they are rung. */
  deputyIds: string[];
  hospitalId: string | null;
  needs: string[];
  bedType: string;
}

interface Found {
  areas: readonly { id: string; code: string; name: string }[];
  doctors: readonly { id: string; code: string; areaId: string }[];
  hospitals: readonly { id: string; code: string }[];
}

/** A word of the registration that the association's lists do not know. */
export interface UnknownReference {
  path: string;
  code: 'unknown_area' | 'unknown_doctor' | 'unknown_hospital';
}

/** The codes that have to be looked up. */
export const codesIn = ({ registration, record }: SealedContent) => ({
  doctorCodes: [registration.primary.doctor, ...registration.deputy.map(({ doctor }) => doctor)],
  hospitalCodes: record.hospitals.flatMap(({ code }) => (code === null ? [] : [code])),
});

/** Everything unknown comes back at once. Without an area the attending doctor's counts. */
export function routingOf(content: SealedContent, found: Found): Routing | { unknown: UnknownReference[] } {
  const { registration, record } = content;
  const unknown: UnknownReference[] = [];
  const doctorOf = (code: string, path: string) => {
    const doctor = found.doctors.find((one) => one.code === code);
    if (!doctor) unknown.push({ path, code: 'unknown_doctor' });
    return doctor;
  };
  const attending = doctorOf(registration.primary.doctor, 'registration.primary');
  const deputies = registration.deputy.map(({ doctor }, index) => doctorOf(doctor, `registration.deputy.${index}`));
  const written = registration.area;
  const area = found.areas.find(({ code, name }) => code === written || name === written);
  if (written !== null && !area) unknown.push({ path: 'registration.area', code: 'unknown_area' });
  const areaId = area?.id ?? attending?.areaId;
  const hospitalCode = record.hospitals[0]?.code ?? null;
  const hospital = found.hospitals.find(({ code }) => code === hospitalCode);
  if (hospitalCode !== null && !hospital) unknown.push({ path: 'record.hospitals.0', code: 'unknown_hospital' });
  if (unknown.length > 0 || areaId === undefined) return { unknown };
  return {
    areaId,
    attendingId: attending?.id ?? null,
    deputyIds: [...new Set(deputies.flatMap((doctor) => doctor?.id ?? []))],
    hospitalId: hospital?.id ?? null,
    needs: needsOf(record),
    bedType: isDying(record) ? 'palliative' : 'general',
  };
}

type ProcedureKind = Extract<EmergencyRecord['procedures'], { state: 'present' }>['items'][number]['kind'];

/** A hospital's word for what it can take, by what the patient has. */
const needOf: Partial<Record<ProcedureKind, string>> = {
  nppv: 'ventilator',
  tppv: 'ventilator',
  home_oxygen: 'oxygen',
  tracheostomy: 'tracheostomy',
  haemodialysis: 'dialysis',
  peritoneal_dialysis: 'dialysis',
  central_line: 'central_line',
  gastrostomy: 'tube_feeding',
  nasogastric_tube: 'tube_feeding',
};
const needsHelpWithDementia: readonly string[] = ['IIIa', 'IIIb', 'IV', 'M'];

/** In the order of the lists (src/lists/vocabulary.ts), so that the same needs are never a change. */
const order = [
  ...['ventilator', 'oxygen', 'tracheostomy', 'dialysis', 'isolation', 'central_line', 'tube_feeding'],
  ...['dementia', 'end_of_life'],
];

function needsOf(record: EmergencyRecord): string[] {
  const needs = new Set<string | undefined>(itemsOf(record.procedures).map(({ kind }) => needOf[kind]));
  if (itemsOf(record.infection).some(({ needsIsolation }) => needsIsolation)) needs.add('isolation');
  if (needsHelpWithDementia.includes(record.adl.dementia)) needs.add('dementia');
  if (isDying(record)) needs.add('end_of_life');
  return order.filter((need) => needs.has(need));
}

/** 看取り: among the events that are expected. DNAR alone says nothing of the kind. */
const isDying = ({ anticipated }: EmergencyRecord): boolean =>
  anticipated.some(({ event }) => event.includes('看取り'));
