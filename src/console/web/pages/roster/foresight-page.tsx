/** What a month's roster would do: set off here, followed while it is played elsewhere, shown with what it rests on. */
import { Alert, Button, Group, Loader, Progress, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { type Answer, addressOf, useCall, useDo, useLive } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { laterMonth, MonthSteps, monthOr, useMonthName } from './choose.tsx';
import { Outlook } from './foresight-outlook.tsx';
import { foresightRefusals, foresightWords } from './foresight-words.ts';
import { Frame } from './frame.tsx';

type Run = NonNullable<Answer<'foresight'>['run']>;

export default function ForesightPage(): ReactNode {
  const [search] = useSearchParams();
  const areas = useCall('roster_areas', {});
  const today = areas.data?.today;
  const month = monthOr(search.get('month'), today && `${laterMonth(today.slice(0, 7), 1)}-01`);
  return (
    <Frame>
      <Problem error={areas.error} onRetry={() => void areas.refetch()} />
      {month !== null && <Month key={month} month={month} />}
    </Frame>
  );
}

function Month({ month }: { month: string }): ReactNode {
  const words = useWords(foresightWords);
  const nameOf = useMonthName();
  const { value } = useLive('foresight', { params: { month } });
  const start = useDo('start_foresight');
  const isRunning = value?.run?.status === 'running';
  return (
    <>
      <Group my="xs">
        <MonthSteps month={month} heading={fill(words.heading, { month: nameOf(month) })} />
      </Group>
      <Text my="xs">{words.explain}</Text>
      <Group>
        <Button
          size="md"
          loading={start.isPending}
          disabled={value === null || isRunning}
          onClick={() => start.mutate({ params: { month } })}
        >
          {value?.run ? words.again : words.start}
        </Button>
        {value?.answer && (
          <Button
            component="a"
            href={addressOf('foresight_pdf', { params: { month } })}
            target="_blank"
            rel="noreferrer"
            variant="default"
            size="md"
          >
            {words.print}
          </Button>
        )}
      </Group>
      <Problem error={start.error} own={foresightRefusals} />
      {value === null && <Loader my="md" />}
      <div role="status">{value && <State run={value.run} />}</div>
      {value?.answer && <Outlook answer={value.answer} />}
    </>
  );
}

function State({ run }: { run: Run | null }): ReactNode {
  const words = useWords(foresightWords);
  if (!run) return <Text my="md">{words.never}</Text>;
  const { status, played, total, failure, startedBy, finishedAt } = run;
  const percent = total === 0 ? 0 : Math.min(99, Math.floor((played / total) * 100));
  const told = fill(words.running, { percent });
  if (status === 'running')
    return (
      <>
        <Text fw={600} mt="md">
          {told}
        </Text>
        <Progress size="xl" value={percent} aria-label={told} />
      </>
    );
  if (status === 'done')
    return (
      <Text size="sm" my="xs">
        {finishedAt && <When at={finishedAt} />}　{startedBy}
      </Text>
    );
  const wrong = { interrupted: words.interrupted, outdated: words.outdated, failed: words.failed }[status];
  return (
    <Alert color={status === 'failed' ? 'red' : 'yellow'} my="md">
      {failure === 'time' ? words.failedLate : wrong}
    </Alert>
  );
}
