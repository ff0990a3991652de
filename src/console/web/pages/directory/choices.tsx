/** What a doctor, a facility and a standby person have beside their names. */
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useCall } from '../../api.ts';
import { useWords } from '../../words/words.ts';
import type { Fields } from './entry-form.tsx';
import { directoryWords } from './words.ts';

export interface FieldsProps<Some extends Fields = Fields> {
  fields: Some;
  onFields: (some: Partial<Some>) => void;
  /** What is wrong with a field, where the server said so. */
  faultAt?: (field: string) => string | undefined;
}

const facilityKinds = [
  ...(['clinic', 'hospital', 'pharmacy', 'nursing_station'] as const),
  ...(['care_manager_office', 'care_plaza', 'hub'] as const),
] as const;

export function Choices({ fields, onFields, faultAt }: FieldsProps): ReactNode {
  const words = useWords(directoryWords);
  const { data } = useCall('directory_choices', {});
  const named = (all: readonly { id: string; name: string }[] = []) =>
    all.map(({ id, name }) => ({ value: id, label: name }));
  if (fields.entry === 'standby')
    return (
      <TextInput
        label={words.position}
        inputMode="numeric"
        value={String(fields.position)}
        onChange={(event) => onFields({ position: wholeNumber(event.currentTarget.value) })}
      />
    );
  if (fields.entry !== 'doctor' && fields.entry !== 'facility') return null;
  const none = { value: '', label: words.noArea };
  return (
    <>
      <NativeSelect
        label={words.areaId}
        error={faultAt?.('areaId')}
        value={fields.areaId ?? ''}
        onChange={(event) => onFields({ areaId: event.currentTarget.value || null } as Partial<Fields>)}
        data={fields.entry === 'facility' || fields.areaId === '' ? [none, ...named(data?.areas)] : named(data?.areas)}
      />
      {fields.entry === 'doctor' && (
        <NativeSelect
          label={words.facilityId}
          value={fields.facilityId ?? ''}
          onChange={(event) => onFields({ facilityId: event.currentTarget.value || null })}
          data={[{ value: '', label: words.noFacility }, ...named(data?.facilities)]}
        />
      )}
      {fields.entry === 'facility' && (
        <>
          <NativeSelect
            label={words.kind}
            value={fields.kind}
            onChange={(event) => onFields({ kind: event.currentTarget.value as typeof fields.kind })}
            data={facilityKinds.map((kind) => ({ value: kind, label: words[`facility_${kind}`] }))}
          />
          <TextInput
            label={words.phone}
            error={faultAt?.('phone')}
            inputMode="tel"
            value={fields.phone ?? ''}
            onChange={(event) => onFields({ phone: event.currentTarget.value || null })}
          />
          <TextInput
            label={words.fax}
            error={faultAt?.('fax')}
            inputMode="tel"
            value={fields.fax ?? ''}
            onChange={(event) => onFields({ fax: event.currentTarget.value || null })}
          />
        </>
      )}
    </>
  );
}

/** Digits of any width; nothing else counts. */
export const wholeNumber = (text: string): number => Number(text.normalize('NFKC').replace(/\D/g, '').slice(0, 4));

export function Tick(props: { label: string; isOn: boolean; onChange: (isOn: boolean) => void }): ReactNode {
  return (
    <Checkbox
      label={props.label}
      checked={props.isOn}
      onChange={(event) => props.onChange(event.currentTarget.checked)}
    />
  );
}
