import { Button, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { addressOf } from '../../api.ts';
import { More, usePages } from '../../shell/pages-of.tsx';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { auditWords } from './words.ts';

/** The last seal of each day, to be printed and filed. */
export function SealsTab(): ReactNode {
  const words = useWords(auditWords);
  const seals = usePages(
    'daily_seals',
    'all',
    (before: string | null) => ({ query: before === null ? {} : { before } }),
    ({ next }) => next,
  );
  const rows = seals.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Text mb="sm">{words.sealsText}</Text>
      <Problem error={seals.error} onRetry={() => void seals.refetch()} />
      {seals.data && rows.length === 0 && <Text>{words.sealsEmpty}</Text>}
      <ul className="patient-list">
        {rows.map(({ date, treeSize, root, sealedAt }) => (
          <li key={date}>
            <div className="log-row">
              <span>
                <strong>{fill(words.sealOf, { date })}</strong>
                <br />
                <When at={sealedAt} />
              </span>
              <span>{fill(words.entries, { count: treeSize })}</span>
              <span style={{ overflowWrap: 'anywhere' }}>
                <code>{root}</code>
                <br />
                <Button
                  component="a"
                  size="compact-md"
                  variant="default"
                  href={addressOf('seal_pdf', { params: { date } })}
                  target="_blank"
                  rel="noreferrer"
                  aria-label={`${words.print} ${date}`}
                >
                  {words.print}
                </Button>
              </span>
            </div>
          </li>
        ))}
      </ul>
      {!seals.error && <More of={seals} />}
    </>
  );
}
