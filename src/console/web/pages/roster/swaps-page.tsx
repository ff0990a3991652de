/** Swaps: who gives which duty to whom, and who of the two has said yes. */
import { Badge, Button, Card, Group, Stack, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { Frame, useDay, useHours } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { rosterWords } from './words.ts';

type Swap = Answer<'roster_swaps'>['swaps'][number];

const states = {
  waiting: ['swapWaiting', '#9c3a00'],
  agreed: ['swapAgreed', '#0b6b4f'],
  declined: ['swapDeclined', '#a61e1e'],
  withdrawn: ['swapWithdrawn', '#495057'],
  lapsed: ['swapLapsed', '#495057'],
} as const;

export default function SwapsPage(): ReactNode {
  const words = useWords(rosterWords);
  const [after, setAfter] = useState<{ afterAt: string; afterId: string } | null>(null);
  const read = useCall('roster_swaps', { query: after ?? {} }, { keeps: true });
  const last = read.data?.swaps.at(-1);
  return (
    <Frame>
      <Text size="sm" my="xs">
        {words.askSwapHint}
      </Text>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      {read.data?.swaps.length === 0 && <Text my="md">{words.noSwaps}</Text>}
      <Stack gap="sm">
        {read.data?.swaps.map((swap) => (
          <SwapCard key={swap.id} swap={swap} />
        ))}
      </Stack>
      {read.data?.hasMore && last && (
        <Button mt="md" variant="default" onClick={() => setAfter({ afterAt: last.createdAt, afterId: last.id })}>
          {words.more}
        </Button>
      )}
    </Frame>
  );
}

function SwapCard({ swap }: { swap: Swap }): ReactNode {
  const words = useWords(rosterWords);
  const day = useDay();
  const hours = useHours();
  const mayWrite = usePermissions().has('roster.write') && swap.status === 'waiting';
  const views = ['roster_swaps', 'roster_month', 'roster_areas'] as const;
  const confirm = useDo('confirm_swap', views);
  const decline = useDo('decline_swap', views);
  const withdraw = useDo('withdraw_swap', views);
  const [word, color] = states[swap.status];
  const params = { swapId: swap.id };
  return (
    <Card withBorder padding="sm" component="article" aria-label={`${swap.giver} → ${swap.taker} ${day(swap.date)}`}>
      <Group justify="space-between">
        <Text fw={700}>
          {swap.area} {day(swap.date)} {hours(swap)} {fill(words.place, { n: swap.position })}
        </Text>
        <Badge color={color} size="lg">
          {words[word]}
        </Badge>
      </Group>
      {(['giver', 'taker'] as const).map((side) => {
        const hasSaid = side === 'giver' ? swap.giverConfirmedAt : swap.takerConfirmedAt;
        return (
          <Group key={side} gap="sm" mt={6}>
            <Text>
              {words[side]} <b>{swap[side]}</b>：{hasSaid ? words.saidYes : words.notYet}
              {swap.ring?.side === side &&
                `　${fill(swap.ring.isOver ? words.notReached : words.rungTimes, { n: swap.ring.rounds })}`}
            </Text>
            {mayWrite && !hasSaid && (
              <>
                <Button size="compact-md" onClick={() => confirm.mutate({ params, body: { side } })}>
                  {fill(words.noteYes, { name: swap[side] })}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => decline.mutate({ params, body: { side } })}>
                  {fill(words.noteNo, { name: swap[side] })}
                </Button>
              </>
            )}
          </Group>
        );
      })}
      <Problem error={confirm.error ?? decline.error ?? withdraw.error} own={rosterRefusals} />
      {mayWrite && (
        <Group mt="xs">
          <Button size="compact-md" variant="default" onClick={() => withdraw.mutate({ params })}>
            {words.withdrawSwap}
          </Button>
        </Group>
      )}
    </Card>
  );
}
