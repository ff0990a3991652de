/** What a page that came in turned out to be. Only what a machine may decide is decided; the rest waits for a person. */
import type { BilevelPage } from '../imaging/bilevel.ts';
import type { FormCode } from './codes.ts';

/**
 * - `form`: a form of ours, found by its code and its marks. Tick boxes are read; handwriting is not: its images stay
 *   beside the empty fields. A card laid on the form is in `cards`.
 * - `card`: exactly one card number, from the card's own code. Whether such a card exists is not known here.
 * - `other`: everything else, straightened, for a person to look at.
 */
export type PageReading = FormReading | CardReading | OtherReading;

export interface FormReading {
  kind: 'form';
  form: FormCode;
  ticks: TickReading[];
  crops: Crop[];
  /** Card numbers (check digits passed) whose codes are on the same page, without repetition. */
  cards: string[];
  /** The whole page, upright and straight, in square-ish fax pixels. */
  page: BilevelPage;
  /** How far the marks lay from where the fit puts them, in millimetres (root mean square): over 0.5 is a bad copy. */
  misfitMm: number;
}

export interface CardReading {
  kind: 'card';
  number: string;
  /** Turned so that the card is upright. */
  page: BilevelPage;
}

export interface OtherReading {
  kind: 'other';
  why: OtherCause;
  /** What a code on the page said, when it was ours and the page still could not be read as a form. */
  form?: FormCode;
  page: BilevelPage;
  /** By how much the page was turned to be straight, degrees, clockwise positive. */
  skewDegrees: number;
  /** False: it may stand on its head or lie on its side. */
  isKnownUpright: boolean;
}

/**
 * `no_code`: no code of ours. `several_cards`, `several_forms`: which one is meant is not guessed. `unknown_version`: a form
 * that this program has no geometry for. `not_located`: too few marks found to say where the boxes are.
 */
export type OtherCause = 'no_code' | 'several_cards' | 'several_forms' | 'unknown_version' | 'not_located';

export interface TickReading {
  /** Field and value as in forms.ts: `allergy` and `none`. */
  field: string;
  value: string;
  /** `unclear`: a person looks. */
  state: 'ticked' | 'empty' | 'unclear';
  /** Part of the inside of the box that is black, 0 to 1. */
  ink: number;
}

/** The image of one field, cut from the page, straight. */
export interface Crop {
  field: string;
  png: Uint8Array;
  /** Where on the sheet, in millimetres from its upper left corner: kept with what is typed from it. */
  box: Box;
  /** False when nothing seems to be written there. A hint for the eye, not a decision. */
  hasInk: boolean;
}

/** Millimetres on the sheet. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
