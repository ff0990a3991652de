/** A hospital was rung and what it said is typed: first in, then read back, then kept. */
import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import type { Bed, Hospital } from './beds-page.tsx';
import { bedRefusals, bedWords } from './words.ts';

type Acceptance = NonNullable<Bed['told']>['acceptance'];
const choices: readonly Acceptance[] = ['open', 'consult', 'closed'];

export interface TellBedsProps {
  hospital: Hospital;
  bed: Bed;
  onClose: () => void;
}

export function TellBeds({ hospital, bed, onClose }: TellBedsProps): ReactNode {
  const words = useWords(bedWords);
  const [count, setCount] = useState('');
  const [acceptance, setAcceptance] = useState<Acceptance | null>(null);
  const [isChecked, setChecked] = useState(false);
  const [isTried, setTried] = useState(false);
  const tell = useDo('tell_beds', ['hospital_beds', 'bed_truth']);
  const freeCount = countFrom(count, acceptance);
  const isCountRight = freeCount !== null && freeCount <= bed.staffed;
  const named = { hospital: hospital.name, bed: words[bed.bedType] };
  const onCheck = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (isCountRight && acceptance) setChecked(true);
  };
  const onConfirm = (): void => {
    if (freeCount === null || !acceptance) return;
    const seenAsOf = bed.told?.asOf ?? null;
    const body = { bedType: bed.bedType, freeCount, acceptance, seenAsOf };
    tell.mutate({ params: { hospitalId: hospital.id }, body }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={fill(words.tellTitle, named)}
      closeButtonProps={{ 'aria-label': words.cancel }}
    >
      {isChecked && acceptance && freeCount !== null ? (
        <Stack>
          <Text>{words.readBack}</Text>
          <Text size="xl" fw={700}>
            {fill(words.readBackText, {
              ...named,
              count: freeCount,
              acceptance: `${words[acceptance]} ${words[`${acceptance}Words`]}`,
            })}
          </Text>
          <Problem error={tell.error} own={bedRefusals} />
          <Group>
            <Button data-autofocus loading={tell.isPending} onClick={onConfirm}>
              {words.confirm}
            </Button>
            <Button variant="default" onClick={() => setChecked(false)}>
              {words.mend}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form onSubmit={onCheck} noValidate>
          <Stack>
            <Radio.Group
              label={words.acceptance}
              value={acceptance}
              onChange={(value) => setAcceptance(value as Acceptance)}
              error={isTried && !acceptance ? words.acceptanceMissing : null}
            >
              <Group mt="xs">
                {choices.map((choice) => (
                  <Radio key={choice} value={choice} label={`${words[choice]} ${words[`${choice}Words`]}`} size="md" />
                ))}
              </Group>
            </Radio.Group>
            <TextInput
              data-autofocus
              label={fill(words.count, { staffed: bed.staffed })}
              inputMode="numeric"
              autoComplete="off"
              size="lg"
              value={count}
              onChange={(event) => setCount(event.currentTarget.value)}
              error={isTried && !isCountRight ? fill(words.countWrong, { staffed: bed.staffed }) : null}
            />
            <Button type="submit">{words.check}</Button>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** Digits of either width; × without a number is none. */
function countFrom(text: string, acceptance: Acceptance | null): number | null {
  const bare = text.normalize('NFKC').trim();
  if (bare === '' && acceptance === 'closed') return 0;
  return /^\d{1,2}$/.test(bare) ? Number(bare) : null;
}
