/** A hospital's night desk, what it can take, and its beds. */
import { Fieldset, SimpleGrid, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useWords } from '../../words/words.ts';
import { type FieldsProps, Tick, wholeNumber } from './choices.tsx';
import type { Fields } from './entry-form.tsx';
import { directoryWords } from './words.ts';

type Hospital = Extract<Fields, { entry: 'hospital' }>;
const needs = [
  ...(['ventilator', 'oxygen', 'tracheostomy', 'dialysis', 'isolation'] as const),
  ...(['central_line', 'tube_feeding', 'dementia', 'end_of_life'] as const),
] as const;
const beds = ['general', 'community_care', 'long_term', 'palliative', 'icu', 'infection', 'respite'] as const;

export function HospitalFields({ fields, onFields, faultAt }: FieldsProps<Hospital>): ReactNode {
  const words = useWords(directoryWords);
  const staffedOf = (type: (typeof beds)[number]): string =>
    String(fields.bedTypes.find((bed) => bed.type === type)?.staffed ?? '');
  const setBed = (type: (typeof beds)[number], text: string): void => {
    const others = fields.bedTypes.filter((bed) => bed.type !== type);
    const all = text.trim() === '' ? others : [...others, { type, staffed: wholeNumber(text) }];
    onFields({ bedTypes: all.sort((one, other) => (one.type < other.type ? -1 : 1)) });
  };
  const setNeed = (need: (typeof needs)[number], isOn: boolean): void =>
    onFields({ acceptsNeeds: needs.filter((one) => (one === need ? isOn : fields.acceptsNeeds.includes(one))) });
  return (
    <>
      <SimpleGrid cols={{ base: 1, sm: 3 }} mb="md">
        <Hour label={words.nightFrom} minute={fields.nightFrom} onMinute={(nightFrom) => onFields({ nightFrom })} />
        <Hour
          label={words.nightTo}
          minute={fields.nightTo}
          onMinute={(nightTo) => onFields({ nightTo })}
          error={faultAt?.('nightTo')}
        />
        <Tick label={words.takesByDay} isOn={fields.takesByDay} onChange={(takesByDay) => onFields({ takesByDay })} />
      </SimpleGrid>
      <Fieldset legend={words.acceptsNeeds} mb="md">
        <SimpleGrid cols={{ base: 2, sm: 5 }}>
          {needs.map((need) => (
            <Tick
              key={need}
              label={words[`need_${need}`]}
              isOn={fields.acceptsNeeds.includes(need)}
              onChange={(isOn) => setNeed(need, isOn)}
            />
          ))}
        </SimpleGrid>
      </Fieldset>
      <Fieldset legend={words.bedTypes}>
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          {beds.map((type) => (
            <TextInput
              key={type}
              label={words[`bed_${type}`]}
              inputMode="numeric"
              value={staffedOf(type)}
              onChange={(event) => setBed(type, event.currentTarget.value)}
            />
          ))}
        </SimpleGrid>
      </Fieldset>
    </>
  );
}

/** 17:00; the next morning counts on: 33:00. What cannot be read yet is kept as typed, and refused by the server as −1. */
function Hour(props: {
  label: string;
  minute: number;
  onMinute: (minute: number) => void;
  error?: string | undefined;
}): ReactNode {
  const { label, minute, onMinute, error } = props;
  const [text, setText] = useState(() => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`);
  return (
    <TextInput
      label={label}
      error={error}
      value={text}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        setText(typed);
        const [, hour, minutes] = /^(\d{1,2}):?(\d{2})$/.exec(typed.normalize('NFKC').trim()) ?? [];
        onMinute(hour === undefined ? -1 : Number(hour) * 60 + Number(minutes));
      }}
    />
  );
}
