import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { useWords } from '../../words/words.ts';
import { patientWords } from './words.ts';

type Record = NonNullable<Answer<'patient'>['record']>;
type RecordRow = Record['sections'][number]['rows'][number];

/** The record in the order and the words of the page that a doctor gets; then what only the enrolment form says. */
export function RecordSections({ record }: { record: Record }): ReactNode {
  const words = useWords(patientWords);
  return (
    <>
      {record.sections.map(({ key, title, rows }) => (
        <section key={key} className="record-section">
          <h3>{title}</h3>
          <div>
            {rows.map((row, place) => (
              // The order of a record's rows is part of it.
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
              <RecordLine key={place} row={row} />
            ))}
          </div>
        </section>
      ))}
      <section className="record-section">
        <h3>{words.formFields}</h3>
        <div>
          <Fields fields={record.registration} />
        </div>
      </section>
    </>
  );
}

function RecordLine({ row }: { row: RecordRow }): ReactNode {
  switch (row.kind) {
    case 'fields':
      return <Fields fields={row.fields} isAlert={row.isAlert} />;
    case 'list':
      return (
        <ol start={row.from || 1} style={row.from === 0 ? { listStyle: 'none', paddingLeft: 0 } : {}}>
          {row.items.map((item) => (
            <li key={item}>{item}</li>
          ))}
        </ol>
      );
    case 'resuscitation':
      return (
        <div className="record-frame">
          <Fields fields={[{ label: row.label, value: row.status }]} isAlert />
          <Fields fields={row.fields} />
        </div>
      );
    case 'note':
      return <p style={{ margin: 0 }}>{row.text}</p>;
    default:
      return row satisfies never;
  }
}

export function Fields({
  fields,
  isAlert = false,
}: {
  fields: readonly { label: string; value: string }[];
  isAlert?: boolean;
}): ReactNode {
  return (
    <dl className={isAlert ? 'record-fields is-alert' : 'record-fields'}>
      {fields.map(({ label, value }) => [<dt key={`${label} name`}>{label}</dt>, <dd key={label}>{value}</dd>])}
    </dl>
  );
}
