/** What was set before: each change with the value that it replaced. */
import { List, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../../api.ts';
import { fill, useWords } from '../../words/words.ts';
import { type PlanWords, planWords } from './words.ts';

const moment = new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', dateStyle: 'medium', timeStyle: 'short' });

export function History({ area }: { area: Answer<'list_plans'>['areas'][number] }): ReactNode {
  const words = useWords(planWords);
  return (
    <section>
      <Title order={2} size="h3" mt="lg">
        {words.history}
      </Title>
      {area.changes.length === 0 && <Text>{words.noHistory}</Text>}
      <List>
        {area.changes.map((change) => (
          <List.Item key={change.at}>
            {moment.format(new Date(change.at))}　{differences(change.before, change.after, words).join('、')}
          </List.Item>
        ))}
      </List>
    </section>
  );
}

type Own = Record<string, unknown>;

function differences(before: Own, after: Own, words: PlanWords): string[] {
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name]);
  const shown = (own: Own, name: string): string => (own[name] === undefined ? words.noOwn : String(own[name]));
  return names.map((name) =>
    fill(words.changedValue, {
      name: words[name as keyof PlanWords] ?? name,
      before: shown(before, name),
      after: shown(after, name),
    }),
  );
}
