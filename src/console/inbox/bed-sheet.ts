/** A hospital's sheet as a person types it: which hospital, which kinds of beds, and what is ticked already. */
import { z } from 'zod';
import { bedTypesOf } from '../../beds/actions.ts';
import { bedTypes } from '../../beds/beds.ts';
import type { PageFields } from '../../inbox/sealed-page.ts';
import { loadFormWords } from '../../paper/forms/form-page.ts';
import { choiceOf } from '../../paper/routing.ts';
import type { ConsoleContext } from '../context.ts';
import { both } from './shapes.ts';
import { hospitalOf } from './store.ts';

export const acceptanceShape = z.enum(['open', 'consult', 'closed']);

export const bedSheetShape = z.object({
  hospitalId: z.string(),
  hospital: z.string(),
  types: z.array(
    z.object({
      bedType: z.enum(bedTypes),
      label: both,
      /** The most that can be free. */
      staffed: z.int(),
      ticked: acceptanceShape.nullable(),
    }),
  ),
});

/** null: no bed sheet, or of a hospital that the association does not know. */
export async function bedSheetOf(
  ctx: ConsoleContext,
  associationId: string,
  fields: Pick<PageFields, 'form' | 'ticks'>,
): Promise<z.input<typeof bedSheetShape> | null> {
  const { form, ticks } = fields;
  if (form?.kind !== 'beds') return null;
  const hospital = await hospitalOf(ctx.db, associationId, { code: form.subject });
  if (!hospital) return null;
  const { ja, en } = loadFormWords();
  const types = await bedTypesOf(ctx.db, hospital.id);
  return {
    ...{ hospitalId: hospital.id, hospital: hospital.name },
    types: types.map(({ bed_type: bedType, staffed }) => {
      const choice = choiceOf({ form, ticks }, `${bedType}.acceptance`);
      const ticked = choice.state === 'one' ? acceptanceShape.parse(choice.value) : null;
      return { bedType, label: [ja.say(`bed.${bedType}`), en.say(`bed.${bedType}`)] as const, staffed, ticked };
    }),
  };
}
