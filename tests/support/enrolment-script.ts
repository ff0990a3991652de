/** An enrolment as a clerk's hands do it: Enter from field to field, digits for choices, F2 for what stands elsewhere already. */
import type { Locator, Page } from 'playwright-core';

export interface TypedPatient {
  kana: string;
  name: string;
  birth: string;
  phone: string;
}

export const invented: TypedPatient = {
  ...{ kana: 'みほん　なぎさ', name: '見本　渚', birth: 'S15.3.1', phone: '090-0000-7001' },
};

/** Where the keyboard is, as the form names it. */
export const fieldInHand = (page: Page): Promise<string | null> =>
  page.evaluate("document.activeElement?.closest('[data-field]')?.dataset.field ?? null");

/** Tab until the keyboard stands there. @throws when it never does. */
export async function tabTo(page: Page, there: Locator): Promise<void> {
  const inHand = there.and(page.locator(':focus'));
  for (let presses = 0; presses < 200; presses++) {
    if ((await inHand.count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not come to ${there}`);
}

/** Enter until the keyboard stands in this field. @returns how often it was pressed. @throws when the form ends before. */
async function goTo(page: Page, path: string): Promise<number> {
  for (let presses = 0; presses < 120; presses++) {
    if ((await fieldInHand(page)) === path) return presses;
    await page.keyboard.press('Enter');
  }
  throw new Error(`the keyboard does not come to ${path}: it stands in ${await fieldInHand(page)}`);
}

/**
 * Types an enrolment form whose usual boxes are ticked, from the first field to the last, without the mouse.
 * @returns how many keys that takes, a character counted as one.
 */
export async function typeEnrolment(page: Page, { kana, name, birth, phone }: TypedPatient): Promise<number> {
  let keys = 0;
  const type = async (path: string, text: string): Promise<void> => {
    keys += (await goTo(page, path)) + Array.from(text).length;
    await page.keyboard.insertText(text);
  };
  const copy = async (path: string): Promise<void> => {
    keys += (await goTo(page, path)) + 1;
    await page.keyboard.press('F2');
  };
  await page.locator('[data-field="registration.regDate"] input').focus();
  await type('registration.regDate', 'R8.1.5');
  await type('registration.nameKana', kana);
  await type('registration.name', name);
  await type('registration.birth', birth);
  await type('registration.postal', '2200001');
  await type('registration.address', '神奈川県横浜市西区見本町1-2');
  await type('registration.tel.0.e164', phone);
  await type('record.problems.0.name', '慢性心不全');
  await type('record.contacts.0.name', '見本　一');
  await type('record.contacts.0.relation', '長男');
  await type('record.contacts.0.phones', '045-000-7001');
  await copy('registration.primary.doctor');
  await copy('registration.consentBy.name');
  await copy('registration.consentBy.on');
  await type('registration.consentBy.explainedBy', '見本 看護師');
  return keys;
}
