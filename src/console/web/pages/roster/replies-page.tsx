/** Who has sent the month's reply back: what it says in a line, and the page beside it. */
import { Badge, Button, Group, Loader, SimpleGrid, Table, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useSearchParams } from 'wouter';
import { type Answer, useCall, useDo } from '../../api.ts';
import { usePermissions } from '../../shell/permissions.ts';
import { Problem } from '../../shell/problem.tsx';
import { fill, useWords } from '../../words/words.ts';
import { PagePicture, usePicture } from '../inbox/page-picture.tsx';
import '../record-form/record-form.css';
import '../inbox/inbox.css';
import { laterMonth, MonthSteps, monthOr, useArea } from './choose.tsx';
import { Frame, useDay } from './frame.tsx';
import { rosterRefusals } from './refusal-words.ts';
import { type Reply, ReplyCard, Said } from './reply-card.tsx';
import { replyWords } from './reply-words.ts';
import { rosterWords } from './words.ts';

export default function RepliesPage(): ReactNode {
  const areas = useCall('roster_areas', {});
  return (
    <Frame>
      <Problem error={areas.error} onRetry={() => void areas.refetch()} />
      {areas.data && <AreaReplies overview={areas.data} />}
    </Frame>
  );
}

interface Chosen {
  name: string;
  reply: Reply;
}

function AreaReplies({ overview }: { overview: Answer<'roster_areas'> }): ReactNode {
  const words = { ...useWords(rosterWords), ...useWords(replyWords) };
  const { area, select } = useArea(overview.areas);
  const [search] = useSearchParams();
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const month = monthOr(search.get('month'), overview.today && laterMonth(overview.today.slice(0, 7), 1)) ?? '';
  const read = useCall(
    'roster_replies',
    { params: { areaId: area?.id ?? '', month } },
    { enabled: area !== undefined, keeps: true },
  );
  if (!area) return null;
  return (
    <>
      <Text size="sm" my="xs">
        {words.repliesHint}
      </Text>
      <Group align="end" gap="sm" mb="xs">
        {select}
        <MonthSteps month={month} />
      </Group>
      <Problem error={read.error} onRetry={() => void read.refetch()} />
      {!read.data && !read.error && <Loader />}
      {read.data && <Replies doctors={read.data.doctors} chosen={chosen} onChoose={setChosen} />}
      {chosen && (
        <Beside
          key={chosen.reply.itemId}
          chosen={chosen}
          onDone={() => {
            setChosen(null);
            void read.refetch();
          }}
        />
      )}
    </>
  );
}

interface RepliesProps {
  doctors: Answer<'roster_replies'>['doctors'];
  chosen: Chosen | null;
  onChoose(chosen: Chosen): void;
}

function Replies({ doctors, chosen, onChoose }: RepliesProps): ReactNode {
  const words = { ...useWords(rosterWords), ...useWords(replyWords) };
  const day = useDay();
  const mayOpen = usePermissions().has('roster.write');
  return (
    <Table aria-label={words.replies}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{words.doctor}</Table.Th>
          <Table.Th>{words.replies}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {doctors.map(({ id, name, replies }) => (
          <Table.Tr key={id}>
            <Table.Td valign="top">{name}</Table.Td>
            <Table.Td>
              {replies.length === 0 && words.noReply}
              {replies.map((reply) => (
                <Group key={reply.itemId} align="start" wrap="nowrap" justify="space-between">
                  <div>
                    <Badge color={reply.status === 'waiting' ? '#9c3a00' : '#0b6b4f'} size="lg">
                      {fill(words.repliedOn, { day: day(dayInJapan(reply.receivedAt)) })}
                    </Badge>
                    <Said reply={reply} />
                  </div>
                  {mayOpen && (
                    <Button
                      size="compact-md"
                      variant="default"
                      style={{ flexShrink: 0 }}
                      aria-pressed={chosen?.reply.itemId === reply.itemId}
                      aria-label={fill(words.showReplyOf, { name })}
                      onClick={() => onChoose({ name, reply })}
                    >
                      {words.showReply}
                    </Button>
                  )}
                </Group>
              ))}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

const dayInJapan = (at: string): string => new Date(Date.parse(at) + 9 * 3_600_000).toISOString().slice(0, 10);

/** The page is opened when somebody asks for it: the log keeps who looked. */
function Beside({ chosen: { name, reply }, onDone }: { chosen: Chosen; onDone(): void }): ReactNode {
  const words = { ...useWords(rosterWords), ...useWords(replyWords) };
  const open = useDo('roster_reply_page');
  const picture = usePicture(open.data?.picture);
  const show = (): void => open.mutate({ params: { itemId: reply.itemId } });
  return (
    <section aria-label={fill(words.replyOf, { name, month: Number(reply.month.slice(5)) })}>
      <SimpleGrid cols={{ base: 1, md: 2 }} mt="lg">
        <ReplyCard name={name} reply={reply} onDone={onDone} />
        <div>
          <Problem error={open.error} own={rosterRefusals} />
          {!open.data && (
            <Button variant="default" loading={open.isPending} onClick={show}>
              {words.openReplyPage}
            </Button>
          )}
          {open.data && !picture && <Text>{words.noReplyPage}</Text>}
          {picture && <PagePicture picture={picture} sheet={[]} toMask={null} />}
        </div>
      </SimpleGrid>
    </section>
  );
}
