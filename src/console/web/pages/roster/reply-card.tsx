/** What was read on a doctor's reply to the roster, and the dates that a person reads on one that waits. */
import { Button, Checkbox, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { inboxWords } from '../inbox/words.ts';
import { useDay } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { replyWords } from './reply-words.ts';

export type Reply = Answer<'roster_reply'>['reply'];

interface End {
  /** Awaited before the reply is settled. */
  first?(): Promise<void>;
  onDone(): void;
}

/** Beside the page in the inbox; nothing for a sheet of which nothing could be read. */
export function ReplyOfPage({ itemId, ...end }: { itemId: string } & End): ReactNode {
  const read = useCall('roster_reply', { params: { itemId } });
  return read.data ? <ReplyCard name={read.data.name} reply={read.data.reply} {...end} /> : null;
}

export function ReplyCard({ name, reply, ...end }: { name: string; reply: Reply } & End): ReactNode {
  const words = useWords(replyWords);
  const mayWrite = usePermissions().has('roster.write');
  return (
    <Stack gap="xs">
      <Text fw={700} size="lg">
        {fill(words.replyOf, { name, month: Number(reply.month.slice(5)) })}
      </Text>
      <Said reply={reply} />
      {reply.status === 'waiting' && mayWrite && <ByHand reply={reply} {...end} />}
    </Stack>
  );
}

/** In one line: agreed, and the dates. */
export function Said({ reply }: { reply: Reply }): ReactNode {
  const words = useWords(replyWords);
  const reasons: Readonly<Record<string, string>> = useWords(inboxWords);
  const day = useDay();
  const { isAgreed, cannot, taken, status, reason } = reply;
  const left = cannot.filter((date) => !taken.includes(date));
  return (
    <>
      <Text>
        {isAgreed && `${words.replyAgreed} `}
        {taken.length > 0 && fill(words.replyCannot, { days: taken.map(day).join(words.comma) })}
      </Text>
      {status === 'waiting' && (
        <Text c="#9c3a00" fw={600}>
          {words.replyWaits}
          {reason && `：${reasons[reason] ?? reason}`}
          {left.length > 0 && ` ${fill(words.replyLeft, { days: left.map(day).join(words.comma) })}`}
        </Text>
      )}
    </>
  );
}

function ByHand({ reply, first, onDone }: { reply: Reply } & End): ReactNode {
  const words = useWords(replyWords);
  const day = useDay();
  const [dates, setDates] = useState<string[]>(reply.cannot.filter((date) => !reply.taken.includes(date)));
  const settle = useDo('settle_roster_reply', ['roster_replies', 'roster_reply', 'roster_absences', 'roster_month']);
  const [year = 0, number = 0] = reply.month.split('-').map(Number);
  const days = Array.from({ length: new Date(Date.UTC(year, number, 0)).getUTCDate() }, (_, index) => {
    return `${reply.month}-${String(index + 1).padStart(2, '0')}`;
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const asked = { params: { itemId: reply.itemId }, body: { dates } };
        void Promise.resolve(first?.()).then(() => settle.mutate(asked, { onSuccess: onDone }));
      }}
    >
      <Checkbox.Group
        label={words.replyDates}
        description={words.replyHint}
        value={[...reply.taken, ...dates]}
        onChange={(all) => setDates(all.filter((date) => !reply.taken.includes(date)))}
      >
        <SimpleGrid cols={3} spacing={6} my="xs">
          {days.map((date) => (
            <Checkbox key={date} value={date} label={day(date)} disabled={reply.taken.includes(date)} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Problem error={settle.error} own={rosterRefusals} />
      <Group>
        <Button type="submit" loading={settle.isPending}>
          {dates.length > 0 ? fill(words.replySettle, { n: dates.length }) : words.replySettleNone}
        </Button>
      </Group>
    </form>
  );
}
