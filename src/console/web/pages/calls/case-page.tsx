import { Alert, Anchor, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, addressOf, useCall, useLive } from '../../api.ts';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { clockText, spanText, useNow } from '../../shell/now.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import '../../shell/rows.css';
import { useTime } from '../../words/time.ts';
import { fill, useLanguage, useWords } from '../../words/words.ts';
import './case.css';
import { type CallWords, callWords } from './words.ts';

type Case = Answer<'urgent_call'>;

export default function CasePage(): ReactNode {
  const { caseId = '' } = useParams();
  const words = useWords(callWords);
  // Asked once for a no in words; what changes comes by the live view.
  const first = useCall('urgent_call', { params: { caseId } });
  const { value, isLive, aheadMs } = useLive('urgent_call', { params: { caseId } });
  const shown = value ?? first.data;
  return (
    <>
      <Anchor component={Link} href="/calls">
        {words.back}
      </Anchor>
      <Group justify="space-between" mb="sm">
        <Title order={1}>{words.caseTitle}</Title>
        {shown && shown.call.status !== 'closed' && <LiveBadge isLive={isLive} />}
      </Group>
      <Problem error={first.error} onRetry={() => void first.refetch()} />
      {first.isPending && <Loader />}
      {shown && <Shown shown={shown} aheadMs={aheadMs} />}
    </>
  );
}

function Shown({ shown, aheadMs }: { shown: Case; aheadMs: number }): ReactNode {
  const words = useWords(callWords);
  const language = useLanguage();
  const { call, outcome, rings, events, pages } = shown;
  return (
    <Stack gap="lg">
      <Facts call={call} />
      <Alert color={call.status === 'unanswered' ? 'red' : 'blue'} title={outcome[language]}>
        {call.status === 'closed' ? words.closedState : words[call.status]}
      </Alert>
      <Group>
        <Button
          component="a"
          href={addressOf('urgent_call_report', { params: { caseId: call.id } })}
          target="_blank"
          variant="default"
        >
          {words.print}
        </Button>
      </Group>
      <section>
        <Title order={2}>{words.rung}</Title>
        {rings.length === 0 ? <Text>{words.noneRung}</Text> : <Rings rings={rings} aheadMs={aheadMs} words={words} />}
      </section>
      <section>
        <Title order={2}>{words.events}</Title>
        <ol className="timeline">
          {events.map((event, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a log only grows, so the place of an event is its name
            <li key={place}>
              <time dateTime={event.at}>{clockText(event.at)}</time>
              <div>
                {event.text[language]}
                {event.said && (
                  <p className="said">
                    {words.said} 「{event.said[language]}」
                  </p>
                )}
              </div>
            </li>
          ))}
        </ol>
      </section>
      <section>
        <Title order={2}>{words.pages}</Title>
        {pages.length === 0 && <Text>{words.noPages}</Text>}
        {pages.map((page) => (
          <Page key={page.disclosureId} page={page} words={words} />
        ))}
      </section>
    </Stack>
  );
}

function Facts({ call }: { call: Case['call'] }): ReactNode {
  const words = useWords(callWords);
  const time = useTime();
  const mayOpenPatient = usePermissions().has('patients.read');
  const patient = call.patientCode ?? (call.kind === 'person' ? words.forPerson : words.noCard);
  return (
    <dl className="facts">
      <dt>{words.opened}</dt>
      <dd>
        {time(call.openedAt)}
        {call.closedAt !== null && `　${fill(words.frozenAt, { at: time(call.closedAt) })}`}
      </dd>
      {call.retryAt !== null && (
        <>
          <dt>{words.retryAt}</dt>
          <dd>{clockText(call.retryAt)}</dd>
        </>
      )}
      <dt>{words.area}</dt>
      <dd>{call.area ?? '―'}</dd>
      <dt>{words.patient}</dt>
      <dd>
        {patient}
        {call.patientId !== null && mayOpenPatient && (
          <Anchor ml="md" component={Link} href={`/patients/${call.patientId}`}>
            {words.openPatient}
          </Anchor>
        )}
      </dd>
      <dt>{words.reference}</dt>
      <dd className="opaque">{call.id}</dd>
    </dl>
  );
}

function Rings({ rings, aheadMs, words }: { rings: Case['rings']; aheadMs: number; words: CallWords }): ReactNode {
  const language = useLanguage();
  const now = useNow(aheadMs);
  return (
    <table className="rows">
      <thead>
        <tr>
          <th>{words.who}</th>
          <th>{words.count}</th>
          <th>{words.rangAt}</th>
          <th>{words.rangFor}</th>
          <th>{words.talkedFor}</th>
          <th>{words.result}</th>
        </tr>
      </thead>
      <tbody>
        {rings.map((ring) => (
          <tr key={ring.legId}>
            <th scope="row">
              {ring.role[language]} {ring.name}
            </th>
            <td data-label={words.count}>{fill(words.countOf, { count: ring.ring })}</td>
            <td data-label={words.rangAt} className="tabular">
              {clockText(ring.at)}
            </td>
            <td data-label={words.rangFor} className="tabular">
              {spanText(ring.at, ring.answeredAt ?? ring.endedAt ?? now)}
            </td>
            <td data-label={words.talkedFor} className="tabular">
              {ring.answeredAt === null ? '―' : spanText(ring.answeredAt, ring.endedAt ?? now)}
            </td>
            <td data-label={words.result} className={`ring is-${ring.result}`}>
              {ring.resultText[language]}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Page({ page, words }: { page: Case['pages'][number]; words: CallWords }): ReactNode {
  const form = words[`form_${page.form}` as 'form_full'] ?? page.form;
  const state = words[`page_${page.state}` as 'page_queued'] ?? page.state;
  return (
    <Text c={page.state === 'failed' ? 'red.9' : 'inherit'} fw={page.state === 'failed' ? 700 : 400}>
      {[page.recipient, form, state].join('　')}
      {page.faxId !== null && (
        <Anchor ml="md" component={Link} href={`/fax/sent/${page.faxId}`}>
          {words.openFax}
        </Anchor>
      )}
    </Text>
  );
}
