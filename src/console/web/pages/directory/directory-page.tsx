/** Who belongs to the association, found as one types. */
import { Anchor, Badge, Button, Checkbox, Group, NativeSelect, Table, Text, TextInput, Title } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type ReactNode, useState } from 'react';
import { Link, useSearchParams } from 'wouter';
import { type Answer, useCall } from '../../api.ts';
import { Problem } from '../../shell/problem.tsx';
import { Scroll } from '../../shell/scroll.tsx';
import { useWords } from '../../words/words.ts';
import { type DirectoryWords, directoryWords } from './words.ts';

type Row = Answer<'search_directory'>['rows'][number];
const kinds = ['doctor', 'facility', 'hospital', 'standby', 'area'] as const;
type Kind = (typeof kinds)[number];

interface Sought {
  kind: Kind;
  text: string;
  areaId: string | null;
  withInactive: boolean;
}

export default function DirectoryPage(): ReactNode {
  const words = useWords(directoryWords);
  const [params, setParams] = useSearchParams();
  const kind = kinds.find((one) => one === params.get('kind')) ?? 'doctor';
  const [text, setText] = useState('');
  const [typed] = useDebouncedValue(text, 150);
  const [areaId, setAreaId] = useState<string | null>(null);
  const [withInactive, setWithInactive] = useState(false);
  const choices = useCall('directory_choices', {});
  const me = useCall('who_am_i', {});
  const sought: Sought = { kind, text: typed, areaId, withInactive };
  return (
    <>
      <Title order={1}>{words.title}</Title>
      <Group align="end" my="md">
        <NativeSelect
          label={words.kinds}
          value={kind}
          onChange={(event) => setParams({ kind: event.currentTarget.value })}
          data={kinds.map((value) => ({ value, label: words[value] }))}
        />
        <TextInput label={words.search} value={text} onChange={(event) => setText(event.currentTarget.value)} />
        {(kind === 'doctor' || kind === 'facility') && (
          <NativeSelect
            label={words.areaFilter}
            value={areaId ?? ''}
            onChange={(event) => setAreaId(event.currentTarget.value || null)}
            data={[
              { value: '', label: words.allAreas },
              ...(choices.data?.areas ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        )}
        {kind !== 'area' && (
          <Checkbox
            label={words.withInactive}
            checked={withInactive}
            onChange={(event) => setWithInactive(event.currentTarget.checked)}
            mb={8}
          />
        )}
      </Group>
      {me.data && !me.data.permissions.includes('directory.write') && <Text size="sm">{words.masked}</Text>}
      {kind !== 'area' && me.data?.permissions.includes('directory.write') && (
        <Button component={Link} href={`/directory/${kind}/new`} mb="sm">
          {words[`new_${kind}`]}
        </Button>
      )}
      <Rows key={JSON.stringify(sought)} sought={sought} areas={choices.data?.areas ?? []} />
    </>
  );
}

interface RowsProps {
  sought: Sought;
  areas: readonly { id: string; name: string }[];
}

function Rows({ sought, areas }: RowsProps): ReactNode {
  const words = useWords(directoryWords);
  const [after, setAfter] = useState<readonly (string | null)[]>([null]);
  return (
    <Scroll minWidth={sought.kind === 'area' ? 320 : 560}>
      <Table verticalSpacing={6} striped>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words.code}</Table.Th>
            <Table.Th>{words.name}</Table.Th>
            {sought.kind !== 'area' && <Table.Th>{words.areaId}</Table.Th>}
            {sought.kind !== 'area' && <Table.Th>{words.phones}</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {after.map((code, place) => (
            <OnePage
              key={code ?? ''}
              sought={sought}
              after={code}
              areas={areas}
              onMore={place === after.length - 1 ? (next) => setAfter([...after, next]) : null}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Scroll>
  );
}

interface OnePageProps extends RowsProps {
  after: string | null;
  /** null: the next page is on the screen already. */
  onMore: ((next: string) => void) | null;
}

function OnePage({ sought, after, areas, onMore }: OnePageProps): ReactNode {
  const words = useWords(directoryWords);
  const found = useCall('search_directory', { body: { ...sought, after } }, { keeps: true });
  const next = found.data?.next ?? null;
  const notice = (children: ReactNode): ReactNode => (
    <Table.Tr>
      <Table.Td colSpan={4}>{children}</Table.Td>
    </Table.Tr>
  );
  return (
    <>
      {found.error && notice(<Problem error={found.error} onRetry={() => void found.refetch()} />)}
      {found.data?.rows.length === 0 && after === null && notice(<Text>{words.none}</Text>)}
      {found.data?.rows.map((row) => (
        <OneRow
          key={row.id}
          row={row}
          kind={sought.kind}
          area={areas.find(({ id }) => id === row.areaId)?.name ?? ''}
        />
      ))}
      {next !== null &&
        onMore &&
        notice(
          <Button variant="default" onClick={() => onMore(next)}>
            {words.more}
          </Button>,
        )}
    </>
  );
}

function OneRow({ row, kind, area }: { row: Row; kind: Kind; area: string }): ReactNode {
  const words = useWords(directoryWords);
  const facilityKind = row.facilityKind && words[`facility_${row.facilityKind}`];
  return (
    <Table.Tr>
      <Table.Td>{row.code}</Table.Td>
      <Table.Td>
        <Anchor component={Link} href={`/directory/${kind}/${row.id}`} fw={700}>
          {row.name}
        </Anchor>{' '}
        <Text span size="sm">
          {[row.office, facilityKind].filter(Boolean).join(' ')}
        </Text>{' '}
        {!row.isActive && <Badge color="gray.8">{words.inactive}</Badge>}
      </Table.Td>
      {kind !== 'area' && <Table.Td>{area}</Table.Td>}
      {kind !== 'area' && <Table.Td>{row.phones.map((phone) => phoneText(phone, words)).join('、')}</Table.Td>}
    </Table.Tr>
  );
}

const phoneText = ({ number, kind }: Row['phones'][number], words: DirectoryWords): string =>
  `${number}（${words[kind]}）`;
