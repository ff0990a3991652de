import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { LiveBadge } from '../../shell/live-badge.tsx';
import { Views } from '../../shell/views.tsx';
import { useWords } from '../../words/words.ts';
import { faxWords } from './words.ts';

/** Title and the desk's pages; `isLive` where what is shown changes by itself. */
export function FaxViews({ isLive }: { isLive?: boolean }): ReactNode {
  const words = useWords(faxWords);
  return (
    <>
      <Group justify="space-between" mb="md">
        <Title order={1}>{words.title}</Title>
        {isLive !== undefined && <LiveBadge isLive={isLive} />}
      </Group>
      <Views
        label={words.views}
        views={[
          { href: '/fax', title: words.sentView },
          { href: '/fax/received', title: words.receivedView },
          { href: '/fax/destinations', title: words.destinationsView },
          { href: '/fax/incidents', title: words.incidentsView },
        ]}
      />
    </>
  );
}
