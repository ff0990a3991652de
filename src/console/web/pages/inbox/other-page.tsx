/** Pages that end without a patient: looked at, noted, settled or answered by return fax. */
import { Button, Group, NativeSelect, Stack, Text, Textarea, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Sent, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { useSaid } from '../record-form/form-context.ts';
import { ReplyOfPage } from '../roster/reply-card.tsx';
import { BedSheet } from './bed-sheet.tsx';
import type { OpenedProps } from './enrolment.tsx';
import { type EndingProps, useKept } from './kept.ts';
import { PagePicture, usePicture } from './page-picture.tsx';
import { RequestForm } from './request-form.tsx';
import { timeOf, whenOf } from './time.ts';
import { inboxRefusals, inboxWords } from './words.ts';
import '../record-form/record-form.css';

export function OtherPage({ item, onReopen, onLeave }: OpenedProps): ReactNode {
  const words = useWords(inboxWords);
  const picture = usePicture(item.picture);
  const [note, setNote] = useState(item.typed.note);
  const kept = useKept(item.id, { draft: null, note }, true);
  const known: Readonly<Record<string, string>> = words;
  return (
    <div className="desk">
      <Group className="desk-head" justify="space-between">
        <Title order={1} size="h3">
          {words[item.kind]}
        </Title>
        <Text role="status">{kept.at ? fill(words.saved, { when: timeOf(kept.at) }) : ''}</Text>
      </Group>
      <Text mb="sm">
        {fill(words.received, { when: whenOf(item.receivedAt) })}
        {item.reason && `　${known[item.reason] ?? item.reason}`}
      </Text>
      <div className="desk-columns wide-paper record-form">
        <div className="paper-side">
          {!picture && <Text>{words.noPicture}</Text>}
          {picture && (
            <PagePicture
              picture={picture}
              sheet={[]}
              toMask={
                item.mayHoldMyNumber
                  ? { itemId: item.id, labels: item.labels, onMasked: () => kept.now().then(onReopen) }
                  : null
              }
            />
          )}
        </div>
        <Stack gap="lg">
          {item.kind === 'request' && <RequestForm item={item} first={kept.now} onDone={onLeave} />}
          {item.kind === 'roster' && <ReplyOfPage itemId={item.id} first={kept.now} onDone={onLeave} />}
          {item.beds && <BedSheet item={item} sheet={item.beds} first={kept.now} onDone={onLeave} />}
          <Textarea
            label={words.note}
            size="md"
            rows={3}
            maxLength={400}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Problem error={kept.error} own={inboxRefusals} />
          <Settle item={item} first={kept.now} onDone={onLeave} />
          <Button variant="default" onClick={() => kept.now().then(onLeave)}>
            {words.leave}
          </Button>
        </Stack>
      </div>
    </div>
  );
}

function Settle({ item, first, onDone }: EndingProps): ReactNode {
  const words = useWords(inboxWords);
  const said = useSaid();
  const [reason, setReason] = useState('');
  const settle = useDo('settle_item');
  const params = { itemId: item.id };
  const end = (body: Sent<'settle_item'>['body']): void =>
    void first().then(() => settle.mutate({ params, body }, { onSuccess: onDone }));
  const file = (): void => end({ as: 'filed' });
  const refuse = (): void => end({ as: 'refused', reason: reason as 'other' });
  return (
    <>
      <Problem error={settle.error} own={inboxRefusals} />
      <Button onClick={file} loading={settle.isPending}>
        {words.file}
      </Button>
      {!item.canBeAnswered && <Text>{words.cannotAnswer}</Text>}
      {item.canBeAnswered && (
        <Group align="end">
          <NativeSelect
            label={words.refuseWhy}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data={[
              { value: '', label: words.choose },
              ...item.refusals.map(({ reason: value, text }) => ({ value, label: said(text) })),
            ]}
          />
          <Button variant="default" disabled={reason === ''} onClick={refuse}>
            {words.refuse}
          </Button>
        </Group>
      )}
    </>
  );
}
