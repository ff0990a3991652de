/** The dry run: a question about a night, and the answer as a time line. */
import { Button, Group, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { ownOf, type Values } from './settings.tsx';
import { TimeLine } from './time-line.tsx';
import { planRefusals, planWords } from './words.ts';

interface RehearsalProps {
  areaId: string;
  /** Values that are typed and not saved; null: those that count. */
  own: Values | null;
  maySeePatients: boolean;
}

export function Rehearsal({ areaId, own, maySeePatients }: RehearsalProps): ReactNode {
  const words = useWords(planWords);
  const rehearse = useDo('rehearse_hunt');
  const [about, setAbout] = useState<'area' | 'patient_code'>('area');
  const [code, setCode] = useState('');
  const [date, setDate] = useState('');
  const [time, setTime] = useState('02:10');
  const submit = (): void => {
    const subject = about === 'area' ? { kind: about, areaId } : { kind: about, code };
    rehearse.mutate({ body: { about: subject, date, time, ...(own ? { own: ownOf(own) } : {}) } as never });
  };
  return (
    <section>
      <Title order={2} size="h3" mt="xl">
        {words.dryRun}
      </Title>
      <Text mb="sm">{words.dryRunIntro}</Text>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Group align="end">
          {maySeePatients && (
            <NativeSelect
              label={words.about}
              value={about}
              onChange={(event) => setAbout(event.currentTarget.value as typeof about)}
              data={[
                { value: 'area', label: words.aboutArea },
                { value: 'patient_code', label: words.aboutPatient },
              ]}
            />
          )}
          {about === 'patient_code' && (
            <TextInput
              label={words.code}
              value={code}
              required
              onChange={(event) => setCode(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={words.date}
            placeholder={words.datePlaceholder}
            value={date}
            onChange={(event) => setDate(event.currentTarget.value)}
          />
          <TextInput
            label={words.time}
            placeholder={words.timePlaceholder}
            value={time}
            required
            w={100}
            onChange={(event) => setTime(event.currentTarget.value)}
          />
          <Button type="submit" variant="default" loading={rehearse.isPending}>
            {words.run}
          </Button>
        </Group>
      </form>
      {own && <Text c="orange.9">{words.unsaved}</Text>}
      <Problem error={rehearse.error} own={planRefusals} />
      {rehearse.data && <TimeLine night={rehearse.data} />}
    </section>
  );
}
