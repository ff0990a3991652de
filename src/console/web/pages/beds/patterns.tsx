/** What a hospital can usually do, line by line. Kept as a whole; nothing typed is lost on an error. */
import { Button, Checkbox, Group, NativeSelect, Text, TextInput, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { type Answer, type Sent, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { minuteFrom, minuteText } from './time.ts';
import { bedRefusals, bedWords } from './words.ts';

type Pattern = Answer<'hospital_beds'>['patterns'][number];
type Wanted = Sent<'replace_bed_patterns'>['body']['patterns'][number];
type Day = Pattern['days'][number];
const days: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday'];
const choices = ['open', 'consult', 'closed'] as const;

/** One line as it is typed: times are text until they are sent. */
interface Line {
  /** Of the screen alone. */
  key: number;
  bedType: Pattern['bedType'];
  days: readonly Day[];
  from: string;
  to: string;
  acceptance: Pattern['acceptance'];
}

interface PatternsProps {
  hospitalId: string;
  bedTypes: readonly Pattern['bedType'][];
  patterns: readonly Pattern[];
}

export function Patterns({ hospitalId, bedTypes, patterns }: PatternsProps): ReactNode {
  const words = useWords(bedWords);
  const mayWrite = usePermissions().has('beds.write');
  const [lines, setLines] = useState<readonly Line[]>(() => patterns.map(lineOf));
  const [nextKey, setNextKey] = useState(patterns.length);
  const save = useDo('replace_bed_patterns', ['hospital_beds', 'beds']);
  const change = (key: number, part: Partial<Line>): void => {
    save.reset();
    setLines(lines.map((line) => (line.key === key ? { ...line, ...part } : line)));
  };
  const onAdd = (): void => {
    const [bedType] = bedTypes;
    if (!bedType) return;
    setLines([...lines, { key: nextKey, bedType, days: [], from: '17:00', to: '33:00', acceptance: 'open' }]);
    setNextKey(nextKey + 1);
  };
  const onSave = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate({ params: { hospitalId }, body: { patterns: lines.map(wantedOf) } });
  };
  return (
    <form onSubmit={onSave} noValidate>
      <Title order={2}>{words.patterns}</Title>
      <Text mb="sm">{words.patternsWhy}</Text>
      {lines.length === 0 && <Text mb="sm">{words.noPatterns}</Text>}
      {lines.map((line, place) => (
        <PatternLine
          key={line.key}
          line={line}
          number={place + 1}
          bedTypes={bedTypes}
          isFixed={!mayWrite}
          onChange={(part) => change(line.key, part)}
          onRemove={() => setLines(lines.filter(({ key }) => key !== line.key))}
        />
      ))}
      <Problem error={save.error} own={bedRefusals} />
      {mayWrite && (
        <Group>
          <Button variant="default" onClick={onAdd}>
            {words.addPattern}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {words.save}
          </Button>
          {save.isSuccess && <Text role="status">{words.saved}</Text>}
        </Group>
      )}
    </form>
  );
}

interface PatternLineProps {
  line: Line;
  number: number;
  bedTypes: readonly Pattern['bedType'][];
  isFixed: boolean;
  onChange: (part: Partial<Line>) => void;
  onRemove: () => void;
}

function PatternLine({ line, number, bedTypes, isFixed, onChange, onRemove }: PatternLineProps): ReactNode {
  const words = useWords(bedWords);
  return (
    <fieldset className="pattern" disabled={isFixed}>
      <legend>{fill(words.line, { line: number })}</legend>
      <Group align="flex-end">
        <NativeSelect
          label={words.bed}
          value={line.bedType}
          onChange={(event) => onChange({ bedType: event.currentTarget.value as Line['bedType'] })}
          data={bedTypes.map((value) => ({ value, label: words[value] }))}
        />
        <TextInput
          label={words.from}
          w={110}
          value={line.from}
          onChange={(event) => onChange({ from: event.currentTarget.value })}
        />
        <TextInput
          label={words.to}
          description={words.timeHint}
          w={220}
          value={line.to}
          onChange={(event) => onChange({ to: event.currentTarget.value })}
        />
        <NativeSelect
          label={words.usually}
          value={line.acceptance}
          onChange={(event) => onChange({ acceptance: event.currentTarget.value as Line['acceptance'] })}
          data={choices.map((value) => ({ value, label: `${words[value]} ${words[`${value}Words`]}` }))}
        />
      </Group>
      <Checkbox.Group
        label={words.days}
        value={[...line.days]}
        onChange={(value) => onChange({ days: value as Day[] })}
        my="sm"
      >
        <Group mt={4}>
          {days.map((day) => (
            <Checkbox key={day} value={day} label={words[day]} />
          ))}
        </Group>
      </Checkbox.Group>
      {!isFixed && (
        <Button variant="subtle" color="red" size="compact-sm" onClick={onRemove}>
          {fill(words.removePattern, { line: number })}
        </Button>
      )}
    </fieldset>
  );
}

const lineOf = ({ bedType, days: on, from, to, acceptance }: Pattern, key: number): Line => ({
  ...{ key, bedType, days: on, acceptance },
  from: minuteText(from),
  to: minuteText(to),
});

/** What cannot be read as a time becomes a band that the server refuses, naming the line. */
const wantedOf = ({ bedType, days: on, from, to, acceptance }: Line): Wanted => ({
  ...{ bedType, days: [...on], acceptance },
  from: minuteFrom(from) ?? -1,
  to: minuteFrom(to) ?? -1,
});
