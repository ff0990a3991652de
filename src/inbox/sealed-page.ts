/**
 * How a page is kept: image and fields under a data key of their own (AES-256-GCM, bound to the item), and that key sealed to
 * the hub. Whoever holds the database and the gateway's secrets has noise; the hub's private key opens it.
 */
import type { Random } from '../embedded/secrets.ts';
import type { FormCode } from '../paper/codes.ts';
import type { PixelBox } from '../paper/mask.ts';
import type { Box, Crop, PageReading, TickReading } from '../paper/reading.ts';
import { type HubCertificate, type HubKeys, openWithHub, sealToHub } from '../vault/hub.ts';
import { openFromTransit, sealForTransit } from '../vault/vault.ts';

/** What was read on a page. Ticks say what a patient has, so they are sealed with the crops. */
export interface PageFields {
  /** What the sheet says of itself; the serial of a request form is a secret. Null: no form of ours. */
  form: FormCode | null;
  /** Card numbers from their codes. */
  cards: string[];
  ticks: TickReading[];
  crops: Crop[];
}

export interface SealedPage {
  hubWrap: Buffer;
  hubKeyId: string;
  page: Buffer;
  fields: Buffer;
}

export const noFields: PageFields = { form: null, cards: [], ticks: [], crops: [] };

export function fieldsOf(reading: PageReading): PageFields {
  switch (reading.kind) {
    case 'form':
      return { form: reading.form, cards: reading.cards, ticks: reading.ticks, crops: reading.crops };
    case 'card':
      return { ...noFields, cards: [reading.number] };
    case 'other':
      return { ...noFields, form: reading.form ?? null };
  }
}

/** @param png the page as a person will see it. */
export function sealPage(
  itemId: string,
  png: Uint8Array,
  fields: PageFields,
  hub: HubCertificate,
  random: Random,
): SealedPage {
  const dataKey = random(32);
  return {
    hubWrap: sealToHub(dataKey, hub),
    hubKeyId: hub.id,
    page: sealForTransit(png, dataKey, pageName(itemId), random),
    fields: sealForTransit(packed(fields), dataKey, fieldsName(itemId), random),
  };
}

export interface OpenedPage {
  png: Buffer;
  /** Null: destroyed when the item was settled. */
  fields: PageFields | null;
}

/** @throws VaultError when anything was altered, is another item's, or is for none of these keys. */
export function openPage(
  itemId: string,
  sealed: { hubWrap: Buffer; page: Buffer; fields: Buffer | null },
  hubKeys: HubKeys,
): OpenedPage {
  const dataKey = openWithHub(sealed.hubWrap, hubKeys);
  return {
    png: openFromTransit(sealed.page, dataKey, pageName(itemId)),
    fields: sealed.fields && unpacked(openFromTransit(sealed.fields, dataKey, fieldsName(itemId))),
  };
}

/** Pixels of a form's picture for a millimetre of the sheet: a fax line's, made square (imaging/png.ts). */
const density = 204 / 25.4;

/** Where a part of the sheet is on its picture. */
export function pixelsOf({ x, y, width, height }: Box): PixelBox {
  const px = (millimetres: number): number => Math.round(millimetres * density);
  return { x: px(x), y: px(y), width: px(width), height: px(height) };
}

const pageName = (itemId: string): string => `inbox-page:${itemId}`;
const fieldsName = (itemId: string): string => `inbox-fields:${itemId}`;

interface Packed extends Omit<PageFields, 'crops'> {
  crops: (Omit<Crop, 'png'> & { png: string })[];
}

function packed({ crops, ...rest }: PageFields): Uint8Array {
  const small: Packed = {
    ...rest,
    crops: crops.map(({ png, ...crop }) => ({ ...crop, png: Buffer.from(png).toString('base64') })),
  };
  return Buffer.from(JSON.stringify(small));
}

/** Written by `packed` and authenticated since. */
function unpacked(bytes: Buffer): PageFields {
  const { crops, ...rest } = JSON.parse(bytes.toString()) as Packed;
  return { ...rest, crops: crops.map(({ png, ...crop }) => ({ ...crop, png: Buffer.from(png, 'base64') })) };
}
