/** Where a page that was read goes, and what its ticks say as a choice. Nothing is guessed: in doubt a person looks. */
import type { FormCode } from './codes.ts';
import type { FormReading, OtherCause, PageReading } from './reading.ts';

/**
 * - `enrolment_desk`: a person types what the crops show.
 * - `release`: a request form with a card on it, or the copy of a card alone: a machine may check it.
 * - `request_desk`: a request form without a card that could be read: its twelve boxes wait for a person.
 * - `beds`, `roster`: ticks count; numbers by hand wait for a person.
 * - `inbox`: everything else.
 */
export type Route =
  | { to: 'enrolment_desk' | 'request_desk' | 'beds' | 'roster'; form: FormCode }
  | { to: 'release'; cardNumber: string; form: FormCode | null }
  | { to: 'inbox'; why: OtherCause };

export function routePage(reading: PageReading): Route {
  switch (reading.kind) {
    case 'card':
      return { to: 'release', cardNumber: reading.number, form: null };
    case 'other':
      return { to: 'inbox', why: reading.why };
    case 'form':
      return routeForm(reading);
  }
}

function routeForm({ form, cards }: FormReading): Route {
  switch (form.kind) {
    case 'enrolment':
      return { to: 'enrolment_desk', form };
    case 'beds':
      return { to: 'beds', form };
    case 'roster':
      return { to: 'roster', form };
    case 'request': {
      const [cardNumber] = cards;
      if (cardNumber !== undefined && cards.length === 1) return { to: 'release', cardNumber, form };
      return { to: 'request_desk', form };
    }
  }
}

/** `unclear`: a box that is neither empty nor ticked, or two where one is meant: a person decides. */
export type Choice = { state: 'one'; value: string } | { state: 'none' | 'unclear' };

/** A form as read, or what was kept of it. */
type Ticked = Pick<FormReading, 'form' | 'ticks'>;

/** What was chosen of a field that allows one value. */
export function choiceOf(reading: Ticked, field: string): Choice {
  const boxes = reading.ticks.filter((tick) => tick.field === field);
  if (boxes.length === 0) throw new RangeError(`the form ${reading.form.kind} has no boxes for ${field}`);
  const [ticked, second] = boxes.filter((tick) => tick.state === 'ticked');
  if (second || boxes.some((tick) => tick.state === 'unclear')) return { state: 'unclear' };
  return ticked ? { state: 'one', value: ticked.value } : { state: 'none' };
}

/** What was chosen of a field that allows several; boxes in doubt apart. */
export function choicesOf(reading: Pick<Ticked, 'ticks'>, field: string): { ticked: string[]; unclear: string[] } {
  const values = (state: 'ticked' | 'unclear'): string[] =>
    reading.ticks.filter((tick) => tick.field === field && tick.state === state).map((tick) => tick.value);
  return { ticked: values('ticked'), unclear: values('unclear') };
}
