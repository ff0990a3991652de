/** Every door where bytes of strangers come in. */
import type { Target } from './engine.ts';
import { configurationTargets } from './targets/configuration.ts';
import { fileTargets } from './targets/files.ts';
import { pageTargets } from './targets/pages.ts';
import { sealTargets } from './targets/seals.ts';
import { webhookTargets } from './targets/webhooks.ts';
import { wordTargets } from './targets/words.ts';

export const targets: readonly Target[] = [
  ...wordTargets,
  ...fileTargets,
  ...sealTargets,
  ...configurationTargets,
  ...webhookTargets,
  ...pageTargets,
];
