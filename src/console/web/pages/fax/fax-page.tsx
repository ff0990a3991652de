import { Alert, Anchor, Button, Group, Loader, Modal, Stack, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, useCall, useDo, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { useTime } from '../../words/time.ts';
import { fill, useWords } from '../../words/words.ts';
import { SendAgain } from './again.tsx';
import './fax.css';
import { FaxState } from './state.tsx';
import { faxRefusals, faxWords } from './words.ts';

type Shown = Answer<'sent_fax'>;

export default function FaxPage(): ReactNode {
  const { faxId = '' } = useParams();
  const words = useWords(faxWords);
  // Asked once for a no in words; what changes comes by the live view.
  const first = useCall('sent_fax', { params: { faxId } });
  const { value, isLive } = useLive('sent_fax', { params: { faxId } });
  const shown = value ?? first.data;
  return (
    <>
      <Anchor component={Link} href="/fax">
        {words.back}
      </Anchor>
      <Group justify="space-between" mb="sm">
        <Title order={1}>{words.details}</Title>
        {shown?.fax.dueAt && <LiveBadge isLive={isLive} />}
      </Group>
      <Problem error={first.error} onRetry={() => void first.refetch()} />
      {first.isPending && <Loader />}
      {shown && <OneFax shown={shown} />}
    </>
  );
}

function OneFax({ shown: { fax, life, again } }: { shown: Shown }): ReactNode {
  const words = useWords(faxWords);
  const time = useTime();
  return (
    <Stack maw={760}>
      <Text size="lg">
        {fax.owner} <span className="tabular">{fax.number}</span>
      </Text>
      <Text>
        {[
          words[`purpose_${fax.purpose}`],
          fill(words.pagesOf, { count: fax.pages }),
          fill(words.dialled, { count: fax.attempt }),
        ].join('　')}
      </Text>
      <Text size="xl">
        <FaxState fax={fax} />
      </Text>
      {fax.status === 'failed' && fax.failure && (
        <Alert color="red" title={words.cure}>
          <p className="cure">{words[`cure_${fax.failure.class}`]}</p>
          {!again && <p className="cure">{words[`cure_${fax.purpose}`]}</p>}
        </Alert>
      )}
      {again && <SendAgain faxId={fax.id} again={again} />}
      <Steps fax={fax} />
      <section>
        <Title order={2}>{words.life}</Title>
        <ol className="fax-life">
          {life.map((one, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows, so the place of an event is its name
            <li key={place}>
              <time dateTime={one.at} className="tabular">
                {time(one.at)}
              </time>
              <span>
                {fill(words[`kind_${one.kind}` as 'kind_fax_queued'] ?? one.kind, {
                  attempt: one.attempt ?? '',
                  class: one.class ? (words[`class_${one.class}` as 'class_busy'] ?? one.class) : '',
                })}
                {one.isByPerson && `（${words.by_person}）`}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </Stack>
  );
}

/** What a person may do with it now. */
function Steps({ fax }: { fax: Shown['fax'] }): ReactNode {
  const words = useWords(faxWords);
  const may = usePermissions();
  const [isAsking, setAsking] = useState(false);
  const withdraw = useDo('withdraw_fax', ['sent_fax', 'sent_faxes']);
  const test = useDo('test_fax_destination', ['sent_faxes']);
  const isOpen = fax.dueAt !== null;
  return (
    <>
      <Problem error={withdraw.error ?? test.error} own={faxRefusals} />
      {test.isSuccess && <Alert role="status">{words.testAsked}</Alert>}
      <Group>
        {isOpen && !fax.isUnwanted && may.has('fax.work') && (
          <Button variant="default" onClick={() => setAsking(true)}>
            {words.withdraw}
          </Button>
        )}
        {!isOpen && fax.canRetest && may.has('fax.destinations') && (
          <Button
            variant="default"
            loading={test.isPending}
            onClick={() => test.mutate({ params: { destinationId: fax.destinationId } })}
          >
            {words.testAgain}
          </Button>
        )}
      </Group>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={words.withdraw}
        closeButtonProps={{ 'aria-label': words.keep }}
      >
        <Text mb="md">{words.withdrawSure}</Text>
        <Group>
          <Button
            color="red"
            loading={withdraw.isPending}
            onClick={() => withdraw.mutate({ params: { faxId: fax.id } }, { onSettled: () => setAsking(false) })}
          >
            {words.withdrawYes}
          </Button>
          <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
            {words.keep}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
