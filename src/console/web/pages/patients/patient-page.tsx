import { Alert, Anchor, Button, Group, Loader, Tabs, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Link, useParams } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { shellWords } from '../../words/shell.ts';
import { fill, useLanguage, useWords } from '../../words/words.ts';
import { Openings } from './openings.tsx';
import './patients.css';
import { Procedures } from './procedures.tsx';
import { RecordSections } from './record.tsx';
import { Confirmed, StandingMarks } from './standing.tsx';
import { Versions } from './versions.tsx';
import { patientRefusals, patientWords } from './words.ts';

type Patient = Answer<'patient'>;

export default function PatientPage(): ReactNode {
  const words = useWords(patientWords);
  const { loading } = useWords(shellWords);
  const language = useLanguage();
  const { patientId = '' } = useParams<{ patientId: string }>();
  const [version, setVersion] = useState<number | null>(null);
  const query = { language, ...(version === null ? {} : { version }) };
  const asked = useCall('patient', { params: { patientId }, query }, { isOnce: true, keeps: true });
  // Never the one before, while this one is on its way.
  const patient = asked.data?.patientId === patientId ? asked.data : undefined;
  const me = useCall('who_am_i', {});
  if (asked.error) return <Problem error={asked.error} own={patientRefusals} onRetry={() => void asked.refetch()} />;
  if (!patient) return <Loader m="xl" aria-label={loading} />;
  return (
    <>
      <Anchor component={Link} href="/patients">
        ← {words.back}
      </Anchor>
      <Head patient={patient} />
      <Tabs defaultValue="record" mt="sm" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="record">{words.tabRecord}</Tabs.Tab>
          <Tabs.Tab value="versions">{words.tabVersions}</Tabs.Tab>
          <Tabs.Tab value="openings">{words.tabOpenings}</Tabs.Tab>
          <Tabs.Tab value="procedures">{words.tabProcedures}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="record" pt="md">
          <VersionShown patient={patient} onVersion={setVersion} />
          {isChangeable(patient) && me.data?.permissions.includes('patients.write') && (
            <Button component={Link} href={`/records/${patientId}/correct`} variant="default" size="md" mb="sm">
              {words.edit}
            </Button>
          )}
          {patient.record && <RecordSections record={patient.record} />}
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="md">
          <Versions patientId={patientId} isReadable={patient.record !== null} />
        </Tabs.Panel>
        <Tabs.Panel value="openings" pt="md">
          <Openings patientId={patientId} code={patient.code} />
        </Tabs.Panel>
        <Tabs.Panel value="procedures" pt="md">
          <Procedures patient={patient} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** A suspended record is resumed first; a closed one is gone. */
const isChangeable = ({ record, standing }: Patient): boolean =>
  record !== null && standing?.status !== 'suspended' && standing?.status !== 'closed';

function Head({ patient }: { patient: Patient }): ReactNode {
  const words = useWords(patientWords);
  const { record, code, standing, area, attending, deputies, hospital } = patient;
  const team = [
    `${words.code} ${code}`,
    area,
    attending ? `${words.attending} ${attending}` : words.noAttending,
    deputies.length > 0 && `${words.deputies} ${deputies.join('、')}`,
    hospital && `${words.hospital} ${hospital}`,
  ];
  return (
    <header>
      <Group align="baseline" gap="md" mt="xs">
        <Title order={1}>{record?.name ?? code}</Title>
        <Text size="lg">{record?.kana}</Text>
        <StandingMarks standing={standing} />
      </Group>
      <Text size="lg">{record?.about}</Text>
      <Text>{team.filter(Boolean).join('　')}</Text>
      {standing && (
        <Text>
          {words.confirmedOn} <Confirmed standing={standing} />
        </Text>
      )}
    </header>
  );
}

/** Which version is on the screen, when there is more than one that could be. */
function VersionShown({
  patient,
  onVersion,
}: {
  patient: Patient;
  onVersion: (version: number | null) => void;
}): ReactNode {
  const words = useWords(patientWords);
  const { record, standing } = patient;
  if (!standing) return <Alert color="gray">{words.noRecordYet}</Alert>;
  if (!record) return <Alert color="gray">{words.destroyed}</Alert>;
  const { version, openVersion } = standing;
  if (version === openVersion) return null;
  const isOpen = record.version === openVersion;
  return (
    <Group mb="sm">
      <Text fw={600}>
        {fill(isOpen ? words.shownOpen : words.shownNewest, { version: record.version, open: openVersion })}
      </Text>
      <Button variant="default" onClick={() => onVersion(isOpen ? version : null)}>
        {isOpen ? words.showNewest : words.showOpen}
      </Button>
    </Group>
  );
}
