import { Anchor, Badge, Loader, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { type Answer, call, useLive } from '../../api.ts';
import { useMore } from '../../shell/more.tsx';
import { usePermissions } from '../../shell/permissions.ts';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { FaxViews } from './fax-views.tsx';
import { type FaxWords, faxWords } from './words.ts';

type Received = Answer<'received_faxes'>['faxes'][number];

export default function ReceivedPage(): ReactNode {
  const words = useWords(faxWords);
  const time = useTime();
  const { value, isLive } = useLive('received_faxes', { query: {} });
  const first = value && { rows: value.faxes, next: value.next };
  const { rows, button } = useMore<Received>('received', first, async (after) => {
    const { faxes, next } = await call('received_faxes', { query: { after } });
    return { rows: faxes, next };
  });
  return (
    <>
      <FaxViews isLive={isLive} />
      {!value && <Loader />}
      {value && rows.length === 0 && <Text>{words.noReceived}</Text>}
      {rows.length > 0 && (
        <>
          <Text mb="sm">{words.fromNote}</Text>
          <table className="rows">
            <thead>
              <tr>
                <th>{words.receivedAt}</th>
                <th>{words.from}</th>
                <th>{words.pages}</th>
                <th>{words.became}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((fax) => (
                <tr key={fax.id} className={fax.status === 'failed' ? 'is-alarmed' : ''}>
                  <th scope="row">{time(fax.receivedAt)}</th>
                  <td data-label={words.from} className="tabular">
                    {fax.from ?? words.withheld}
                  </td>
                  <td data-label={words.pages}>
                    {fax.pages === null ? '―' : fill(words.pagesOf, { count: fax.pages })}
                    {fax.isPartial && `　${words.partial}`}
                  </td>
                  <td data-label={words.became}>
                    <Became fax={fax} words={words} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {button}
    </>
  );
}

function Became({ fax, words }: { fax: Received; words: FaxWords }): ReactNode {
  const mayWork = usePermissions().has('inbox.work');
  if (fax.status === 'failed') return fill(words.receiveFailed, { code: fax.failure ?? '' });
  if (fax.items.length === 0) return words[fax.status];
  return fax.items.map((item) => (
    <div key={item.id}>
      {[
        words[`item_${item.kind}` as 'item_other'] ?? item.kind,
        words[`itemState_${item.status}` as 'itemState_done'] ?? item.status,
      ].join('　')}{' '}
      {item.isAlarmed && <Badge color="red">{words.alarmed}</Badge>}{' '}
      {item.status === 'waiting' && mayWork && (
        <Anchor component={Link} href={`/inbox/${item.id}`}>
          {words.openItem}
        </Anchor>
      )}
    </div>
  ));
}
