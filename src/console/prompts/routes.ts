import { z } from 'zod';
import { placeOfPrompt, promptPlaces } from '../../voice/prompt-places.ts';
import { readCatalogue } from '../../voice/prompts.ts';
import { route } from '../route.ts';

const folder = new URL('../../../config/prompts/', import.meta.url);

export const promptRoutes = {
  list_prompts: route({
    method: 'get',
    path: '/prompts',
    summary: 'Every sentence that a telephone says, with where it is said',
    access: 'directory.read',
    reply: z.object({
      places: z.array(
        z.object({
          place: z.enum(promptPlaces),
          prompts: z.array(z.object({ key: z.string(), ja: z.string(), en: z.string() })),
        }),
      ),
    }),
    async handle() {
      const [ja, en] = [readCatalogue(folder, 'ja'), readCatalogue(folder, 'en')];
      const placeOf = (place: (typeof promptPlaces)[number]) => ({
        place,
        prompts: Object.entries(ja)
          .filter(([key]) => placeOfPrompt(key) === place)
          .map(([key, text]) => ({ key, ja: text, en: en[key] ?? '' })),
      });
      return { places: promptPlaces.map(placeOf) };
    },
  }),
};
