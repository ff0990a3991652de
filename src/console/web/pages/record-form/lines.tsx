/** The fields that hold one value. */
import { ActionIcon, Select, TextInput } from '@mantine/core';
import { type MouseEvent, type ReactNode, useId } from 'react';
import type {
  ChoiceField,
  FormField,
  LineField,
  NumberField,
  ReferenceField,
  TickField,
} from '../../../../records/form.ts';
import { fill, useWords } from '../../words/words.ts';
import { Said } from './findings.tsx';
import { useForm, useSaid } from './form-context.ts';
import { formWords } from './words.ts';

export interface FieldProps<Field extends FormField = FormField> {
  field: Field;
  path: string;
  value: unknown;
}

/** Kinds of keyboard for a telephone or tablet. */
const modes: Partial<Record<LineField['kind'], 'tel' | 'numeric'>> = {
  phone: 'tel',
  postal: 'numeric',
  digits: 'numeric',
};

export function Line({ field, path, value }: FieldProps<LineField | NumberField>): ReactNode {
  const { onChange, findingsAt } = useForm();
  const said = useSaid();
  const id = useId();
  const isWrong = findingsAt(path, false).some(({ level }) => level === 'refused' || level === 'minimum');
  const mode = field.kind === 'number' ? 'decimal' : modes[field.kind];
  return (
    <>
      <TextInput
        aria-label={said(field.label)}
        {...(mode && { inputMode: mode })}
        placeholder={field.hint && said(field.hint)}
        value={textOf(value)}
        onChange={(event) => onChange(path, event.currentTarget.value)}
        error={isWrong}
        aria-describedby={id}
        autoComplete="off"
        size="md"
        rightSection={
          field.kind === 'number' ? <span>{field.unit}</span> : field.sameAs && <Copy field={field} path={path} />
        }
        rightSectionWidth={field.kind === 'number' ? 56 : 36}
      />
      <Said path={path} isUnder={field.kind === 'name' || field.kind === 'kana'} id={id} />
      <Offer path={path} value={value} />
    </>
  );
}

/** What the field may begin with (F2): taken by a person, never written by itself. */
function Offer({ path, value }: Pick<FieldProps, 'path' | 'value'>): ReactNode {
  const { offeredAt, onChange } = useForm();
  const words = useWords(formWords);
  const offered = offeredAt(path);
  if (offered === null || textOf(value).trim() !== '') return null;
  const take = (event: MouseEvent<HTMLElement>): void => {
    onChange(path, offered);
    event.currentTarget.closest('[data-field]')?.querySelector('input')?.focus();
  };
  return (
    <button type="button" className="offer" data-copy tabIndex={-1} onClick={take}>
      {fill(words.offer, { text: offered })}
    </button>
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '';

/** Nothing is typed twice: what stands in another field already. */
export function Copy({ field, path }: Pick<FieldProps, 'field' | 'path'>): ReactNode {
  const { onChange, typedAt } = useForm();
  const words = useWords(formWords);
  const copy = (): void => {
    const there = typedAt(field.sameAs ?? '');
    if (there !== undefined && there !== '') onChange(path, there);
  };
  return (
    <ActionIcon variant="subtle" data-copy tabIndex={-1} title={words.copy} aria-label={words.copy} onClick={copy}>
      ⧉
    </ActionIcon>
  );
}

export function ChoiceChips({ field, path, value }: FieldProps<ChoiceField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  const options = field.options.map((option) => ({ ...option, text: said(option.label) }));
  return (
    <Chips
      name={path}
      label={said(field.label)}
      options={options}
      value={value}
      onChoose={(one) => onChange(path, one)}
    />
  );
}

interface ChipsProps {
  name: string;
  label: string;
  options: readonly { value: string; text: string }[];
  value: unknown;
  /** undefined: the choice was taken back. */
  onChoose(value: string | undefined): void;
}

/** Radio buttons side by side; a second click takes the choice back. */
export function Chips({ name, label, options, value, onChoose }: ChipsProps): ReactNode {
  return (
    <div role="radiogroup" aria-label={label} className="chips">
      {options.map((option) => (
        <label key={option.value} className="chip">
          <input
            type="radio"
            name={name}
            checked={value === option.value}
            onChange={() => onChoose(option.value)}
            onClick={() => value === option.value && onChoose(undefined)}
          />
          {option.text}
        </label>
      ))}
    </div>
  );
}

export function YesNo({ field, path, value }: FieldProps<TickField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  const words = useWords(formWords);
  const options = [
    { value: 'yes', text: words.yes },
    { value: 'no', text: words.no },
  ];
  const chosen = value === true ? 'yes' : value === false ? 'no' : null;
  const choose = (one: string | undefined): void => onChange(path, one === undefined ? undefined : one === 'yes');
  return <Chips name={path} label={said(field.label)} options={options} value={chosen} onChoose={choose} />;
}

export function Tick({ field, path, value }: FieldProps<TickField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  return (
    <label className="chip">
      <input
        type="checkbox"
        checked={value === true}
        onChange={(event) => onChange(path, event.currentTarget.checked)}
      />
      {said(field.label)}
    </label>
  );
}

/** A doctor, hospital or area of the association's lists, found by name, place or code. */
export function ReferenceSelect({ field, path, value }: FieldProps<ReferenceField>): ReactNode {
  const { references, onChange } = useForm();
  const said = useSaid();
  const words = useWords(formWords);
  const data = references
    .filter(({ of }) => of === field.of)
    .map(({ value: code, name, place }) => ({
      value: code,
      label: [name, place, field.of === 'area' ? null : code].filter(Boolean).join('　'),
    }));
  const known = typeof value === 'string' && value !== '' && !data.some((one) => one.value === value);
  return (
    <>
      <Select
        aria-label={said(field.label)}
        data={known ? [...data, { value: value as string, label: value as string }] : data}
        value={typeof value === 'string' && value !== '' ? value : null}
        onChange={(one) => onChange(path, one ?? undefined)}
        searchable
        openOnFocus={false}
        clearable
        selectFirstOptionOnChange
        limit={30}
        size="md"
        placeholder={words.choose}
        nothingFoundMessage={words.nobody}
        clearButtonProps={{ 'aria-label': fill(words.clear, {}), tabIndex: -1 }}
        {...(field.sameAs && { leftSection: <Copy field={field} path={path} /> })}
      />
      <Said path={path} />
    </>
  );
}
