import { Button, Stack, Text, TextInput, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { useSaid } from '../record-form/form-context.ts';
import { onFormKey } from '../record-form/keyboard.ts';
import { Chips } from '../record-form/lines.tsx';
import type { OpenedProps } from './enrolment.tsx';
import type { EndingProps } from './kept.ts';
import { inboxRefusals, inboxWords } from './words.ts';

type Sheet = NonNullable<OpenedProps['item']['beds']>;
type Acceptance = NonNullable<Sheet['types'][number]['ticked']>;

/** 応需状況: the counts that stand on the paper by hand; kinds of beds without a count are left as they are. */
export function BedSheet({ item, sheet, first, onDone }: EndingProps & { sheet: Sheet }): ReactNode {
  const words = useWords(inboxWords);
  const said = useSaid();
  const [counts, setCounts] = useState<Readonly<Record<string, string>>>({});
  const [ticked, setTicked] = useState<Readonly<Record<string, string | undefined>>>(
    Object.fromEntries(sheet.types.map((type) => [type.bedType, type.ticked ?? undefined])),
  );
  const report = useDo('settle_item');
  const offers = sheet.types.flatMap(({ bedType }) => {
    const freeCount = Number((counts[bedType] ?? '').normalize('NFKC').trim() || Number.NaN);
    const acceptance = ticked[bedType] as Acceptance | undefined;
    return acceptance && Number.isInteger(freeCount) ? [{ bedType, freeCount, acceptance }] : [];
  });
  const asked = {
    params: { itemId: item.id },
    body: { as: 'reported' as const, hospitalId: sheet.hospitalId, offers },
  };
  const send = (): void => void first().then(() => report.mutate(asked, { onSuccess: onDone }));
  const options = (['open', 'consult', 'closed'] as const).map((value) => {
    return { value, text: value === 'open' ? words.open_ : words[value] };
  });
  return (
    <Stack gap="sm" onKeyDown={onFormKey}>
      <Title order={2} size="h4">
        {fill(words.bedsOf, { hospital: sheet.hospital })}
      </Title>
      <Text>{words.bedsHow}</Text>
      {sheet.types.map(({ bedType, label, staffed }) => (
        <div key={bedType}>
          <TextInput
            label={fill(words.freeCount, { type: said(label), most: staffed })}
            inputMode="numeric"
            size="md"
            value={counts[bedType] ?? ''}
            onChange={(event) => setCounts({ ...counts, [bedType]: event.currentTarget.value })}
          />
          <Chips
            name={`acceptance.${bedType}`}
            label={fill(words.acceptance, { type: said(label) })}
            options={options}
            value={ticked[bedType]}
            onChoose={(value) => setTicked({ ...ticked, [bedType]: value })}
          />
        </div>
      ))}
      <Problem error={report.error} own={inboxRefusals} />
      <Button disabled={offers.length === 0} loading={report.isPending} onClick={send}>
        {words.report}
      </Button>
    </Stack>
  );
}
