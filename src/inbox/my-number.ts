/** 個人番号 on a page that came in (rule 10): a person looks for it and marks it, and it is gone from the picture and the crops. */
import { appendEntry } from '../audit/append.ts';
import { inTransaction } from '../db.ts';
import { decodePng, encodePng } from '../imaging/png.ts';
import { maskPage, type PixelBox } from '../paper/mask.ts';
import type { HubVault } from '../vault/context.ts';
import type { ByOperator } from './actions.ts';
import { openPage, pixelsOf, sealPage } from './sealed-page.ts';
import * as store from './store.ts';

export type Checked =
  | { status: 'checked'; masked: number }
  | { status: 'refused'; why: 'unknown_item' | 'not_waiting' };

/**
 * A person has looked at a page that may carry a My Number. `boxes` (pixels of the page's picture) are blackened, and crops that
 * touch one are dropped; what is sealed anew has a new key, and the old seal is destroyed. No boxes: there was none.
 * @throws VaultError when what is stored was altered, or is for another hub key.
 */
export async function checkMyNumber(
  ctx: Pick<HubVault, 'db' | 'clock' | 'hubKeys' | 'hub' | 'random'>,
  { associationId, itemId, operatorId }: ByOperator,
  boxes: readonly PixelBox[],
): Promise<Checked> {
  return inTransaction(ctx.db, async (tx): Promise<Checked> => {
    const item = await store.lockItem(tx, associationId, itemId);
    if (!item) return { status: 'refused', why: 'unknown_item' };
    const sealed = await store.sealedOf(tx, itemId);
    const { hub_wrap: hubWrap, sealed_page: page, sealed_fields: fields } = sealed ?? {};
    if (item.status !== 'waiting' || !hubWrap || !page || !fields) return { status: 'refused', why: 'not_waiting' };
    if (boxes.length > 0) {
      const opened = openPage(itemId, { hubWrap, page, fields }, ctx.hubKeys);
      const png = await encodePng(maskPage(await decodePng(opened.png), boxes));
      const kept = opened.fields!;
      const crops = kept.crops.filter(({ box }) => !boxes.some((masked) => touch(pixelsOf(box), masked)));
      await store.replaceSealed(tx, itemId, sealPage(itemId, png, { ...kept, crops }, ctx.hub, ctx.random));
    }
    await store.markChecked(tx, itemId);
    const entry = {
      chainId: itemId,
      associationId,
      at: ctx.clock.now(),
      actor: `operator:${operatorId}`,
      cause: 'console',
    };
    await appendEntry(tx, { ...entry, kind: 'my_number_checked', data: { masked: boxes.length } });
    return { status: 'checked', masked: boxes.length };
  });
}

const touch = (one: PixelBox, other: PixelBox): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;
