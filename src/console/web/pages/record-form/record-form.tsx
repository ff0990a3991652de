/**
 * The form of a registration and a record, drawn from the server's table of fields: for enrolment, beside the paper, and for
 * changes. It holds nothing itself: the draft is the caller's. `useRecordForm` brings the table, `useDraftCheck` what is said of
 * a draft while it is typed; what is sent to be kept is `sent(sections, draft)`.
 */
import { Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type FocusEvent, type ReactNode, useCallback, useMemo, useRef } from 'react';
import { type Answer, useCall } from '../../api.ts';
import { useWords } from '../../words/words.ts';
import { type Draft, sent, valueAt, withValue } from './draft.ts';
import { Field } from './field.tsx';
import { type Check, FormContext, type FormTools, type Picture, useSaid } from './form-context.ts';
import { onFormKey } from './keyboard.ts';
import { formWords } from './words.ts';
import './record-form.css';

export type { Draft } from './draft.ts';
export { emptyDraft, sent } from './draft.ts';
export type { Check, Picture } from './form-context.ts';

export type FormTable = Answer<'record_form'>;

/** The table of fields; it does not change while a page is open. */
export function useRecordForm(): FormTable | undefined {
  return useCall('record_form', {}).data;
}

/** What the server says of the draft, a moment after the last key. @param patientId whose record it is; null: a new patient's. */
export function useDraftCheck(form: FormTable | undefined, draft: Draft, patientId: string | null): Check | null {
  const [settled] = useDebouncedValue(draft, 350);
  const body = { draft: form ? sent(form.sections, settled) : settled, patientId };
  const { data } = useCall('check_draft', { body }, { enabled: form !== undefined, keeps: true });
  return data ?? null;
}

export interface RecordFormProps {
  form: FormTable;
  draft: Draft;
  onDraft(change: (before: Draft) => Draft): void;
  check: Check | null;
  /** After somebody wanted to finish: what is not filled in is said too. */
  saysMissing: boolean;
  picture?: Picture | null;
  /** Ticks on the paper that need a choice, by field of the sheet. */
  notes?: readonly { sheet: string; text: readonly [ja: string, en: string] }[];
  /** Told which fields of the sheet belong to where the keyboard is. */
  onSheet?(fields: readonly string[]): void;
}

export function RecordForm({ onSheet, ...props }: RecordFormProps): ReactNode {
  const { form, draft } = props;
  const said = useSaid();
  const words = useWords(formWords);
  const tools = useTools(props);
  const onFocus = (event: FocusEvent<HTMLElement>): void => {
    const sheet = event.target.closest<HTMLElement>('[data-sheet]')?.dataset.sheet;
    if (sheet) onSheet?.(sheet.split(' '));
  };
  const later = form.sections.filter(({ isLater }) => isLater);
  return (
    <FormContext.Provider value={tools}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of the fields inside */}
      <div className="record-form" onKeyDown={onFormKey} onFocus={onFocus}>
        {form.sections
          .filter(({ isLater }) => !isLater)
          .map(({ key, title, fields }) => (
            <section key={key} className="section" aria-label={said(title)}>
              <Title order={2} size="h4" mb="xs">
                {said(title)}
              </Title>
              <Fields fields={fields} draft={draft} />
            </section>
          ))}
        <details className="section">
          <summary>{words.later}</summary>
          {later.map(({ key, title, fields }) => (
            <section key={key} aria-label={said(title)}>
              <Title order={3} size="h5" my="xs">
                {said(title)}
              </Title>
              <Fields fields={fields} draft={draft} />
            </section>
          ))}
        </details>
      </div>
    </FormContext.Provider>
  );
}

function Fields({ fields, draft }: { fields: FormTable['sections'][number]['fields']; draft: Draft }): ReactNode {
  return fields.map((field) => (
    <Field key={field.name} field={field} path={field.name} value={valueAt(draft, field.name)} />
  ));
}

const none: NonNullable<RecordFormProps['notes']> = [];

function useTools(props: Omit<RecordFormProps, 'onSheet'>): FormTools {
  const { form, draft, onDraft, check, saysMissing, picture = null, notes = none } = props;
  const newest = useRef(draft);
  newest.current = draft;
  const onChange = useCallback(
    (path: string, value: unknown) => onDraft((before) => withValue(before, path, value)),
    [onDraft],
  );
  return useMemo(() => {
    // What is open is not wrong yet: said only when somebody wants to finish.
    const isSaid = ({ level, code }: Check['findings'][number]): boolean =>
      saysMissing ? level !== 'complete' : level === 'warning' || (level === 'refused' && code !== 'missing');
    const findings = (check?.findings ?? []).filter(isSaid);
    const understood = new Map(check?.understood.map(({ path, text }) => [path, text]));
    const offers = new Map(check?.offers.map(({ path, text }) => [path, text]));
    return {
      references: form.references,
      picture,
      notesOf: (sheet) => notes.filter((one) => one.sheet === sheet).map(({ text }) => text),
      findingsAt: (path, isUnder) =>
        findings.filter((one) => one.path === path || (isUnder && one.path.startsWith(`${path}.`))),
      understoodAt: (path) => understood.get(path) ?? null,
      offeredAt: (path) => offers.get(path) ?? null,
      onChange,
      typedAt: (path) => valueAt(newest.current, path),
    };
  }, [form, check, saysMissing, picture, notes, onChange]);
}
