/**
 * Alerts that follow from the list of medicines: blood thinners, drugs that must not be stopped, narcotics. Names of substances
 * and brands as prescriptions in Japan write them (config/records/drugs.json); a hint for the person who types, never a verdict:
 * the doctor confirms, and a drug that is not in the list raises nothing.
 */
import drugs from '../../config/records/drugs.json' with { type: 'json' };
import { type EmergencyRecord, itemsOf } from './record.ts';

type DrugGroup = keyof typeof drugs;

const fold = (name: string): string => name.normalize('NFKC').replace(/\s/g, '').toUpperCase();

/** The groups that a medicine belongs to by its name. */
export const drugGroups = (name: string): DrugGroup[] =>
  (Object.keys(drugs) as DrugGroup[]).filter((group) => drugs[group].some((known) => fold(name).includes(fold(known))));

export interface HiddenAlert {
  /** Where it should be said. */
  key: 'anticoagulant' | 'insulin_steroid' | 'meds';
  /** The name in our list that matched; never what was written. */
  drug: string;
}

/** Medicines whose alert says なし or 未確認, and narcotics that are not marked as such. */
export function hiddenAlerts(
  record: Pick<EmergencyRecord, 'meds' | 'anticoagulant' | 'insulinSteroid'>,
): HiddenAlert[] {
  const found: HiddenAlert[] = [];
  for (const { name, isNarcotic } of itemsOf(record.meds)) {
    for (const group of drugGroups(name)) {
      const drug = drugs[group].find((known) => fold(name).includes(fold(known)))!;
      if (group === 'narcotic') {
        if (!isNarcotic) found.push({ key: 'meds', drug });
      } else if (group === 'anticoagulant') {
        if (record.anticoagulant.state !== 'present') found.push({ key: 'anticoagulant', drug });
      } else if (record.insulinSteroid.state !== 'present') found.push({ key: 'insulin_steroid', drug });
    }
  }
  return found;
}
