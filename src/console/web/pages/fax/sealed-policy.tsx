import { Button, Group, NativeSelect, Text, Title } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { useWords } from '../../words/words.ts';
import { destinationWords } from './destination-words.ts';

type Policy = Answer<'fax_policy'>['sealedTooLong'];
const policies: readonly Policy[] = ['spoken', 'pseudonymous'];

/** What happens when a record does not fit a sealed page: decided by the hub's doctor or an administrator. */
export function SealedPolicy(): ReactNode {
  const words = useWords(destinationWords);
  const may = usePermissions();
  const { data, error } = useCall('fax_policy', {});
  const [typed, setTyped] = useState<Policy | null>(null);
  const set = useDo('set_fax_policy', ['fax_policy']);
  const chosen = typed ?? data?.sealedTooLong;
  return (
    <section>
      <Title order={2} size="h4" mt="xl">
        {words.sealedTitle}
      </Title>
      <Text size="sm">{words.sealedWhy}</Text>
      <Problem error={error ?? set.error} />
      {chosen && !may.has('plans.write') && <Text fw={700}>{words[`sealed_${chosen}`]}</Text>}
      {chosen && may.has('plans.write') && (
        <Group align="flex-end">
          <NativeSelect
            aria-label={words.sealedTitle}
            value={chosen}
            onChange={(event) => setTyped(event.currentTarget.value as Policy)}
            data={policies.map((value) => ({ value, label: words[`sealed_${value}`] }))}
          />
          <Button
            variant="default"
            loading={set.isPending}
            onClick={() => set.mutate({ body: { sealedTooLong: chosen } })}
          >
            {words.save}
          </Button>
          {set.isSuccess && <Text role="status">{words.sealedSaved}</Text>}
        </Group>
      )}
    </section>
  );
}
