/** One field of the form, whatever its kind: label, the paper's picture of it, what is typed, and what is said about it. */
import { Button, Group } from '@mantine/core';
import { memo, type ReactNode } from 'react';
import type { FormField, GroupField, RowsField, SeveralField } from '../../../../records/form.ts';
import { fill, useWords } from '../../words/words.ts';
import { applies, newRow, rowOf, valueAt } from './draft.ts';
import { Said } from './findings.tsx';
import { useForm, useSaid } from './form-context.ts';
import { Chips, ChoiceChips, Copy, type FieldProps, Line, ReferenceSelect, Tick, YesNo } from './lines.tsx';
import { Paper } from './paper.tsx';
import { formWords } from './words.ts';

export const Field = memo(function Field({ field, path, value, isPart }: FieldProps & { isPart?: boolean }): ReactNode {
  const said = useSaid();
  const words = useWords(formWords);
  const isOwnLabelled = field.kind === 'check';
  const isWide = field.kind === 'group' || field.kind === 'list' || field.kind === 'choice' || field.kind === 'yes_no';
  return (
    <div className={isPart && isWide ? 'field wide' : 'field'} data-field={path} data-sheet={field.sheet?.join(' ')}>
      {!isOwnLabelled && (
        <div className="label">
          {said(field.label)}
          {field.isMinimum && !isPart && <span className="must">{words.minimum}</span>}
        </div>
      )}
      {field.sheet && (
        <div className="papers">
          {field.sheet.map((name) => (
            <Paper key={name} sheet={name} label={said(field.label)} />
          ))}
        </div>
      )}
      <Kind field={field} path={path} value={value} />
    </div>
  );
});

function Kind({ field, path, value }: FieldProps): ReactNode {
  switch (field.kind) {
    case 'choice':
      return (
        <>
          <ChoiceChips field={field} path={path} value={value} />
          <Said path={path} />
        </>
      );
    case 'yes_no':
      return (
        <>
          <YesNo field={field} path={path} value={value} />
          <Said path={path} />
        </>
      );
    case 'check':
      return <Tick field={field} path={path} value={value} />;
    case 'reference':
      return <ReferenceSelect field={field} path={path} value={value} />;
    case 'group':
      return <Parts field={field} path={path} value={value} />;
    case 'fact':
      return <Fact field={field} path={path} value={value} />;
    case 'list':
      return <Rows field={field} path={path} value={value} />;
    case 'several':
      return <Several field={field} path={path} value={value} />;
    default:
      return <Line field={field} path={path} value={value} />;
  }
}

function Parts({ field, path, value }: FieldProps<GroupField>): ReactNode {
  const said = useSaid();
  return (
    <fieldset aria-label={said(field.label)}>
      <div className="parts">
        <Named fields={field.fields} path={path} value={value} />
      </div>
      <Said path={path} />
    </fieldset>
  );
}

function Named({ fields, path, value }: { fields: readonly FormField[]; path: string; value: unknown }): ReactNode {
  return fields
    .filter((part) => applies(part, value))
    .map((part) => (
      <Field key={part.name} field={part} path={`${path}.${part.name}`} value={valueAt(value, part.name)} isPart />
    ));
}

/** あり, なし, 未確認: never open without being seen to be (rule 7). */
function Fact({ field, path, value }: FieldProps<RowsField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  const words = useWords(formWords);
  const state = valueAt(value, 'state');
  const options = (['present', 'none', 'unknown'] as const).map((one) => ({ value: one, text: words[one] }));
  const choose = (one: string | undefined): void => {
    if (one === 'present') onChange(path, { state: one, items: [newRow(field.fields)] });
    else onChange(path, one && { state: one });
  };
  return (
    <>
      <Chips name={path} label={said(field.label)} options={options} value={state} onChoose={choose} />
      {state === 'present' && <Rows field={field} path={`${path}.items`} value={valueAt(value, 'items')} />}
      <Said path={path} />
    </>
  );
}

function Rows({ field, path, value }: FieldProps<RowsField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  const words = useWords(formWords);
  const label = said(field.label);
  const all: unknown[] = Array.isArray(value) && value.length > 0 ? value : [newRow(field.fields)];
  const remove = (index: number): void =>
    onChange(
      path,
      all.filter((_, place) => place !== index),
    );
  return (
    <>
      {all.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place; it has no name of its own
        <fieldset key={index} className="row" aria-label={fill(words.row, { label, row: index + 1 })}>
          <div className="parts">
            <Named fields={field.fields} path={`${path}.${index}`} value={rowOf(field.fields, row)} />
          </div>
          {(all.length > 1 || index > 0) && (
            <Button variant="subtle" color="red.9" size="compact-sm" tabIndex={-1} onClick={() => remove(index)}>
              {fill(words.remove, { label, row: index + 1 })}
            </Button>
          )}
        </fieldset>
      ))}
      <Said path={path} />
      {all.length < field.most && (
        <Button variant="default" size="compact-sm" onClick={() => onChange(path, [...all, newRow(field.fields)])}>
          {fill(words.add, { label })}
        </Button>
      )}
    </>
  );
}

function Several({ field, path, value }: FieldProps<SeveralField>): ReactNode {
  const { onChange } = useForm();
  const said = useSaid();
  const words = useWords(formWords);
  const label = said(field.label);
  const all: unknown[] = Array.isArray(value) && value.length > 0 ? value : [''];
  return (
    <>
      {all.map((one, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Line key={index} field={lineOf(field, index)} path={`${path}.${index}`} value={one} />
      ))}
      <Group gap="xs">
        {all.length < field.most && (
          <Button variant="subtle" size="compact-sm" tabIndex={-1} onClick={() => onChange(path, [...all, ''])}>
            {fill(words.add, { label })}
          </Button>
        )}
        {field.sameAs && <Copy field={field} path={path} />}
      </Group>
    </>
  );
}

const lineOf = ({ of, label, name }: SeveralField, index: number) => ({
  ...{ kind: of, name },
  label: index === 0 ? label : ([`${label[0]} ${index + 1}`, `${label[1]} ${index + 1}`] as const),
});
