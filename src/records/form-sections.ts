/** The whole form: the sheet's order first, then what follows later. */
import type { FormSection } from './form.ts';
import { illnessSections, laterSections } from './form-illness.ts';
import { personSections, teamSections } from './form-person.ts';

export const formSections: readonly FormSection[] = [
  ...personSections,
  ...illnessSections,
  ...teamSections,
  ...laterSections,
];
