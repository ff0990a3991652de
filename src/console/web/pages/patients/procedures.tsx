import { Alert, Button, Group, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, addressOf, type Operation, useCall, useDo } from '../../api.ts';
import { Ask } from '../../shell/ask.tsx';
import { Problem } from '../../shell/problem.tsx';
import { useProof } from '../../shell/proof.tsx';
import { When } from '../../shell/when.tsx';
import { fill, useWords } from '../../words/words.ts';
import { patientRefusals, patientWords } from './words.ts';

type Patient = Answer<'patient'>;

const refreshes: readonly Operation[] = ['patient', 'patient_history'];
const replacements = ['lost', 'stolen', 'damaged', 'misprinted'] as const;
const suspensions = ['consent_in_doubt', 'identity_in_doubt', 'in_hospital', 'other'] as const;
const closings = ['deceased', 'withdrawn', 'moved'] as const;

/** What is done with a patient's card and record, apart from reading and changing it. */
export function Procedures({ patient }: { patient: Patient }): ReactNode {
  const [said, setSaid] = useState<string | null>(null);
  const me = useCall('who_am_i', {});
  const permissions = me.data?.permissions ?? [];
  const { standing } = patient;
  return (
    <>
      <div role="status">
        {said && (
          <Alert color="green" my="sm" c="dark.9">
            {said}
          </Alert>
        )}
      </div>
      {permissions.includes('cards.issue') && standing?.status !== 'closed' && (
        <CardPart patient={patient} onSaid={setSaid} />
      )}
      {permissions.includes('patients.write') && standing && <LifePart patient={patient} onSaid={setSaid} />}
    </>
  );
}

interface PartProps {
  patient: Patient;
  onSaid: (text: string) => void;
}

function CardPart({ patient, onSaid }: PartProps): ReactNode {
  const words = useWords(patientWords);
  const replace = useDo('replace_card', refreshes);
  const stop = useDo('stop_card', refreshes);
  const { patientId, card } = patient;
  const params = { patientId };
  const reasons = {
    legend: words.why,
    choices: replacements.map((value) => ({ value, label: words[`reason_${value}`] })),
  };
  const status = { none: words.cardNone, not_adopted: words.cardNotAdopted, active: words.cardActive }[card.status];
  return (
    <section>
      <Title order={2} size="h3" mt="md">
        {words.cardTitle}
      </Title>
      <Text my="xs">
        {status}
        {card.issuedAt && (
          <>
            （{fill(words.cardIssued, { count: card.issued })} <When at={card.issuedAt} />）
          </>
        )}
      </Text>
      <Group>
        {card.status === 'active' && (
          <Button component="a" size="md" href={addressOf('card_pdf', { params })} target="_blank" rel="noreferrer">
            {words.printCard}
          </Button>
        )}
        <Ask
          {...{ action: words.replaceCard, title: words.replaceTitle, text: words.replaceText, reasons }}
          refusals={patientRefusals}
          onDo={async ({ reason }) => {
            await replace.mutateAsync({ params, body: { reason } });
            onSaid(words.replaceDone);
          }}
        />
        {card.status !== 'none' && (
          <Ask
            {...{ action: words.stopCard, title: words.stopTitle, text: words.stopText, reasons, isDangerous: true }}
            refusals={patientRefusals}
            onDo={async ({ reason }) => {
              await stop.mutateAsync({ params, body: { reason } });
              onSaid(words.stopDone);
            }}
          />
        )}
      </Group>
    </section>
  );
}

function LifePart({ patient, onSaid }: PartProps): ReactNode {
  const words = useWords(patientWords);
  const confirm = useDo('confirm_record', refreshes);
  const suspend = useDo('suspend_record', refreshes);
  const resume = useDo('resume_record', refreshes);
  const close = useDo('close_record', refreshes);
  const sure = useProof();
  const { patientId, code, standing } = patient;
  if (!standing) return null;
  const said: Readonly<Record<string, string>> = words;
  const reason = said[`reason_${standing.reason}`] ?? '';
  if (standing.status === 'closed') return <Alert color="gray">{fill(words.closedText, { reason })}</Alert>;
  const params = { patientId };
  const { version } = standing;
  const typed = { label: fill(words.typeCode, { code }), expected: code };
  const choices = <Reason extends string>(values: readonly Reason[]) => ({
    legend: words.why,
    choices: values.map((value) => ({ value, label: said[`reason_${value}`] ?? value })),
  });
  const isSuspended = standing.status === 'suspended';
  const isConfirmable = standing.status === 'active' || standing.status === 'due' || standing.status === 'stale';
  return (
    <>
      {isConfirmable && (
        <Part title={words.confirmTitle} text={words.confirmText}>
          <Button
            size="md"
            loading={confirm.isPending}
            onClick={() => confirm.mutate({ params, body: { version } }, { onSuccess: () => onSaid(words.confirmed) })}
          >
            {words.confirm}
          </Button>
          <Problem error={confirm.error} own={patientRefusals} />
        </Part>
      )}
      {isSuspended ? (
        <Part title={words.resumeTitle} text={fill(words.resumeText, { reason })}>
          <Ask
            {...{ action: words.resume, title: words.resumeTitle, typed, refusals: patientRefusals }}
            text={fill(words.resumeText, { reason })}
            onDo={async ({ typed: typedCode }) => {
              await resume.mutateAsync({ params, body: { version, typedCode } });
              onSaid(words.done);
            }}
          />
        </Part>
      ) : (
        <Part title={words.suspendTitle} text={words.suspendText}>
          <Ask
            {...{ action: words.suspend, title: words.suspendTitle, text: words.suspendText, typed }}
            {...{ reasons: choices(suspensions), refusals: patientRefusals }}
            onDo={async ({ reason, typed: typedCode }) => {
              await suspend.mutateAsync({ params, body: { version, reason, typedCode } });
              onSaid(words.done);
            }}
          />
        </Part>
      )}
      <Part title={words.closeTitle} text={words.closeText}>
        <Ask
          {...{ action: words.close, title: words.closeTitle, text: words.closeText, typed, isDangerous: true }}
          {...{ reasons: choices(closings), refusals: patientRefusals }}
          onDo={async ({ reason, typed: typedCode }) => {
            await sure(() => close.mutateAsync({ params, body: { version, reason, typedCode } }));
            onSaid(words.done);
          }}
        />
      </Part>
    </>
  );
}

function Part({ title, text, children }: { title: string; text: string; children: ReactNode }): ReactNode {
  return (
    <section>
      <Title order={2} size="h3" mt="xl">
        {title}
      </Title>
      <Text my="xs">{text}</Text>
      {children}
    </section>
  );
}
