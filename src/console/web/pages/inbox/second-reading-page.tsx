/** Second reading: what matters most is typed again from the paper, without seeing what the first person typed. */
import { Alert, Button, Checkbox, Group, Loader, Stack, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { type Answer, call, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { useSaid } from '../record-form/form-context.ts';
import { onFormKey } from '../record-form/keyboard.ts';
import { PaperCut } from '../record-form/paper.tsx';
import type { Picture } from '../record-form/record-form.tsx';
import { PagePicture, usePicture } from './page-picture.tsx';
import { readingWords } from './reading-words.ts';
import { inboxRefusals, inboxWords } from './words.ts';
import './inbox.css';
import '../record-form/record-form.css';

type Opened = Answer<'open_second_reading'>;
type Key = Opened['toCheck'][number];

/** Where each is on the enrolment sheet. */
const sheets: Readonly<Record<Key, readonly string[]>> = {
  name: ['name_kana', 'name'],
  birth: ['birth'],
  phone: ['tel', 'key_person_tel', 'nurse_station', 'care_manager'],
  allergy: ['allergy'],
  dnar: ['acp'],
};

export default function SecondReadingPage(): ReactNode {
  const words = useWords(inboxWords);
  const { patientId = '' } = useParams<{ patientId: string }>();
  const [, go] = useLocation();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    call('open_second_reading', { params: { patientId } }).then(setOpened, setError);
  }, [patientId]);
  return (
    <main className="desk">
      <Problem error={error} own={inboxRefusals} />
      {error !== null && <Button onClick={() => go('/inbox')}>{words.back}</Button>}
      {!opened && error === null && <Loader m="xl" aria-label={words.read} />}
      {opened && <Reading opened={opened} patientId={patientId} onDone={() => go('/inbox')} />}
    </main>
  );
}

interface ReadingProps {
  opened: Opened;
  patientId: string;
  onDone(): void;
}

function Reading({ opened, patientId, onDone }: ReadingProps): ReactNode {
  const common = useWords(inboxWords);
  const words = useWords(readingWords);
  const picture = usePicture(opened.picture);
  const [sheet, setSheet] = useState<readonly string[]>([]);
  const [lines, setLines] = useState({ nameKana: '', name: '', birth: '' });
  const [phones, setPhones] = useState<readonly string[]>(Array.from({ length: opened.phones }, () => ''));
  const [agrees, setAgrees] = useState<readonly Key[]>([]);
  const compare = useDo('compare_second_reading');
  const sendBack = useDo('send_back_record');
  const { toCheck, version } = opened;
  const differs = compare.data?.differs ?? [];
  const send = (): void =>
    compare.mutate(
      { params: { patientId }, body: { version, typed: { ...lines, phones: [...phones], agrees: [...agrees] } } },
      { onSuccess: ({ status }) => status === 'passed' && onDone() },
    );
  const back = (): void =>
    sendBack.mutate({ params: { patientId }, body: { version, keys: differs } }, { onSuccess: onDone });
  const part = (key: Key, children: ReactNode): ReactNode =>
    toCheck.includes(key) && (
      <Part key={key} {...{ title: common[key], sheet: sheets[key], picture, isDifferent: differs.includes(key) }}>
        {children}
      </Part>
    );
  const line = (key: keyof typeof lines): ReactNode => (
    <TextInput
      label={words[key]}
      size="md"
      autoComplete="off"
      value={lines[key]}
      onChange={(event) => setLines({ ...lines, [key]: event.currentTarget.value })}
    />
  );
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only hears the keys of the fields inside
    <div
      onKeyDown={onFormKey}
      onFocus={(event) => {
        const name = event.target.closest<HTMLElement>('[data-sheet]')?.dataset.sheet;
        if (name) setSheet(name.split(' '));
      }}
    >
      <Title order={1} size="h3" className="desk-head">
        {words.title}
      </Title>
      <Text mb="sm">{words.how}</Text>
      <div className="desk-columns record-form">
        {picture && (
          <div className="paper-side">
            <PagePicture picture={picture} sheet={sheet} toMask={null} />
          </div>
        )}
        <Stack gap="md" {...(!picture && { style: { gridColumn: '1 / -1' } })}>
          {part(
            'name',
            <>
              {line('nameKana')}
              {opened.hasName && line('name')}
            </>,
          )}
          {part('birth', line('birth'))}
          {part(
            'phone',
            <>
              <Text>{fill(words.phones, { count: opened.phones })}</Text>
              {phones.map((phone, index) => (
                <TextInput
                  // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
                  key={index}
                  aria-label={fill(words.phone, { row: index + 1 })}
                  size="md"
                  inputMode="tel"
                  autoComplete="off"
                  value={phone}
                  onChange={(event) => setPhones(phones.with(index, event.currentTarget.value))}
                />
              ))}
            </>,
          )}
          {(['allergy', 'dnar'] as const).map((key) =>
            part(key, <Agreed {...{ said: opened[key], agrees, setAgrees }} which={key} />),
          )}
        </Stack>
      </div>
      <div className="desk-foot">
        <Problem error={compare.error ?? sendBack.error} own={inboxRefusals} />
        <Group justify="space-between">
          <Text role="status" fw={700} c="red.9">
            {differs.length > 0 && fill(words.differs, { fields: differs.map((key) => common[key]).join('・') })}
          </Text>
          <Group gap="sm">
            {differs.length > 0 && (
              <Button variant="default" onClick={back} loading={sendBack.isPending}>
                {words.sendBack}
              </Button>
            )}
            <Button onClick={send} loading={compare.isPending}>
              {words.compare}
            </Button>
          </Group>
        </Group>
      </div>
    </div>
  );
}

interface PartProps {
  title: string;
  sheet: readonly string[];
  picture: Picture | null;
  isDifferent: boolean;
  children: ReactNode;
}

function Part({ title, sheet, picture, isDifferent, children }: PartProps): ReactNode {
  const words = useWords(readingWords);
  return (
    <fieldset data-sheet={sheet.join(' ')} className="field">
      <legend className="label">{title}</legend>
      {picture && sheet.map((name) => <PaperCut key={name} picture={picture} sheet={name} label={title} />)}
      {children}
      {isDifferent && (
        <Alert color="red" mt="xs" p="xs">
          {words.oneDiffers}
        </Alert>
      )}
    </fieldset>
  );
}

interface AgreedProps {
  which: Key;
  said: readonly [ja: string, en: string];
  agrees: readonly Key[];
  setAgrees(keys: readonly Key[]): void;
}

/** A choice that would only be copied: shown, and compared by eye. */
function Agreed({ which, said, agrees, setAgrees }: AgreedProps): ReactNode {
  const words = useWords(readingWords);
  const text = useSaid()(said);
  return (
    <>
      <Text size="lg" fw={700}>
        {text}
      </Text>
      <Checkbox
        label={words.agrees}
        checked={agrees.includes(which)}
        onChange={(event) =>
          setAgrees(event.currentTarget.checked ? [...agrees, which] : agrees.filter((key) => key !== which))
        }
      />
    </>
  );
}
