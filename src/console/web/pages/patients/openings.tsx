import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Answer, useCall } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { StatementButton } from './statement.tsx';
import { patientWords } from './words.ts';

type Opening = Answer<'patient_openings'>['rows'][number];

export function Openings({ patientId, code }: { patientId: string; code: string }): ReactNode {
  const words = useWords(patientWords);
  const me = useCall('who_am_i', {});
  const openings = usePages(
    'patient_openings',
    patientId,
    (before: string | null) => ({ params: { patientId }, query: before === null ? {} : { before } }),
    ({ next }) => next,
  );
  const rows = openings.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Text mb="sm">{words.openingsText}</Text>
      {me.data?.permissions.includes('disclosures.read') && <StatementButton code={code} />}
      <Problem error={openings.error} onRetry={() => void openings.refetch()} />
      {openings.data && rows.length === 0 && <Text>{words.openingsEmpty}</Text>}
      <ul className="patient-list">
        {rows.map((row) => (
          <li key={row.id}>
            <OpeningRow row={row} />
          </li>
        ))}
      </ul>
      {!openings.error && <More of={openings} />}
    </>
  );
}

function OpeningRow({ row }: { row: Opening }): ReactNode {
  const words = useWords(patientWords);
  const said: Readonly<Record<string, string>> = words;
  const { at, who, facility, kind, screen, relation, reason, form, destination, version, outcome, isBreakGlass } = row;
  const told = (group: string, value: string | null): string | null =>
    value === null ? null : (said[`${group}_${value}`] ?? value);
  const parts = [
    kind === 'viewed' ? words.viewed : words.disclosed,
    ...[told('screen', screen), told('reason', reason), told('form', form)],
    destination && fill(words.to, { digits: destination }),
    version && fill(words.version, { version }),
    told('outcome', outcome),
  ];
  return (
    <div className="log-row">
      <When at={at} />
      <span>
        {who ?? words.unknownPerson}
        {facility && `（${facility}）`}
        {relation && (
          <>
            <br />
            <span className={isBreakGlass ? 'mark mark-stop' : 'mark'}>{told('relation', relation)}</span>
          </>
        )}
      </span>
      <span>{parts.filter(Boolean).join('　')}</span>
    </div>
  );
}
