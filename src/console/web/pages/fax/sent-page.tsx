import { Anchor, Loader, NativeSelect, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { type Answer, call, useLive } from '../../api.ts';
import { useMore } from '../../shell/more.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { FaxViews } from './fax-views.tsx';
import { FaxState } from './state.tsx';
import { faxWords } from './words.ts';

export type SentFax = Answer<'sent_faxes'>['faxes'][number];

const filters = ['all', 'under_way', 'failed'] as const;

export default function SentPage(): ReactNode {
  const words = useWords(faxWords);
  const time = useTime();
  const [filter, setFilter] = useState<(typeof filters)[number]>('all');
  const { value, isLive } = useLive('sent_faxes', { query: { filter } });
  const first = value && { rows: value.faxes, next: value.next };
  const { rows, button } = useMore<SentFax>(filter, first, async (after) => {
    const { faxes, next } = await call('sent_faxes', { query: { filter, after } });
    return { rows: faxes, next };
  });
  return (
    <>
      <FaxViews isLive={isLive} />
      <NativeSelect
        label={words.filter}
        w={240}
        mb="sm"
        value={filter}
        onChange={(event) => setFilter(event.currentTarget.value as typeof filter)}
        data={filters.map((one) => ({ value: one, label: words[one] }))}
      />
      {!value && <Loader />}
      {value && rows.length === 0 && <Text>{words.none}</Text>}
      {rows.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th>{words.queuedAt}</th>
              <th>{words.to}</th>
              <th>{words.purpose}</th>
              <th>{words.attempts}</th>
              <th>{words.state}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((fax) => (
              <tr key={fax.id} className={fax.status === 'failed' ? 'is-alarmed' : ''}>
                <th scope="row">
                  <Anchor component={Link} href={`/fax/sent/${fax.id}`}>
                    {time(fax.queuedAt)}
                  </Anchor>
                </th>
                <td data-label={words.to}>
                  {fax.owner}　<span className="tabular">{fax.number}</span>
                </td>
                <td data-label={words.purpose}>
                  {words[`purpose_${fax.purpose}`]}　{fill(words.pagesOf, { count: fax.pages })}
                </td>
                <td data-label={words.attempts}>{fill(words.attemptsOf, { count: fax.attempt })}</td>
                <td data-label={words.state}>
                  <FaxState fax={fax} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {button}
    </>
  );
}
