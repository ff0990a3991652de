/** Statements about who lives in the town: directory/, roster/, and the parts of escalations/ and beds/ that read them. */
import type { Lessons, Run } from './notebook.ts';
import type { Tables } from './tables.ts';
import type { Duty, Town } from './town.ts';

export function townLessons(town: Town, { liveLegs }: Tables): Lessons {
  const cards = new Map([...town.patients.values()].map((patient) => [patient.card, patient]));
  const dialled = new Map([...town.associations.values()].map((one) => [one.caller_number, one]));
  const standbyPhones = (associationId: string) =>
    [...town.standby.values()]
      .filter((person) => person.association_id === associationId)
      .flatMap((person) => [...town.phones.values()].filter((phone) => phone.owner === person.id));
  const dutiesBy = new Map<string, Duty[]>();
  for (const duty of town.duties) {
    const key = duty.kind === 'doctor' ? `${duty.area_id}` : `${duty.kind} ${duty.association_id}`;
    dutiesBy.set(key, [...(dutiesBy.get(key) ?? []), duty]);
  }
  const duties = (key: string, from: string | null, until: string | null): Duty[] =>
    (dutiesBy.get(key) ?? [])
      .filter(
        (duty) =>
          from === null ||
          until === null ||
          ((duty.on_date === null || (duty.on_date >= from && duty.on_date <= until)) &&
            (duty.valid_until === null || duty.valid_until >= from) &&
            (duty.valid_from === null || duty.valid_from <= until)),
      )
      .sort((one, other) => one.position - other.position || (one.id < other.id ? -1 : 1));
  const plans = new Map(
    [...town.associations.values()].flatMap(({ areas }) => areas).map(({ id, plan }) => [id, plan ?? {}]),
  );
  const one = <R>(row: R | undefined): R[] => (row === undefined ? [] : [row]);
  const patient: Run = ([id]) => one(town.patients.get(id));

  return {
    'from dialled_number': { prints: 'e0e0c7f0', run: ([e164]) => one(dialled.get(e164)) },
    'as areas from association where': { prints: '0e7a8e75', run: ([id]) => one(town.associations.get(id)) },
    'spoken-name': {
      prints: '5067a017',
      run: ([id]) =>
        one(town.doctors.get(id) ?? town.hospitals.get(id) ?? town.standby.get(id) ?? town.associations.get(id)),
    },
    'patient-by-card': {
      prints: 'f68c9a42',
      run: ([index, associationId]) => {
        const found = cards.get(String(index));
        return found?.association_id === associationId ? [{ patient_id: found.id, area_id: found.area_id }] : [];
      },
    },
    'doctors-words': {
      prints: '8b8b600f',
      run: ([areaId, patientId, doctorId]) => {
        const areas = [...town.associations.values()].flatMap((association) => association.areas);
        const of = town.patients.get(patientId);
        const isDeputy = of?.deputy_ids.includes(doctorId);
        const relation = of ? (of.attending_id === doctorId ? 'attending' : isDeputy ? 'deputy' : 'duty') : null;
        return [{ area: areas.find((area) => area.id === areaId)?.spoken_name ?? null, relation }];
      },
    },
    'select bed_type, needs from patient': { prints: 'dbbf9ebb', run: patient },
    'select hospital_id, needs, bed_type from patient': { prints: 'bd3e07d4', run: patient },
    'select area_id, attending_id, deputy_ids from patient': { prints: 'c99b54ba', run: patient },
    'patient-routing': { prints: 'f0961a17', run: patient },
    'select phone.e164, phone.kind from standby_person': { prints: '740db8a1', run: ([id]) => standbyPhones(id) },
    'select id from standby_person': {
      prints: 'be122171',
      run: ([id]) => [...town.standby.values()].filter((person) => person.association_id === id),
    },
    'select hub_phone, hub_opens, hub_closes': {
      prints: 'd273b148',
      run: ([id]) =>
        one(town.associations.get(id)).map((row) => ({
          ...row,
          is_free: row.hub_phone === null || !liveLegs.has(row.hub_phone),
        })),
    },
    'area-plan': { prints: '42fb0a5d', run: ([id]) => [{ plan: plans.get(id) ?? {} }] },
    'duty-rules-of-area': { prints: '4d9a9159', run: ([areaId, from, until]) => duties(areaId, from, until) },
    "duty_rule.kind = 'hospital'": {
      prints: 'd9c8ae1b',
      run: ([id, from, until]) => duties(`hospital ${id}`, from, until),
    },
    "duty_rule.kind = 'standby'": {
      prints: 'f6fd244b',
      run: ([id, from, until]) => duties(`standby ${id}`, from, until),
    },
    'select id from record_request where call_sid': { prints: 'bb043477', run: () => [] },
    // The watchman makes no rounds in these nights: no line is his.
    'select id from watch_round': { prints: '5bb64f48', run: () => [] },
    'update watch_round set reported_at': { prints: 'b0cd25ee', run: () => [] },
  };
}
