/** Every door where bytes of strangers come in. */
import type { Target } from './engine.ts';
import { pageTargets } from './targets/pages.ts';
import { webhookTargets } from './targets/webhooks.ts';
import { wordTargets } from './targets/words.ts';

export const targets: readonly Target[] = [...wordTargets, ...webhookTargets, ...pageTargets];
