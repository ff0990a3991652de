/** Every setting with its limits and its default; what is left empty is the default. */
import { Button, Group, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { type Answer, type Sent, useDo } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { type PlanWords, planRefusals, planWords } from './words.ts';

/** As typed, by name; an empty one stands for the default. */
export type Values = Readonly<Record<string, string>>;
type Plans = Answer<'list_plans'>;
type Field = Plans['fields'][number];

/** Digits of full width count as well; whatever is no number goes as it is, and the server says which field. */
export function ownOf(values: Values): Record<string, unknown> {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  return Object.fromEntries(
    given.map(([name, value]) => {
      const plain = value.normalize('NFKC').trim();
      return [name, Number.isNaN(Number(plain)) ? plain : Number(plain)];
    }),
  );
}

interface SettingsProps {
  plans: Plans;
  area: Plans['areas'][number];
  values: Values;
  isChanged: boolean;
  mayWrite: boolean;
  onValues: (values: Values) => void;
  onSaved: () => void;
}

export function Settings({ plans, area, values, isChanged, mayWrite, onValues, onSaved }: SettingsProps): ReactNode {
  const words = useWords(planWords);
  const save = useDo('change_plan', ['list_plans']);
  const keep = useDo('save_plan_draft', ['list_plans']);
  const own = ownOf(values) as Sent<'change_plan'>['body']['own']; // whatever was typed: the server says what does not fit
  const submit = (): void => {
    save.mutate({ params: { areaId: area.id }, body: { own, before: area.own } }, { onSuccess: onSaved });
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="sm" my="md">
        {plans.fields.map((field) => (
          <Setting
            key={field.name}
            field={field}
            standard={String(plans.standard[field.name as keyof typeof plans.standard])}
            value={values[field.name] ?? ''}
            isReadOnly={!mayWrite}
            onValue={(value) => onValues({ ...values, [field.name]: value })}
          />
        ))}
      </SimpleGrid>
      <Problem error={save.error ?? keep.error} own={planRefusals} />
      {mayWrite && (
        <Group>
          <Button type="submit" disabled={!isChanged} loading={save.isPending}>
            {words.save}
          </Button>
          <Button
            variant="default"
            disabled={!isChanged}
            loading={keep.isPending}
            onClick={() => keep.mutate({ params: { areaId: area.id }, body: { own } })}
          >
            {words.saveDraft}
          </Button>
          {keep.isSuccess && <Text role="status">{words.draftSaved}</Text>}
        </Group>
      )}
    </form>
  );
}

interface SettingProps {
  field: Field;
  standard: string;
  value: string;
  isReadOnly: boolean;
  onValue: (value: string) => void;
}

function Setting({ field, standard, value, isReadOnly, onValue }: SettingProps): ReactNode {
  const words = useWords(planWords);
  const name = field.name as keyof PlanWords;
  const shown = field.choices ? words[standard as keyof PlanWords] : standard;
  const limits = fill(words.limits, { least: field.least ?? '', most: field.most ?? '' });
  const description = fill(words.standard, { value: shown }) + (field.choices ? '' : ` ・ ${limits}`);
  const isOwn = value !== '' && value !== standard;
  const shared = { label: words[name], description, disabled: isReadOnly, fw: isOwn ? 700 : 400 };
  if (field.choices)
    return (
      <NativeSelect
        {...shared}
        value={value}
        onChange={(event) => onValue(event.currentTarget.value)}
        data={[
          { value: '', label: words.isDefault },
          ...field.choices.map((choice) => ({ value: choice, label: words[choice as keyof PlanWords] })),
        ]}
      />
    );
  return (
    <TextInput
      {...shared}
      value={value}
      placeholder={standard}
      inputMode="numeric"
      error={isOutside(field, value) ? limits : undefined}
      onChange={(event) => onValue(event.currentTarget.value)}
    />
  );
}

function isOutside({ least, most }: Field, value: string): boolean {
  const number = Number(value.normalize('NFKC'));
  return value.trim() !== '' && !(number >= (least ?? number) && number <= (most ?? number));
}
