/** The form without a mouse: Enter goes on as Tab does, digits choose, F2 copies what is written elsewhere. */
import type { KeyboardEvent } from 'react';

const stops = 'input:not([disabled]):not([type=hidden]), select, textarea, summary, button[data-stop]';

/** Where the keyboard stops, in the order of the page: of a row of choices one, the chosen or the first. */
function stopsIn(form: HTMLElement): HTMLElement[] {
  const seen = new Set<string>();
  return [...form.querySelectorAll<HTMLElement>(stops)].filter((element) => {
    if (element.offsetParent === null) return false;
    if (!(element instanceof HTMLInputElement) || element.type !== 'radio') return true;
    const isFirst = !seen.has(element.name);
    seen.add(element.name);
    const chosen = form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(element.name)}"]:checked`);
    return chosen ? element === chosen : isFirst;
  });
}

/** Focuses the next stop (or the one before) and brings it into sight. */
export function go(form: HTMLElement, by: 1 | -1): void {
  const all = stopsIn(form);
  const active = document.activeElement;
  const here = all.findIndex((stop) => stop === active || isSameRow(stop, active));
  const next = all[here + by];
  next?.focus();
  if (next instanceof HTMLInputElement && next.type === 'text') next.select();
}

const isSameRow = (stop: Element, active: Element | null): boolean =>
  stop instanceof HTMLInputElement &&
  active instanceof HTMLInputElement &&
  stop.type === 'radio' &&
  stop.name === active.name;

export function onFormKey(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget, key } = event;
  if (event.nativeEvent.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  if (key === 'Enter' && isField(target)) {
    if (isChoosing(target)) return; // the list of a field takes it
    event.preventDefault();
    go(currentTarget, event.shiftKey ? -1 : 1);
  } else if (/^[1-9]$/.test(key) && target instanceof HTMLInputElement && target.type === 'radio') {
    const row = [...currentTarget.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(target.name)}"]`)];
    const chosen = row[Number(key) - 1];
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
    chosen.focus();
  } else if (key === 'F2' && target instanceof HTMLElement) {
    const copy = target.closest('[data-field]')?.querySelector<HTMLButtonElement>('button[data-copy]');
    if (!copy) return;
    event.preventDefault();
    copy.click();
  }
}

const isChoosing = (target: HTMLElement): boolean =>
  target.getAttribute('aria-expanded') === 'true' && Boolean(target.getAttribute('aria-activedescendant'));

const isField = (target: EventTarget): target is HTMLInputElement | HTMLSelectElement =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
